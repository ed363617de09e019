"""A layer of 100 to 1,000,000 features beside the atlas's own, and what else would show such a file."""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Error as BrowserError

from geodata.reading.formats import MAX_SMALL_COUNT
from tests.benchmarks import servers, sized_measures
from tests.benchmarks.browser import chromium
from tests.benchmarks.outcome import Outcome, Table
from tests.benchmarks.report import machine_line
from tests.benchmarks.servers import Server
from tests.benchmarks.sized_data import TYPES, SizedLayer, measure_build, write_sized
from tests.benchmarks.sized_figures import to_figures
from tests.benchmarks.sized_measures import SUBJECTS, PeerError, Subject

COUNTS = (100, 10_000, 100_000, 1_000_000)
QUICK_COUNTS = (100, 10_000)
SEARCHES = 10
PEER_SECONDS = 240
"""A peer that has been looked at for so long at one size is not looked at for another round."""


@dataclass
class Measured:
    """What was measured of one kind, by subject, measure and count; a list has one value per round."""

    values: dict[tuple[str, str], dict[int, list[float]]] = field(default_factory=dict)
    failures: dict[str, dict[int, str]] = field(default_factory=dict)
    """Subject → count → why there is nothing."""
    missed: dict[tuple[str, str], dict[int, str]] = field(default_factory=dict)
    """Subject and measure → count → why there is nothing of this alone."""

    def add(self, subject: Subject, count: int, times: dict[str, float]) -> None:
        """Add the values of a round."""
        for measure, value in times.items():
            self.values.setdefault((subject.key, measure), {}).setdefault(count, []).append(value)


def add_options(parser: argparse._ActionsContainer) -> None:
    """Add what is this part's own."""
    parser.add_argument("--kinds", nargs="+", choices=sorted(TYPES), default=list(TYPES), help="of features")
    parser.add_argument("--counts", nargs="+", type=int, choices=COUNTS, default=list(COUNTS))
    parser.add_argument(
        "--peers", nargs="*", choices=[each.key for each in SUBJECTS[1:]],
        default=[each.key for each in SUBJECTS[1:]], help="beside the dashboard",
    )  # fmt: skip
    parser.add_argument(
        "--dashboard", action=argparse.BooleanOptionalAction, default=True, help="whether it is measured too"
    )
    parser.add_argument(
        "--minutes", type=int, default=60, choices=range(1, 241), metavar="1–240",
        help="for each kind; what a peer begins later is left out",
    )  # fmt: skip


def run(options: argparse.Namespace) -> Outcome:
    """Measure kind by kind; all servers of the dashboard at once, those of the peers one after the other."""
    kinds, counts, rounds = options.kinds, sorted(options.counts), options.rounds or 3
    if options.quick:
        kinds, counts, rounds = ["points"], list(QUICK_COUNTS), 1
    peers = [subject for subject in SUBJECTS[1:] if subject.key in options.peers]
    tables = []
    with chromium() as browser:
        for kind in kinds:
            with tempfile.TemporaryDirectory() as folder:
                bench = Bench(browser, Path(folder), kind, counts, rounds)
                bench.deadline = time.monotonic() + 60 * options.minutes
                if options.dashboard:
                    bench.measure_dashboard()
                for subject in peers:
                    bench.measure_peer(subject)
            subjects = [SUBJECTS[0], *peers] if options.dashboard else peers
            figures = to_figures(bench.measured, kind, counts, subjects)
            groups = [f"{kind}, {subject.title}" for subject in subjects]
            tables.append(Table(figures, {f"{count:,}": "" for count in COUNTS}, groups))
        machine = machine_line(browser.version)
    return Outcome(tables, f"Medians (min–max) of {rounds} rounds at most. {machine}.", rounds)


class Bench:
    """One kind of features, in all its sizes."""

    def __init__(self, browser: Browser, folder: Path, kind: str, counts: list[int], rounds: int) -> None:
        self.browser, self.folder, self.rounds = browser, folder, rounds
        self.layers = {count: write_sized(folder / f"{count}", kind, count) for count in counts}
        self.measured = Measured()
        self.deadline = math.inf
        """Of the monotonic clock."""

    def measure_dashboard(self) -> None:
        """Build, then load, move and click, round by round, the sizes in turn."""
        subject = SUBJECTS[0]
        for count, layer in self.layers.items():
            if count > MAX_SMALL_COUNT:
                built = measure_build(layer)
                self.measured.add(subject, count, {"build": built.seconds, "memory": built.peak_mb})
                tell(f"{count:,} {layer.kind} built in {built.seconds:.0f} s")
        with ExitStack() as stack:
            running = {
                count: stack.enter_context(
                    servers.dashboard(self.folder / f"served {count}", layer.catalog, layer.environment)
                )
                for count, layer in self.layers.items()
            }
            for count, layer in self.layers.items():
                self._warm_up(subject, running[count], layer)
            for number in range(self.rounds):
                for count, layer in self.layers.items():
                    self._round(subject, running[count], layer, number)

    def measure_peer(self, subject: Subject) -> None:
        """Measure one size after the other, until one is not shown: larger ones are not tried then."""
        failed: int | None = None
        for count, layer in self.layers.items():
            if failed is not None:
                self.measured.failures.setdefault(subject.key, {})[count] = f"fails at {failed:,}"
                continue
            if time.monotonic() > self.deadline:
                self.measured.failures.setdefault(subject.key, {})[count] = "not run"
                continue
            try:
                with self._serve_peer(subject, layer) as server:
                    self._warm_up(subject, server, layer)
                    began = time.monotonic()
                    for number in range(self.rounds):
                        if number == 0 or time.monotonic() - began < PEER_SECONDS:
                            self._round(subject, server, layer, number)
            except (PeerError, BrowserError, RuntimeError, TimeoutError) as error:
                failed = count
                reason = str(error).splitlines()[0][:120]
                self.measured.failures.setdefault(subject.key, {})[count] = reason
                tell(f"{subject.title}, {count:,} {layer.kind}: {reason}")

    def _serve_peer(self, subject: Subject, layer: SizedLayer) -> AbstractContextManager[Server]:
        west, south, east, north = 6.05, 51.86, 8.2, 52.66
        view = f"9/{(south + north) / 2}/{(west + east) / 2}"
        environment = {"BENCHMARK_FILE": str(layer.file), "BENCHMARK_VIEW": view}
        folder = self.folder / f"{subject.key} {layer.count}"
        return servers.peer(folder, str(subject.script), environment)

    def _warm_up(self, subject: Subject, server: Server, layer: SizedLayer) -> None:
        """One visitor comes before those that count: the server has read its file then."""
        sized_measures.measure_load(self.browser, subject, server, is_large=is_large(subject, layer))

    def _round(self, subject: Subject, server: Server, layer: SizedLayer, number: int) -> None:
        began, measured, has_tiles = time.monotonic(), self.measured, is_large(subject, layer)
        target = layer.targets[number % len(layer.targets)]
        visits: list[Callable[[], dict[str, float]]] = [
            lambda: sized_measures.measure_load(self.browser, subject, server, is_large=has_tiles),
            lambda: sized_measures.measure_moves(self.browser, subject, server, target, is_large=has_tiles),
            lambda: sized_measures.measure_click(self.browser, subject, server, target, is_large=has_tiles),
        ]
        for measures, visit in zip(({"drawn"}, {"pan", "zoom"}, {"popup", "panel"}), visits, strict=True):
            try:
                measured.add(subject, layer.count, visit())
            except (PeerError, BrowserError, TimeoutError) as error:
                if "drawn" in measures:
                    raise  # nothing is shown
                reason = str(error).splitlines()[0][:100]
                tell(
                    f"{subject.title}, {layer.count:,} {layer.kind}, {', '.join(sorted(measures))}: {reason}"
                )
                note = reason if isinstance(error, PeerError) else "fails"
                for measure in measures:
                    self.measured.missed.setdefault((subject.key, measure), {})[layer.count] = note
        if subject.script is None:
            names = [layer.targets[each % len(layer.targets)].name for each in range(SEARCHES)]
            measured.add(subject, layer.count, {"search": sized_measures.measure_search(server, names)})
        tell(f"{subject.title}, {layer.count:,} {layer.kind}: {time.monotonic() - began:.0f} s")


def is_large(subject: Subject, layer: SizedLayer) -> bool:
    """Whether a layer is shown in tiles."""
    return subject.script is None and layer.count > MAX_SMALL_COUNT


def tell(text: str) -> None:
    """Say how far it is."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
