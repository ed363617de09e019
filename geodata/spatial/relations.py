"""Finds what is near a feature, how far away the border is, what lies in it and what touches it.

The catalog's `[relations]` says which layers are asked. Distances are measured in EPSG:3035.
"""

from dataclasses import dataclass, replace

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.atlas.atlas import Atlas
from geodata.atlas.per_atlas import per_atlas
from geodata.features.feature import Feature
from geodata.spatial.measuring import meeting, projected_geometry
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
    """The nearest feature of each layer in `relations.nearest`, except the feature's layer. Lines have
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


def _neighbors(atlas: Atlas, feature: Feature, geometry: BaseGeometry) -> list[Feature]:
    """Return the areas of the same layer that touch an area; none of a large layer."""
    if feature.layer.id not in atlas.in_memory:
        return []
    ids, shapes = meeting(atlas, feature.layer.id, geometry)
    is_neighbor = (ids != feature.id) & (shapely.get_dimensions(shapes) == AREA)
    return atlas.layer(feature.layer.id).features(ids[is_neighbor])


def _nearest(atlas: Atlas, layer_id: str, geometry: BaseGeometry) -> Near | None:
    """Return the feature of a layer that is nearest to a geometry; `None` for an empty layer."""
    data = (atlas.english or atlas).layer(layer_id)
    if not data.count:
        return None
    places, [distance_m] = data.shapes.sindex.nearest(geometry, return_all=False, return_distance=True)
    [feature] = atlas.layer(layer_id).features(data.projected.index[places[1]])
    return Near(feature, float(distance_m) / 1000)


def _nearest_from_middle(atlas: Atlas, layer_id: str, geometry: BaseGeometry) -> Near | None:
    """Return the nearest feature, from the middle of an area that it lies in; `None` if several lie in it."""
    if shapely.get_dimensions(geometry) == AREA:
        inside = len(meeting(atlas, layer_id, geometry)[0])
        if inside > 1:
            return None
        if inside == 1:
            near = _nearest(atlas, layer_id, shapely.point_on_surface(geometry))
            return replace(near, is_from_middle=True) if near else None
    return _nearest(atlas, layer_id, geometry)


def _is_located(atlas: Atlas, geometry: BaseGeometry) -> bool:
    """Tell whether a geometry meets an area that says where features lie, or there are no such areas."""
    layers = [layer_id for layer_id in atlas.catalog.located_in if layer_id in atlas.in_memory]
    return not layers or any(len(meeting(atlas, layer_id, geometry)[0]) for layer_id in layers)


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
                rows = english.layer(field.names_area_in).properties.values()
                place = next((place for place, row in enumerate(rows) if row.get("name") == name), None)
                shapes = english.layer(field.names_area_in).shapes
                return Area(field.names_area_in, name, None if place is None else shapes[place])
    return None


def _members(atlas: Atlas, layer_id: str, area: Area) -> list[Feature]:
    """Return the features of a layer that lie mostly in an area or name it."""
    english = atlas.english or atlas
    data = english.layer(layer_id)
    members = set(_by_area(english, layer_id, area.layer_id).get(area.name, ()))
    if area.shape is not None:
        ids, shapes = meeting(atlas, layer_id, area.shape)
        members.update(ids[is_mostly_inside(shapes, area.shape)])
    return atlas.layer(layer_id).features([key for key in data.properties if key in members])


@per_atlas()
def _by_area(atlas: Atlas, layer_id: str, area_layer_id: str) -> dict[str, list[str]]:
    """Return the ids of a layer's features by the name of the area of another layer that they name."""
    data = atlas.layer(layer_id)
    fields = [name for name, field in data.layer.fields.items() if field.names_area_in == area_layer_id]
    named: dict[str, list[str]] = {}
    for field in fields:
        for feature_id, row in data.properties.items():
            if isinstance(area := row.get(field), str):
                named.setdefault(area, []).append(feature_id)
    return named
