"""The result of an upload: layers, an account of every feature, and all problems."""

from dataclasses import dataclass, field

from geodata.errors import Problem
from geodata.features.layer_data import LayerData


@dataclass(frozen=True)
class Account:
    """What became of every feature of a table: `count_in` is `count` plus all that were left out."""

    count_in: int
    """Features in the file."""
    count: int
    """Features in the layer."""
    repaired: dict[str, int] = field(default_factory=dict)
    """What was repaired → number of features."""
    left_out: dict[str, int] = field(default_factory=dict)
    """Why features can't be shown → number of features."""
    crs: str = "WGS 84"
    """Name of the CRS of the coordinates in the file."""


@dataclass(frozen=True)
class AdmittedLayer:
    """One table of a file as a layer."""

    data: LayerData
    """Its catalog entry is inferred: title, geometry types, fields labeled by the names of their properties,
    a plain style. The ids of features are their numbers in the file, counted from 1."""
    report: Account


@dataclass(frozen=True)
class Admission:
    """The result of an upload."""

    layers: tuple[AdmittedLayer, ...] = ()
    """One per table that gives features, in the order of the file."""
    problems: tuple[Problem, ...] = ()
    """All problems, each with its correction; `layer` is the name of the file."""
    needs_crs: bool = False
    """Whether the file states no CRS, or seemingly a wrong one: ask for it, and give it as `crs`."""
    is_large: bool = False
    """Whether the file is too large for memory, and has to be built with `prepare_large`."""
