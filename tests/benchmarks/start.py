"""Cold start: from the command to a server that answers, and to a map in a browser that runs already."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from playwright.sync_api import Browser

from geodata.large.cache import CACHE_VARIABLE
from tests.benchmarks import servers
from tests.benchmarks.browser import Expected, Visit, chromium
from tests.benchmarks.outcome import Outcome, Table
from tests.benchmarks.report import Figure, machine_line
from tests.benchmarks.servers import Server

LIMIT = 1.5
COLUMNS = {"hello": "", "dashboard": ""}
HELLO_SHOWN = Expected("h1", text="Welcome to Streamlit! 👋")

CACHES = {"with": False, "without": True}
"""What `--caches` says → whether a start is a cold one."""

Serve = Callable[[Path, dict[str, str]], AbstractContextManager[Server]]
SIDES: dict[str, tuple[Serve, Expected | None]] = {
    "hello": (servers.hello, HELLO_SHOWN),
    "dashboard": (lambda folder, environment: servers.dashboard(folder, environment=environment), None),
}
Times = dict[tuple[str, bool], dict[str, list[float]]]


def add_options(parser: argparse._ActionsContainer) -> None:
    """Add what is this part's own."""
    parser.add_argument("--caches", nargs="+", choices=sorted(CACHES), default=sorted(CACHES),
                        help="whether there are any from earlier")  # fmt: skip


def run(options: argparse.Namespace) -> Outcome:
    """Start both in turn, round by round, with caches and without."""
    rounds = 1 if options.quick else options.rounds or 5
    times: Times = {}
    with chromium() as browser, tempfile.TemporaryDirectory() as folder:
        for number in range(-1, rounds):
            for side in SIDES:
                for is_cold in (CACHES[each] for each in options.caches):
                    listening, shown = _start(
                        browser, side, Path(folder) / f"{number} {side} {is_cold}", is_cold
                    )
                    if number < 0:
                        continue
                    for what, value in (("listening", listening), ("shown", shown)):
                        times.setdefault((what, is_cold), {}).setdefault(side, []).append(value)
            sys.stderr.write("warm-up\n" if number < 0 else f"round {number + 1} of {rounds}\n")
        machine = machine_line(browser.version)
    note = (
        "Without caches: no bytecode of Python's, no folder of the atlas's. First content is the heading of "
        f"`streamlit hello`, and the map with its layers. Medians (min–max) of {rounds} rounds. {machine}."
    )
    groups = [f"{each} caches" for each in options.caches]
    return Outcome([Table(to_figures(times), COLUMNS, groups)], note, rounds)


def _start(browser: Browser, side: str, folder: Path, is_cold: bool) -> tuple[float, float]:
    """Start a server and look at its page at once; returns the ms from the command to both."""
    serve, expected = SIDES[side]
    environment = (
        {"PYTHONPYCACHEPREFIX": str(folder / "pycache"), CACHE_VARIABLE: str(folder / "cache")}
        if is_cold
        else {}
    )
    with Visit(browser, expected) as visit:
        began = time.monotonic()
        with serve(folder, environment) as server:
            visit.open(server.url)
            return 1000 * server.start_seconds, 1000 * (time.monotonic() - began)


def to_figures(times: Times) -> list[Figure]:
    """Return the rows of the table."""
    titles = {"listening": "command → listening", "shown": "command → first content drawn"}
    caches = {is_cold: f"{each} caches" for each, is_cold in CACHES.items()}
    return [
        Figure(
            f"{caches[is_cold]}: {titles[what]}",
            values=dict(values),
            ratio_of=("dashboard", "hello"),
            ratio_limit=LIMIT if what == "listening" else None,
        )
        for (what, is_cold), values in times.items()
    ]
