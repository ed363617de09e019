"""The map looked at in 360 views: how often a name lies over another, can't be read or is doubled."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from geodata import DEFAULT_CATALOG
from tests.benchmarks import servers
from tests.benchmarks.browser import chromium
from tests.benchmarks.outcome import Outcome, Table
from tests.benchmarks.report import Figure, machine_line
from tests.support.map_check import KINDS
from tests.support.map_check_views import SIZES, Checked, all_views, check_views, covering_views

ALL = "all"


def run(options: argparse.Namespace) -> Outcome:
    """Look at every view, or at a sixth of them, and count what is wrong."""
    views = covering_views() if options.quick else all_views()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        with servers.dashboard(Path(folder), DEFAULT_CATALOG) as server:
            checked = list(_told(check_views(browser, server.url, views)))
        machine = machine_line(browser.version)
    note = f"{len(views)} views in {time.monotonic() - began:.0f} s. {machine}."
    columns = {**{_name(size): "" for size in SIZES}, ALL: ""}
    return Outcome([Table(to_figures(checked), columns)], note, 1)


def _told(results: Iterator[Checked]) -> Iterator[Checked]:
    for result in results:
        for fault in result.faults:
            sys.stderr.write(f"{result.view}: {fault.kind}: {', '.join(fault.names)}: {fault.what}\n")
        yield result


def to_figures(checked: list[Checked]) -> list[Figure]:
    """Return the rows of the table."""
    names, symbols = Counter[str](), Counter[str]()
    faults = Counter[tuple[str, str]]()
    for each in checked:
        for column in (_name(each.view.size), ALL):
            names[column] += each.names
            symbols[column] += each.symbols
            faults.update((fault.kind, column) for fault in each.faults)
    columns = [_name(size) for size in SIZES] + [ALL]
    return [
        Figure("names looked at", "", {column: [names[column]] for column in columns}),
        Figure("symbols looked at", "", {column: [symbols[column]] for column in columns}),
        *(
            Figure(title, "", {column: [faults[kind, column]] for column in columns}, value_limit=(ALL, 0))
            for kind, title in KINDS.items()
        ),
    ]


def _name(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"
