"""What a feature has to do with others: what is near, how far the border is, what lies in it or touches it.

The catalog's `[relations]` says which layers are asked. Distances are measured in EPSG:3035.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.atlas.atlas import Atlas
from geodata.features.feature import Feature
from geodata.spatial.projected import features_of, geometry_on_ground, ground_of

LINE, AREA = 1, 2
"""Dimensions of geometries."""


@dataclass(frozen=True)
class Near:
    """A feature and how far it is."""

    feature: Feature
    distance_km: float
    """Between the nearest points of the two shapes; 0 where they meet."""
    is_from_middle: bool = False
    """Whether it was measured from a point in the middle of an area instead, as the feature lies in it."""


@dataclass(frozen=True)
class Relations:
    """What a feature has to do with others."""

    nearest: list[Near]
    """The nearest feature of each layer in `relations.nearest`. Lines have none, as they pass many, nor have
    areas with several inside; features of such a layer have none of their own kind."""
    distances: list[Near]
    """The nearest feature of each layer in `relations.distance_to`; areas are measured from their edge, and
    those that it runs through are at 0. Only for features in the areas of `located_in`, where there are any:
    a border is drawn as far as these reach, and outside them another part of it may be nearer."""
    area: str | None
    """English name of the area that `inside` speaks of: the feature itself, or what a feature of a layer in
    `relations.places` names as the area that it lies in."""
    inside: dict[str, list[Feature]]
    """By layer of `relations.members`, in the order of its file: what lies in that area, or says so by its
    name; of lines and areas at least half must. Layers with nothing there are left out."""
    neighbors: list[Feature]
    """The areas of the same layer that touch an area."""


@dataclass(frozen=True)
class Area:
    """What a feature is, or what it stands for."""

    layer_id: str
    name: str
    """In English, as features say it that lie there."""
    shape: BaseGeometry | None
    """In EPSG:3035; `None` where no layer has it."""


def relations_of(atlas: Atlas, feature: Feature) -> Relations:
    """Return what a feature of an atlas has to do with others; all of these in the atlas's language."""
    declared, own_layer = atlas.catalog.relations, feature.layer.id
    geometry = geometry_on_ground(atlas, feature)
    dimensions = shapely.get_dimensions(geometry)
    area = _area_of(atlas.english or atlas, feature, geometry)

    def ask(layer_ids: list[str]) -> list[str]:
        return [layer_id for layer_id in layer_ids if layer_id in atlas.in_memory and layer_id != own_layer]

    nearest = [
        _nearest_from_middle(atlas, layer_id, geometry)
        for layer_id in (ask(declared.nearest) if dimensions != LINE else [])
    ]
    distances = [
        _nearest(atlas, layer_id, geometry)
        for layer_id in (ask(declared.distance_to) if _is_located(atlas, geometry) else [])
    ]
    inside = {
        layer_id: _members(atlas, layer_id, area)
        for layer_id in ask(declared.members)
        if area and layer_id != area.layer_id
    }
    return Relations(
        nearest=list(filter(None, nearest)),
        distances=list(filter(None, distances)),
        area=area.name if area else None,
        inside={layer_id: found for layer_id, found in inside.items() if found},
        neighbors=_neighbors(atlas, feature, geometry) if dimensions == AREA else [],
    )


def _neighbors(atlas: Atlas, feature: Feature, geometry: BaseGeometry) -> list[Feature]:
    """Return the areas of the same layer that touch an area; large layers are not asked."""
    if feature.layer.id not in atlas.in_memory:
        return []
    ground = ground_of(atlas, feature.layer.id)
    return [
        features_of(atlas, feature.layer.id)[other]
        for other in sorted(ground.tree.query(geometry, predicate="intersects"))
        if other != ground.positions[feature.id] and shapely.get_dimensions(ground.geometries[other]) == AREA
    ]


def _nearest(atlas: Atlas, layer_id: str, geometry: BaseGeometry) -> Near | None:
    """Return the feature of a layer that is nearest to a geometry; `None` where the layer is empty."""
    tree = ground_of(atlas, layer_id).tree
    if len(tree) == 0:
        return None
    [place], [distance_m] = tree.query_nearest(geometry, return_distance=True, all_matches=False)
    return Near(features_of(atlas, layer_id)[place], float(distance_m) / 1000)


def _nearest_from_middle(atlas: Atlas, layer_id: str, geometry: BaseGeometry) -> Near | None:
    """Do the same for an area with one such feature inside from its middle; `None` where several are."""
    if shapely.get_dimensions(geometry) == AREA:
        inside = ground_of(atlas, layer_id).tree.query(geometry, predicate="intersects")
        if len(inside) > 1:
            return None
        if len(inside) == 1:
            near = _nearest(atlas, layer_id, shapely.point_on_surface(geometry))
            return replace(near, is_from_middle=True) if near else None
    return _nearest(atlas, layer_id, geometry)


def _is_located(atlas: Atlas, geometry: BaseGeometry) -> bool:
    """Tell whether a geometry meets the areas that say where features lie, or there are none."""
    layers = [layer_id for layer_id in atlas.catalog.located_in if layer_id in atlas.in_memory]
    grounds = [ground_of(atlas, layer_id) for layer_id in layers]
    return not grounds or any(len(ground.tree.query(geometry, predicate="intersects")) for ground in grounds)


def _area_of(english: Atlas, feature: Feature, geometry: BaseGeometry) -> Area | None:
    """Return the area that a feature is or stands for; lines and other points have none."""
    layer = feature.layer
    own = english.feature(feature.reference)
    properties = own.properties if own else {}
    if shapely.get_dimensions(geometry) == AREA:
        return Area(layer.id, str(properties.get("name", feature.id)), geometry)
    if layer.id in english.catalog.relations.places:
        for field_name, field in layer.fields.items():
            name = properties.get(field_name)
            if field.names_area_in in english.in_memory and isinstance(name, str):
                return Area(field.names_area_in, name, _shape_of(english, field.names_area_in, name))
    return None


def _shape_of(english: Atlas, layer_id: str, name: str) -> BaseGeometry | None:
    """Return the shape of the area of this name, in EPSG:3035."""
    names = [properties.get("name") for properties in english.in_memory[layer_id].properties.values()]
    return ground_of(english, layer_id).geometries[names.index(name)] if name in names else None


def _members(atlas: Atlas, layer_id: str, area: Area) -> list[Feature]:
    """Return the features of a layer that lie in an area or say so."""
    ground = ground_of(atlas, layer_id)
    places = set(ground.named.get((area.layer_id, area.name), []))
    if area.shape is not None:
        touching = ground.tree.query(area.shape, predicate="intersects")
        places |= set(touching[_are_mostly_in(ground.geometries[touching], area.shape)].tolist())
    return [features_of(atlas, layer_id)[place] for place in sorted(places)]


def _are_mostly_in(geometries: Any, area: BaseGeometry) -> Any:
    """Tell of geometries that meet an area whether at least half of each is in it; of points, all are."""
    inside = np.ones(len(geometries), dtype=bool)
    for place in np.flatnonzero(shapely.get_dimensions(geometries)):
        size = shapely.area if shapely.get_dimensions(geometries[place]) == AREA else shapely.length
        inside[place] = size(shapely.intersection(geometries[place], area)) >= size(geometries[place]) / 2
    return inside
