"""The page side by side with an empty one and with streamlit-folium: drawn, over the wire, clicked."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser, ViewportSize

from geodata import DEFAULT_CATALOG
from tests.benchmarks import servers
from tests.benchmarks.bigger import write_bigger_catalog
from tests.benchmarks.browser import Expected, chromium
from tests.benchmarks.figures import Rounds, to_figures
from tests.benchmarks.measures import (
    Interaction,
    measure_interaction,
    measure_load,
    measure_ways,
    measure_wire,
)
from tests.benchmarks.outcome import Outcome, Table
from tests.benchmarks.report import COLUMNS, machine_line
from tests.benchmarks.servers import Server
from tests.benchmarks.subjects import EMPTY_DRAWN, Baseline, Dashboard, Surface, read_data

T = TypeVar("T")

TIMES = 10
"""How many times the features the bigger catalog has."""
CLICKS = 10
ROUNDS = 9
WARM_UP_ROUNDS = 1
WIRE_ROUNDS = 3
"""Sizes hardly differ from round to round."""
WINDOWS: dict[str, ViewportSize] = {
    "1280 × 800": {"width": 1280, "height": 800},
    "1920 × 1080": {"width": 1920, "height": 1080},
}


def run(options: argparse.Namespace) -> Outcome:
    """Measure round by round, after one that does not count."""
    rounds, clicks = (2, 4) if options.quick else (options.rounds or ROUNDS, CLICKS)
    measured = Rounds()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        bench = Bench(stack, Path(folder))
        for number in range(-WARM_UP_ROUNDS, rounds):
            began = time.monotonic()
            bench.run_round(measured if number >= 0 else Rounds(), clicks, has_wire=number < WIRE_ROUNDS)
            name = "warm-up" if number < 0 else f"round {number + 1} of {rounds}"
            sys.stderr.write(f"{name}: {time.monotonic() - began:.0f} s\n")
        machine = machine_line(bench.browser.version)
    note = f"Medians (min–max) of {rounds} rounds after a warm-up. {machine}."
    return Outcome([Table(to_figures(measured, TIMES), COLUMNS)], note, rounds)


class Bench:
    """All servers at once, and one browser; rounds visit them in turn, so that noise meets them alike."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        bigger = write_bigger_catalog(folder / "catalog", TIMES)
        enter = stack.enter_context
        self.empty: Server = enter(servers.empty_page(folder / "a"))
        self.baseline: Server = enter(servers.baseline(folder / "b", DEFAULT_CATALOG))
        self.dashboard: Server = enter(servers.dashboard(folder / "c", DEFAULT_CATALOG))
        self.bigger_baseline: Server = enter(servers.baseline(folder / "b10", bigger))
        self.bigger_dashboard: Server = enter(servers.dashboard(folder / "c10", bigger))
        self.data = read_data(DEFAULT_CATALOG)
        self.bigger_data = read_data(bigger)
        self.browser: Browser = enter(chromium())

    def run_round(self, measured: Rounds, clicks: int, *, has_wire: bool) -> None:
        """Measure everything once and add it."""
        pages: dict[str, tuple[str, Expected | None]] = {
            "a": (self.empty.url, EMPTY_DRAWN),
            "b": (self.baseline.url, Baseline(self.data).drawn()),
            "c": (self.dashboard.url, None),
            "d": (f"{self.dashboard.url}/map", None),
        }
        for column, (url, drawn) in pages.items():
            _add(measured.loads, column, measure_load(self.browser, url, drawn))
        everything = f"?layers={','.join(self.data.titles)}"
        for column in "cd":
            _add(measured.all_layers, column, measure_load(self.browser, pages[column][0] + everything, None))
        if has_wire:
            for column, (url, drawn) in pages.items():
                _add(measured.wires, column, measure_wire(self.browser, url, drawn))
            for size, window in WINDOWS.items():
                _add(measured.first_views, size, measure_wire(self.browser, *pages["d"], window))
        surfaces: list[tuple[dict[str, list[Interaction]], str, Server, Surface]] = [
            (measured.interactions, "b", self.baseline, Baseline(self.data)),
            (measured.interactions, "c", self.dashboard, Dashboard(self.data)),
            (measured.bigger, "b", self.bigger_baseline, Baseline(self.bigger_data)),
            (measured.bigger, "c", self.bigger_dashboard, Dashboard(self.bigger_data)),
        ]
        for results, column, server, surface in surfaces:
            _add(results, column, measure_interaction(self.browser, server, surface, clicks))
        _add(measured.ways, "c", measure_ways(self.browser, self.dashboard, clicks))


def _add(results: dict[str, list[T]], column: str, result: T) -> None:
    results.setdefault(column, []).append(result)
