"""Reads `street_sources.toml`: which features of a source go to which layer of the tiles, as which kind."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from pydantic import Field

from geodata.basemap_build.street_layers import Table
from geodata.basemap_build.street_shapes import label_points


class TagRule(Table):
    """Which features of a table of the source go to a layer."""

    table: str
    layer: str
    key: str | None = None
    """Column whose value decides; without it, all features go."""
    kind: str | None = None
    """Kind of all features that have a value."""
    same: list[str] = Field(default_factory=list)
    """Values that are kinds of the tiles."""
    kinds: dict[str, str] = Field(default_factory=dict)
    """Value → kind."""
    where: dict[str, list[str]] = Field(default_factory=dict)
    """Column → its values, one of which a feature has too."""
    as_points: bool = False
    """Whether areas become points within them, such as for their names."""

    def find_kinds(self, features: gpd.GeoDataFrame) -> pd.Series:
        """Return the kind of each feature, missing where the rule does not fit."""
        nothing = pd.Series(None, features.index, dtype=object)
        values = nothing.fillna("") if self.key is None else features.get(self.key, nothing)
        known = {**{value: value for value in self.same}, **self.kinds}
        kinds = values.map(known) if self.kind is None else values.mask(values.notna(), self.kind)
        for name, some in self.where.items():
            kinds = kinds.where(features.get(name, nothing).isin(some), None)
        return kinds.astype(object)


class SourceRules(Table):
    """The whole file."""

    osm_extract: list[TagRule]
    openmaptiles: list[TagRule]


@cache
def source_rules() -> SourceRules:
    """Return the content of the file."""
    text = Path(__file__).with_name("street_sources.toml").read_text(encoding="utf-8")
    return SourceRules.model_validate(tomllib.loads(text))


def to_layers(features: gpd.GeoDataFrame, rules: list[TagRule]) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """Yield the features of a table for each layer to which they go, with the column `kind`."""
    taken = {rule.layer: np.zeros(len(features), dtype=bool) for rule in rules}
    for rule in rules:
        kinds = rule.find_kinds(features)
        is_found = kinds.notna().to_numpy() & ~taken[rule.layer]
        taken[rule.layer] |= is_found
        if is_found.any():
            found = features[is_found].assign(kind=kinds[is_found])
            yield rule.layer, label_points(found) if rule.as_points else found
