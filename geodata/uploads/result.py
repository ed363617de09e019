"""What became of a file at the gate: its layers, an account of every feature, and all that was wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

from geodata.errors import Problem
from geodata.features.layer_data import LayerData


@dataclass(frozen=True)
class Account:
    """Where every feature of a table went: `count_in` is `count` and all that were left out."""

    count_in: int
    """Features in the file."""
    count: int
    """Features in the layer."""
    repaired: dict[str, int] = field(default_factory=dict)
    """What was wrong and could be mended without guessing → with how many features."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Why features could not be shown → how many."""
    crs: str = "WGS 84"
    """Name of the CRS that the coordinates came in."""


@dataclass(frozen=True)
class AdmittedLayer:
    """One table of a file as a layer like any other."""

    data: LayerData
    """Its entry is made for it: title, geometry types, fields with the names of the properties as labels, a
    plain style. Features are called by their number in the file, counted from 1."""
    report: Account


@dataclass(frozen=True)
class Admission:
    """The answer of the gate to a file."""

    layers: tuple[AdmittedLayer, ...] = ()
    """One per table that gives features, in the order of the file."""
    problems: tuple[Problem, ...] = ()
    """All that was wrong, at once, each with what to do; `layer` is the name of the file."""
    needs_crs: bool = False
    """Whether the file does not say in which CRS its coordinates are, or seems to say it wrong: ask, and give
    it as `crs`."""
    is_large: bool = False
    """Whether it has no layers yet, as the file is to be built like a large one (`gate.prepare_large`)."""
