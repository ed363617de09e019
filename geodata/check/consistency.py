"""What layers claim of each other and of the ground: the rules that `check` adds to those of single files.

Distances, areas and lengths are measured in EPSG:3035.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.atlas.atlas import Atlas
from geodata.catalog.schema import DataField, Route
from geodata.errors import Problem
from geodata.features.layer_data import LayerData
from geodata.json_object import JsonObject
from geodata.network.corridor import faults
from geodata.spatial.measuring import area_km2, length_km


def check_consistency(atlas: Atlas) -> Iterator[Problem]:
    """Hold the layers of an atlas against each other."""
    for data in atlas.in_memory.values():
        for name, field in data.layer.fields.items():
            for feature_id, geometry, properties in _features(data):
                if name in properties:
                    yield from _check_measure(data, feature_id, name, field, properties[name], geometry)
            yield from _check_inverse(atlas, data, name, field)
            yield from _check_distance(atlas, data, name, field)
            yield from _check_area_named(atlas, data, name, field)
        yield from _check_tiling(atlas, data)
        if data.layer.route is not None:
            yield from _check_route(data, data.layer.route)
    yield from _check_story(atlas)


def _features(data: LayerData) -> Iterator[tuple[str, BaseGeometry, JsonObject]]:
    for feature_id, properties in data.properties.items():
        yield feature_id, data.geometries[feature_id], properties


def _check_measure(
    data: LayerData, feature_id: str, name: str, field: DataField, value: Any, geometry: BaseGeometry
) -> Iterator[Problem]:
    """Hold a published figure to the shape that is drawn."""
    if field.measures is None or not isinstance(value, int | float):
        return
    if field.measures == "length_km":
        measured = length_km(geometry)
    else:
        measured = area_km2(geometry) * (100 if field.measures == "area_ha" else 1)
    if not math.isclose(value, measured, rel_tol=field.tolerance):
        yield Problem(
            data.layer.id,
            feature_id,
            f"has `{name}` {value:g} where {measured:.1f} is drawn",
            f"Correct the figure or the shape; they may differ by {field.tolerance:.1%}.",
        )


def _check_inverse(atlas: Atlas, data: LayerData, name: str, field: DataField) -> Iterator[Problem]:
    """Find features that name one that does not name them back."""
    target = atlas.in_memory.get(field.refers_to or "")
    if target is None or field.inverse is None:
        return
    named_back = {
        feature_id: _ids(properties.get(field.inverse)) for feature_id, _, properties in _features(target)
    }
    for feature_id, _, properties in _features(data):
        for item in sorted(_ids(properties.get(name))):
            if feature_id not in named_back.get(item, {feature_id}):
                yield Problem(
                    data.layer.id,
                    feature_id,
                    f"names `{item}` in `{name}`, which does not name it back",
                    f"Add it to `{field.inverse}` of {target.layer.id}.{item}, or remove that one here.",
                )


def _check_distance(atlas: Atlas, data: LayerData, name: str, field: DataField) -> Iterator[Problem]:
    """Find features that lie too far from what they name."""
    target = atlas.in_memory.get(field.refers_to or "")
    if target is None or field.within_m is None:
        return
    own, others = data.projected.geometry, target.projected.geometry
    for feature_id, _, properties in _features(data):
        for item in sorted(_ids(properties.get(name)) & set(others.index)):
            distance_m = own[feature_id].distance(others[item])
            if distance_m > field.within_m:
                yield Problem(
                    data.layer.id,
                    feature_id,
                    f"lies {distance_m:.0f} m from {target.layer.id}.{item}, which it names in `{name}`",
                    f"Correct the position or `{name}`; at most {field.within_m:.0f} m are allowed.",
                )


def _check_area_named(atlas: Atlas, data: LayerData, name: str, field: DataField) -> Iterator[Problem]:
    """Find features that do not lie in the area that they name, as far as their accuracy can tell."""
    target = atlas.in_memory.get(field.names_area_in or "")
    if target is None:
        return
    areas = {
        str(properties.get("name")): geometry
        for properties, geometry in zip(target.properties.values(), target.projected.geometry, strict=True)
    }
    own = data.projected.geometry
    for feature_id, _, properties in _features(data):
        stated = properties.get(name)
        if not isinstance(stated, str):
            continue
        accuracy_m = properties.get("accuracy_m", 0)
        slack_m = accuracy_m if isinstance(accuracy_m, int | float) else 0
        actual = [area_name for area_name, area in areas.items() if area.intersects(own[feature_id])]
        is_wrong = areas[stated].distance(own[feature_id]) > slack_m if stated in areas else bool(actual)
        if is_wrong:
            yield Problem(
                data.layer.id,
                feature_id,
                f"names {stated} in `{name}`, and lies in {', '.join(actual) or 'none of them'}",
                f"Correct the position or `{name}`.",
            )


def _check_tiling(atlas: Atlas, data: LayerData) -> Iterator[Problem]:
    """Find gaps between areas that fill another, overlaps, and what sticks out."""
    whole = atlas.in_memory.get(data.layer.tiles or "")
    if whole is None:
        return
    parts = data.projected.geometry
    frame = whole.projected.geometry.union_all()
    union = parts.union_all()
    for what, area_m2 in {
        "leave gaps of": shapely.area(frame.difference(union)),
        "stick out by": shapely.area(union.difference(frame)),
        "overlap by": parts.area.sum() - shapely.area(union),
    }.items():
        if area_m2 > data.layer.tiles_tolerance_m2:
            yield Problem(
                data.layer.id,
                None,
                f"should fill {whole.layer.id}, and its areas {what} {area_m2:.0f} m²",
                f"Draw common boundaries alike; {data.layer.tiles_tolerance_m2:.0f} m² are allowed.",
            )


def _check_route(data: LayerData, route: Route) -> Iterator[Problem]:
    """Hold the legs of each line to its stops and its length."""
    for feature_id, _, properties in _features(data):
        for what, mend in faults(route, properties):
            yield Problem(data.layer.id, feature_id, what, mend)


def _check_story(atlas: Atlas) -> Iterator[Problem]:
    """Find features that the overview, the story or the contacts name and that there are not."""
    catalog = atlas.catalog
    named = [(f"figure “{figure.label}”", figure.feature) for figure in catalog.overview.figures]
    named += [(f"chapter `{part.id}`", item) for part in catalog.chapters for item in part.features]
    named += [(f"contact “{part.role}”", item) for part in catalog.about.contacts for item in part.features]
    for where, reference in named:
        if atlas.feature(reference) is None:
            mend = "Name one that there is, as `<layer>.<feature id>`."
            yield Problem(None, None, f"{where} names {reference}, which there is not", mend)
    for figure in catalog.overview.figures:
        feature = atlas.feature(figure.feature)
        if feature is not None and figure.field not in feature.properties:
            what = f"figure “{figure.label}” names `{figure.field}`, which {figure.feature} does not have"
            yield Problem(None, None, what, "Name one of its fields.")


def _ids(value: object) -> set[str]:
    """Return the ids that a property names."""
    return {item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)}
