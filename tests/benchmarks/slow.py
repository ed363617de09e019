"""The page on a slow line with a slow processor, beside an empty page of Streamlit."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Browser

from tests.benchmarks import servers
from tests.benchmarks.browser import Expected, Visit, chromium
from tests.benchmarks.outcome import Outcome, Table
from tests.benchmarks.report import Figure, machine_line
from tests.benchmarks.subjects import EMPTY_DRAWN

LATENCY_MS = 150
BYTES_PER_SECOND = 200_000
"""1.6 Mbit/s."""
SLOWDOWN = 4
"""Of the processor."""

LAYERS_LIMIT = 0.25
PANEL_LIMIT = 0.6
COLUMNS = {"empty": "", "dashboard": ""}

ONE_PROCESS = ["--disable-features=IsolateSandboxedIframes"]
"""A frame in a process of its own would be as fast as ever."""

TEXT = Expected(".atlas-first h2", count=1)
PANEL = Expected("#root .st-key-panel h2", count=1)


def run(options: argparse.Namespace) -> Outcome:
    """Open each page with an empty cache, in turn, round by round."""
    rounds = 1 if options.quick else options.rounds or 5
    times: dict[str, list[float]] = {"empty": [], "layers": [], "text": [], "panel": []}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        empty = stack.enter_context(servers.empty_page(Path(folder) / "empty"))
        dashboard = stack.enter_context(servers.dashboard(Path(folder) / "dashboard"))
        browser = stack.enter_context(chromium(ONE_PROCESS))
        visits = {
            "empty": (empty.url, EMPTY_DRAWN),
            "layers": (dashboard.url, None),
            "text": (dashboard.url, TEXT),
            "panel": (dashboard.url, PANEL),
        }
        for number in range(-1, rounds):
            for what, (url, drawn) in visits.items():
                measured = _open_slowly(browser, url, drawn)
                if number >= 0:
                    times[what].append(measured)
            sys.stderr.write("warm-up\n" if number < 0 else f"round {number + 1} of {rounds}\n")
        machine = machine_line(browser.version)
    note = (
        f"A line of {8 * BYTES_PER_SECOND / 1e6:g} Mbit/s with {LATENCY_MS} ms, a processor slowed down to a"
        f" {SLOWDOWN}th, empty caches; of the empty page, its first text. Medians (min–max) of {rounds}"
        f" rounds after a warm-up. {machine}."
    )
    return Outcome([Table(to_figures(times), COLUMNS)], note, rounds)


def _open_slowly(browser: Browser, url: str, drawn: Expected | None) -> float:
    """Return the ms from the start of the navigation until a page is drawn."""
    with Visit(browser, drawn) as visit:
        session = visit.context.new_cdp_session(visit.page)
        line = {
            "offline": False,
            "latency": LATENCY_MS,
            "downloadThroughput": BYTES_PER_SECOND,
            "uploadThroughput": BYTES_PER_SECOND,
        }
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", line)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        return visit.open(url)


def to_figures(times: dict[str, list[float]]) -> list[Figure]:
    """Return the rows of the table."""
    rows = {
        "layers": ("layers drawn", LAYERS_LIMIT),
        "text": ("text of the panel readable", PANEL_LIMIT),
        "panel": ("panel of Streamlit in its place", PANEL_LIMIT),
    }
    return [
        Figure(
            title,
            values={"empty": times["empty"], "dashboard": times[what]},
            ratio_of=("dashboard", "empty"),
            ratio_limit=limit,
        )
        for what, (title, limit) in rows.items()
    ]
