"""Finds what is near a feature, how far away the border is, what lies in it and what touches it.

The catalog's `[relations]` says which layers are asked. Distances are measured in EPSG:3035.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.atlas.atlas import Atlas
from geodata.features.feature import Feature
from geodata.spatial.measuring import projected_geometry
from geodata.spatial.mostly_inside import is_mostly_inside

LINE, AREA = 1, 2
"""Dimensions of geometries."""


@dataclass(frozen=True)
class Near:
    """A feature and how far it is."""

    feature: Feature
    distance_km: float
    """Between the nearest points of the two shapes; 0 where they meet."""
    is_from_middle: bool = False
    """Whether it was measured from a point in the middle of an area, because it lies in that area."""


@dataclass(frozen=True)
class Relations:
    """How a feature relates to others."""

    nearest: list[Near]
    """The nearest feature of each layer in `relations.nearest`, but of the feature's own layer. Lines have
    none, because they pass many; an area with several features of a layer inside has none of that layer."""
    distances: list[Near]
    """The nearest feature of each layer in `relations.distance_to`, at 0 if it meets the feature. Only for
    features that meet the areas of `located_in`, if any: a border is drawn as far as these reach, and outside
    them another part of it may be nearer."""
    area: str | None
    """English name of the area that `inside` refers to: the feature itself, or the area that a feature of a
    layer in `relations.places` names as the one it lies in."""
    inside: dict[str, list[Feature]]
    """By layer of `relations.members`, in the order of its file: what lies mostly in that area, or names it.
    Layers without such features are left out."""
    neighbors: list[Feature]
    """The areas of the same layer that touch an area."""


@dataclass(frozen=True)
class Area:
    """The area that a feature is, or that it stands for."""

    layer_id: str
    name: str
    """In English, as features in it name it."""
    shape: BaseGeometry | None
    """In EPSG:3035; `None` if no layer has it."""


def relations_of(atlas: Atlas, feature: Feature) -> Relations:
    """Return how a feature relates to others of an atlas, with texts in the language of the atlas."""
    declared, geometry = atlas.catalog.relations, projected_geometry(atlas, feature)
    dimensions = shapely.get_dimensions(geometry)
    area = _area_of(atlas.english or atlas, feature, geometry)
    others = atlas.in_memory.keys() - {feature.layer.id}
    nearest = [
        _nearest_from_middle(atlas, layer_id, geometry)
        for layer_id in declared.nearest
        if layer_id in others and dimensions != LINE
    ]
    is_located = _is_located(atlas, geometry)
    distances = [
        _nearest(atlas, layer_id, geometry)
        for layer_id in declared.distance_to
        if layer_id in others and is_located
    ]
    inside = {
        layer_id: _members(atlas, layer_id, area)
        for layer_id in declared.members
        if area and layer_id in others - {area.layer_id}
    }
    return Relations(
        nearest=list(filter(None, nearest)),
        distances=list(filter(None, distances)),
        area=area.name if area else None,
        inside={layer_id: found for layer_id, found in inside.items() if found},
        neighbors=_neighbors(atlas, feature, geometry) if dimensions == AREA else [],
    )


def _meeting(frame: gpd.GeoDataFrame, geometry: BaseGeometry) -> NDArray[np.intp]:
    """Return the places in a frame of the features that meet a geometry, in the order of the frame."""
    found: NDArray[np.intp] = frame.sindex.query(geometry, predicate="intersects", sort=True)
    return found


def _neighbors(atlas: Atlas, feature: Feature, geometry: BaseGeometry) -> list[Feature]:
    """Return the areas of the same layer that touch an area; none of a large layer."""
    if feature.layer.id not in atlas.in_memory:
        return []
    frame = atlas.projected(feature.layer.id)
    touching = frame.iloc[_meeting(frame, geometry)].drop(feature.id)
    is_area = shapely.get_dimensions(touching.geometry.to_numpy()) == AREA
    return atlas.layer(feature.layer.id).features(touching.index[is_area])


def _nearest(atlas: Atlas, layer_id: str, geometry: BaseGeometry) -> Near | None:
    """Return the feature of a layer that is nearest to a geometry; `None` for an empty layer."""
    frame = atlas.projected(layer_id)
    if frame.empty:
        return None
    places, [distance_m] = frame.sindex.nearest(geometry, return_all=False, return_distance=True)
    [feature] = atlas.layer(layer_id).features(frame.index[places[1]])
    return Near(feature, float(distance_m) / 1000)


def _nearest_from_middle(atlas: Atlas, layer_id: str, geometry: BaseGeometry) -> Near | None:
    """Return the nearest feature, from the middle of an area that it lies in; `None` if several lie in it."""
    if shapely.get_dimensions(geometry) == AREA:
        inside = len(_meeting(atlas.projected(layer_id), geometry))
        if inside > 1:
            return None
        if inside == 1:
            near = _nearest(atlas, layer_id, shapely.point_on_surface(geometry))
            return replace(near, is_from_middle=True) if near else None
    return _nearest(atlas, layer_id, geometry)


def _is_located(atlas: Atlas, geometry: BaseGeometry) -> bool:
    """Tell whether a geometry meets an area that says where features lie, or there are no such areas."""
    layers = [layer_id for layer_id in atlas.catalog.located_in if layer_id in atlas.in_memory]
    return not layers or any(len(_meeting(atlas.projected(layer_id), geometry)) for layer_id in layers)


def _area_of(english: Atlas, feature: Feature, geometry: BaseGeometry) -> Area | None:
    """Return the area that a feature is or stands for; lines and other points have none."""
    layer = feature.layer
    known = english.feature(feature.reference)
    properties = known.properties if known else {}
    if shapely.get_dimensions(geometry) == AREA:
        return Area(layer.id, str(properties.get("name", feature.id)), geometry)
    if layer.id in english.catalog.relations.places:
        for field_name, field in layer.fields.items():
            name = properties.get(field_name)
            if field.names_area_in in english.in_memory and isinstance(name, str):
                frame = english.projected(field.names_area_in)
                shapes = frame.geometry[_has(frame, ["name"], name)]
                return Area(field.names_area_in, name, None if shapes.empty else shapes.iloc[0])
    return None


def _members(atlas: Atlas, layer_id: str, area: Area) -> list[Feature]:
    """Return the features of a layer that lie mostly in an area or name it."""
    data, frame = atlas.layer(layer_id), atlas.projected(layer_id)
    fields = [name for name, field in data.layer.fields.items() if field.names_area_in == area.layer_id]
    is_member = _has(frame, fields, area.name)
    if area.shape is not None:
        places = _meeting(frame, area.shape)
        is_member[places] |= is_mostly_inside(frame.geometry.iloc[places], area.shape)
    return data.features(frame.index[is_member])


def _has(frame: gpd.GeoDataFrame, names: Iterable[str], value: str) -> NDArray[np.bool_]:
    """Tell of each feature whether one of these properties has a value."""
    found = np.zeros(len(frame), dtype=bool)
    for name in names:
        if name in frame:
            found |= (frame[name] == value).to_numpy(dtype=bool, na_value=False)
    return found
