"""Layers in the projection that is measured in, with an index of where their features are.

Kept for each state of an atlas's files; its languages share it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.atlas.atlas import Atlas
from geodata.atlas.per_atlas import per_atlas
from geodata.features.feature import Feature
from geodata.spatial.measuring import project


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


def geometry_on_ground(atlas: Atlas, feature: Feature) -> BaseGeometry:
    """Return the shape of a feature as it is measured; those of large layers are projected one by one."""
    if feature.layer.id not in atlas.in_memory:
        return project(feature.geometry)
    ground = ground_of(atlas, feature.layer.id)
    return ground.geometries[ground.positions[feature.id]]


@per_atlas()
def features_of(atlas: Atlas, layer_id: str) -> list[Feature]:
    """Return the features of a layer in the order of its file, in the language of the atlas."""
    data = atlas.in_memory[layer_id]
    return [
        Feature(data.layer, feature_id, properties, data.geometries[feature_id])
        for feature_id, properties in data.properties.items()
    ]


def warm_ground(atlas: Atlas) -> None:
    """Project every layer, so that the first to ask need not wait."""
    for layer_id in atlas.in_memory:
        ground_of(atlas, layer_id)


@per_atlas()
def _project(english: Atlas, layer_id: str) -> Ground:
    data = english.in_memory[layer_id]
    geometries = np.array([project(geometry) for geometry in data.geometries.values()], dtype=object)
    fields = {name: field.names_area_in for name, field in data.layer.fields.items() if field.names_area_in}
    named: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, properties in enumerate(data.properties.values()):
        for name, area_layer in fields.items():
            if isinstance(properties.get(name), str):
                named[area_layer, properties[name]].append(position)
    positions = {feature_id: position for position, feature_id in enumerate(data.properties)}
    return Ground(geometries, shapely.STRtree(geometries), positions, dict(named))
