"""From what was measured of layers of all sizes to the figures that have limits."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any

from tests.benchmarks.report import Figure
from tests.benchmarks.sized_measures import Subject

if TYPE_CHECKING:
    from tests.benchmarks.sizes import Measured

SMALL, LIKE, MANY = 100, 10_000, 1_000_000
"""The million is held against the small map, and its frames against those of an ordinary layer."""
DRAWN_LIMIT = 1.3
ABOVE_SMALL_KILOBYTES = 1000
POPUP_MS = 100
FRAMES = 30
BUILD_SECONDS = {"points": 60, "lines": 180, "polygons": 180}
BUILD_MB = 2000

ROWS = [
    ("build", "first build", "s"),
    ("memory", "peak memory of it", "MB"),
    ("drawn", "drawn", "ms"),
    ("tiles", "of it: in tiles, sharp", "ms"),
    ("kilobytes", "over the wire, first view", "kB"),
    ("pan", "frames per second while dragged", ""),
    ("zoom", "frames per second while zoomed", ""),
    ("popup", "click → popup", "ms"),
    ("panel", "click → panel", "ms"),
    ("search", "search, on the server", "ms"),
]
EVERYBODY_HAS = {"drawn", "kilobytes", "pan", "zoom", "panel"}


def to_figures(measured: Measured, kind: str, counts: list[int], subjects: list[Subject]) -> list[Figure]:
    """Return the rows of one kind's table: the dashboard's, then those of each peer."""
    figures = []
    for subject in subjects:
        for measure, title, unit in ROWS:
            values = _by_column(measured, subject, measure)
            if values or (measure in EVERYBODY_HAS and subject.key in measured.failures):
                notes = {
                    **measured.missed.get((subject.key, measure), {}),
                    **{
                        count: reason if measure == "drawn" else reason.partition(":")[0]
                        for count, reason in measured.failures.get(subject.key, {}).items()
                    },
                }
                figures.append(
                    Figure(
                        f"{kind}, {subject.title}: {title}",
                        unit,
                        values,
                        notes={
                            f"{count:,}": note for count, note in notes.items() if f"{count:,}" not in values
                        },
                        **(_limit(measure, kind, set(values)) if subject.script is None else {}),
                    )
                )
            if measure == "kilobytes" and subject.script is None and {SMALL, MANY} <= set(counts):
                figures.append(_above_small(kind, values))
    return figures


def _by_column(measured: Measured, subject: Subject, measure: str) -> dict[str, list[float]]:
    by_count = measured.values.get((subject.key, measure), {})
    gone = measured.failures.get(subject.key, {})
    return {f"{count:,}": values for count, values in by_count.items() if count not in gone}


def _above_small(kind: str, values: dict[str, list[float]]) -> Figure:
    small, many = f"{SMALL:,}", f"{MANY:,}"
    above = median(values[many]) - median(values[small])
    return Figure(
        f"{kind}, dashboard: of it above the small map's",
        "kB",
        {many: [max(above, 0)]},
        value_limit=(many, ABOVE_SMALL_KILOBYTES),
    )


def _limit(measure: str, kind: str, columns: set[str]) -> dict[str, Any]:
    small, like, many = f"{SMALL:,}", f"{LIKE:,}", f"{MANY:,}"
    if many not in columns:
        return {}
    if measure == "drawn" and small in columns:
        return {"ratio_of": (many, small), "ratio_limit": DRAWN_LIMIT}
    if measure in {"pan", "zoom"} and like in columns:
        return {"least": (many, FRAMES, like)}
    most = {"popup": POPUP_MS, "build": BUILD_SECONDS[kind], "memory": BUILD_MB}.get(measure)
    return {} if most is None else {"value_limit": (many, most)}
