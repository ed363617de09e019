"""Figures with their limits, as a table for people and as JSON."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

COLUMNS = {"a": "empty Streamlit page", "b": "streamlit-folium", "c": "dashboard", "d": "map alone"}

Values = Sequence[float]


@dataclass(frozen=True)
class Figure:
    """One row of the table; lists hold one value per round."""

    title: str
    unit: str = "ms"
    values: Mapping[str, Values] = field(default_factory=dict)
    """By column: a, b, c or d."""
    ratio_of: tuple[str, str] | None = None
    """Columns whose ratio is printed: the median of the ratios within each round."""
    ratio_limit: float | None = None
    value_limit: tuple[str, float] | None = None
    """Column, and what its median may at most be."""
    reference: Values = ()
    """Values of the same column in another state, with which `grew_from` compares."""
    grew_from: str | None = None
    """Column that is held against `reference`: at most 1.25 times it, or 2 ms more."""
    least: tuple[str, float, str] | None = None
    """Column, what its median must at least be, and another column of which nine tenths do as well."""
    notes: dict[str, str] = field(default_factory=dict)
    """By column: what is said where there are no values."""

    @property
    def ratio(self) -> float | None:
        """The median of the ratios within each round."""
        if self.ratio_of is None:
            return None
        upper, lower = (self.values[column] for column in self.ratio_of)
        return median(x / y if y else float("inf") for x, y in zip(upper, lower, strict=True))

    @property
    def limit(self) -> str:
        """What is asked for, in words."""
        if self.ratio_of is not None and self.ratio_limit is not None:
            return f"{'/'.join(self.ratio_of)} ≤ {self.ratio_limit:g}"
        if self.value_limit is not None:
            column, most = self.value_limit
            return f"{column} ≤ {most:g} {self.unit}".rstrip()
        if self.grew_from is not None:
            before = f"{median(self.reference):.1f} {self.unit}"
            return f"{self.grew_from} ≤ {GROWTH:g} × {before}, or {GROWTH_MS:g} ms more"
        if self.least is not None:
            column, least, other = self.least
            return f"{column} ≥ {least:g}, or {SAME:g} × that of {other}"
        return ""

    @property
    def is_met(self) -> bool | None:
        """Whether the limit is met; `None` where there is none."""
        if self.ratio is not None and self.ratio_limit is not None:
            return self.ratio <= self.ratio_limit
        if self.value_limit is not None:
            column, most = self.value_limit
            return median(self.values[column]) <= most
        if self.grew_from is not None:
            before, after = median(self.reference), median(self.values[self.grew_from])
            return after <= max(GROWTH * before, before + GROWTH_MS)
        if self.least is not None:
            column, least, other = self.least
            return median(self.values[column]) >= min(least, SAME * median(self.values[other]))
        return None

    def to_dict(self) -> dict[str, Any]:
        """Return everything about the figure, ready for JSON."""
        return {
            "figure": self.title,
            "unit": self.unit,
            "values": {column: list(values) for column, values in self.values.items()},
            "medians": {column: median(values) for column, values in self.values.items()},
            "ratio_of": self.ratio_of,
            "ratio": self.ratio,
            "limit": self.limit,
            "met": self.is_met,
            "notes": self.notes,
        }


SAME = 0.9
GROWTH = 1.25
GROWTH_MS = 2.0


def to_markdown(figures: Sequence[Figure], columns: Mapping[str, str] = COLUMNS) -> str:
    """Return the table."""
    titles = [f"({key}) {title}" if title else key for key, title in columns.items()]
    heads = ["figure", *titles, "ratio", "limit", "met"]
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for figure in figures:
        cells = [
            figure.notes.get(column) or _cell(figure.values.get(column, ()), figure.unit)
            for column in columns
        ]
        ratio = (
            ""
            if figure.ratio is None or figure.ratio_of is None
            else f"{'/'.join(figure.ratio_of)} {figure.ratio:.2f}"
        )
        met = {True: "met", False: "**NOT met**", None: ""}[figure.is_met]
        lines.append("| " + " | ".join([figure.title, *cells, ratio, figure.limit, met]) + " |")
    return "\n".join(lines)


def _cell(values: Values, unit: str) -> str:
    if not values:
        return ""
    digits = 0 if max(values) >= 100 or all(float(value).is_integer() for value in values) else 1
    low, middle, high = (f"{value:,.{digits}f}" for value in (min(values), median(values), max(values)))
    spread = "" if low == high else f" ({low}–{high})"
    return f"{middle} {unit}".rstrip() + spread


def machine_line(chromium_version: str | None = None) -> str:
    """Say on what this was measured."""
    browser = f"Chromium {chromium_version}, " if chromium_version else ""
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    return (
        f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"{browser}{today}; load average {os.getloadavg()[0]:.1f} at the end"
    )
