"""What a server takes of the machine over time, and whether that grows."""

from __future__ import annotations

import math
import os
import statistics
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

MAX_GROWTH = 0.10
"""By so much may the median of the last third be above the others; after a kill it begins with less."""

SLACK = {"server, MB": 0.0, "readers, MB": 40.0, "open files": 10.0, "threads": 5.0}
"""What is watched, and by how much it may grow besides: where it is small, a tenth is nothing.

Files that people bring are read in processes of their own, which end when there is none for a while.
"""


@dataclass
class Watch:
    """Measures of one server and its readers."""

    seen: dict[str, list[tuple[float, float]]] = field(default_factory=lambda: {name: [] for name in SLACK})
    """Name → time (monotonic, s) and value."""

    def look(self, pid: int) -> None:
        """Measure now."""
        process = Path(f"/proc/{pid}")
        readers = [child for child in _children(pid) if "dashboard.uploads.reader_process" in _command(child)]
        values = {
            "server, MB": _memory_mb(pid),
            "readers, MB": sum(map(_memory_mb, readers)),
            "open files": float(_open_files(process)),
            "threads": float(len(list((process / "task").iterdir()))),
        }
        for name, value in values.items():
            self.seen[name].append((time.monotonic(), value))

    def report(self, begin: float, end: float) -> list[str]:
        """Return a line for each measure."""
        return [
            f"{name}: {_say(thirds(values, begin, end))}, at most {max(value for _, value in values):.0f}"
            for name, values in self.seen.items()
            if values
        ]

    def faults(self, begin: float, end: float) -> list[str]:
        """Return what is higher in the last third of a time than in each before."""
        return [
            f"{name} grew: {_say(middles)}"
            for name, values in self.seen.items()
            if has_grown(middles := thirds(values, begin, end), SLACK[name])
        ]


def thirds(values: list[tuple[float, float]], begin: float, end: float) -> list[float]:
    """Return the median in each third of a time; NaN where nothing was measured."""
    third = (end - begin) / 3
    parts = [
        [value for at, value in values if begin + place * third <= at < begin + (place + 1) * third]
        for place in range(3)
    ]
    return [statistics.median(part) if part else float("nan") for part in parts]


def has_grown(middles: list[float], slack: float) -> bool:
    """Tell whether the last third is above the others by more than may be; what was not measured has not."""
    *before, last = middles
    known = [middle for middle in before if not math.isnan(middle)]
    return bool(known) and last > max(known) * (1 + MAX_GROWTH) + slack


def _say(middles: list[float]) -> str:
    return f"medians by thirds {' → '.join(f'{middle:.0f}' for middle in middles)}"


def _memory_mb(pid: int) -> float:
    """Return the resident memory of a process; none where it is gone."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _open_files(process: Path) -> int:
    """Return how many files a process has open; connections come and go with the crowds."""
    count = 0
    for entry in (process / "fd").iterdir():
        with suppress(OSError):
            count += not str(entry.readlink()).startswith("socket:")
    return count


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, tasks.read_text().split())
        except OSError:
            continue
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""
