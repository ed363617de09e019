"""Axes: from which number to which they go, where each number stands, and which ones are printed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.i18n.formatting import format_number

STEPS = (1, 2, 5, 10)
"""Distances of printed numbers, times a power of ten."""


@dataclass(frozen=True)
class Tick:
    """A printed number on an axis."""

    at: float
    """Where it stands, in percent of the axis."""
    text: str


@dataclass(frozen=True)
class Scale:
    """An axis from `low` to `high`."""

    low: float
    high: float
    steps: tuple[float, ...]
    """The printed numbers."""
    is_log: bool = False

    def at(self, value: float) -> float:
        """Return where a number stands, in percent of the axis."""
        low, high, number = (
            (math.log(end) for end in (self.low, self.high, value))
            if self.is_log
            else (self.low, self.high, value)
        )
        return round(100 * (number - low) / (high - low), 2)

    def ticks(self, language: str) -> list[Tick]:
        """Return the printed numbers in a language."""
        return [Tick(self.at(step), format_number(step, language)) for step in self.steps]


def linear_scale(values: Sequence[float], count: int = 5) -> Scale:
    """Return an axis from 0 to just beyond the largest of numbers, with about `count` printed numbers."""
    high = max(values, default=0) or 1
    power = 10 ** math.floor(math.log10(high / count))
    step = next(power * factor for factor in STEPS if power * factor * count >= high)
    return Scale(0, high * 1.05, tuple(step * number for number in range(math.floor(high / step) + 1)))


def log_scale(values: Sequence[float]) -> Scale:
    """Return a logarithmic axis around numbers above 0."""
    low, high = min(values) / 1.15, max(values) * 1.25
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = [factor * 10.0**power for power in powers for factor in STEPS[:-1]]
    return Scale(low, high, tuple(step for step in steps if low <= step <= high), is_log=True)
