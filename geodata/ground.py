"""Layers in the projection that is measured in, with an index of where their features are.

Kept for each state of an atlas's files; its languages share it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import shapely

from geodata.loading import Atlas, Feature
from geodata.measure import MEASURING_CRS


@dataclass(frozen=True)
class Ground:
    """A layer in EPSG:3035, in the order of its file."""

    geometries: Any
    """Array of shapely geometries."""
    tree: shapely.STRtree
    positions: dict[str, int]
    """Feature id → place in the array."""
    named: dict[tuple[str, str], list[int]]
    """Area layer and name → the features that say they lie there."""


def ground_of(atlas: Atlas, layer_id: str) -> Ground:
    """Return a layer as it is measured."""
    return _project(atlas.english or atlas, layer_id)


@lru_cache(maxsize=256)
def features_of(atlas: Atlas, layer_id: str) -> list[Feature]:
    """Return the features of a layer in the order of its file, in the language of the atlas."""
    data = atlas.layers[layer_id]
    columns = zip(data.gdf.index, data.gdf["properties"], data.gdf.geometry, strict=True)
    return [
        Feature(data.layer, str(feature_id), properties, geometry)
        for feature_id, properties, geometry in columns
    ]


def warm_ground(atlas: Atlas) -> None:
    """Project every layer, so that the first to ask need not wait."""
    for layer_id in atlas.layers:
        ground_of(atlas, layer_id)


@lru_cache(maxsize=256)
def _project(english: Atlas, layer_id: str) -> Ground:
    data = english.layers[layer_id]
    geometries = data.gdf.geometry.to_crs(MEASURING_CRS).to_numpy()
    fields = {name: field.names_area_in for name, field in data.layer.fields.items() if field.names_area_in}
    named: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, properties in enumerate(data.gdf["properties"]):
        for name, area_layer in fields.items():
            if isinstance(properties.get(name), str):
                named[area_layer, properties[name]].append(position)
    positions = {str(feature_id): position for position, feature_id in enumerate(data.gdf.index)}
    return Ground(geometries, shapely.STRtree(geometries), positions, dict(named))
