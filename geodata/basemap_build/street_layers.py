"""Reads `street_layers.toml` and `far_layers.toml`: layers of tiles, first zooms, and files of sources."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

Condition = bool | float | list[str | int]


class Table(BaseModel):
    """A table of the file: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ZoomRule(BaseModel):
    """From which zoom on features are drawn that fulfil some conditions."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, list[str | int]]

    zoom: int | None = None
    """Without it, the features are left out."""
    named: bool = False
    area_m2: float = 0
    length_m: float = 0

    @property
    def values(self) -> Mapping[str, list[str | int]]:
        """Attribute → its values, one of which a feature has."""
        return self.__pydantic_extra__


class StreetLayer(Table):
    """A layer of the tiles."""

    attributes: list[str]
    """What features keep, in this order."""
    rules: list[ZoomRule]
    of: str | None = None
    """Layer whose features this one has too."""
    zooms: tuple[int, int] | None = None
    """First and last zoom of its own tiles; without them, it is in the tiles of the others."""
    simplify_m: float = 0
    """Tolerance of Douglas-Peucker, in m."""
    min_hole_m2: float = 0
    """Smaller holes of areas are filled."""

    @property
    def columns(self) -> list[str]:
        """Attributes that features keep, and those of which rules speak."""
        return list(dict.fromkeys([*self.attributes, *(name for rule in self.rules for name in rule.values)]))

    @property
    def kinds(self) -> set[str | int]:
        """Kinds that are drawn; empty where all are."""
        values = [rule.values for rule in self.rules if rule.zoom is not None]
        return {kind for some in values for kind in some.get("kind", [])} if all(values) else set()


class FolderFile(Table):
    """A file of a folder of layers."""

    file: str
    layer: str
    kind: str | None = None
    """Kind of all its features."""
    kinds: dict[str, str] = Field(default_factory=dict)
    """Kind in the file → kind in the tiles, where they differ."""
    as_points: bool = False
    """Whether areas become points within them, such as for their names."""
    without: str | None = None
    """Where its areas are wrong, as WKT in degrees."""
    blocks: str | None = None
    """File with areas whose parts are drawn as one."""


class StreetLayers(Table):
    """The whole file."""

    name: str
    """What the file of tiles calls itself."""
    zooms: tuple[int, int]
    """First and last zoom of the tiles of most layers."""
    attribution: dict[str, str]
    """Kind of source → whom to credit."""
    license: str
    """SPDX identifier."""
    layers: dict[str, StreetLayer]
    folder: list[FolderFile]


@cache
def street_layers(name: str = "street_layers") -> StreetLayers:
    """Return the content of a file, by its name without ending."""
    text = Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8")
    return StreetLayers.model_validate(tomllib.loads(text))


def far_layers() -> StreetLayers:
    """Return the layers of what lies around the streets."""
    return street_layers("far_layers")
