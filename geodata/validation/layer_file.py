"""Why a file was refused: the rules for a layer's GeoJSON, of RFC 7946 and of its own claims."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.catalog.base import ID_PATTERN
from geodata.catalog.schema import COMMON_FIELDS, DataField, Layer
from geodata.catalog.values import TYPE_CHECKS, is_number
from geodata.errors import Problem, RefusedError
from geodata.json_object import JsonObject
from geodata.reading.geojson import MAX_DECIMALS, features_of, parse
from geodata.reading.geojson_geometry import to_geometry
from geodata.reading.limits import UNLIMITED
from geodata.validation.size import check_shape_size, check_size

BBOX_TOLERANCE_DEGREES = 1e-6


def read_features(layer_id: str, content: bytes) -> tuple[list[JsonObject], list[Problem]]:
    """Parse a GeoJSON file into its features; a file that is none gives no feature and one problem."""
    odd: set[str] = set()
    try:
        parsed = parse(content, UNLIMITED, odd)
        features = features_of(parsed)
    except RefusedError as error:
        return [], [Problem(layer_id, None, error.what, error.mend)]
    problems = [
        Problem(
            layer_id,
            None,
            f"holds {word}, which JSON does not have",
            "Write a number, or leave the property out.",
        )
        for word in sorted(odd)
    ]
    document: JsonObject = parsed if isinstance(parsed, dict) else {}
    if document["type"] != "FeatureCollection":
        mend = 'Wrap it in {"type": "FeatureCollection", "features": […]}.'
        problems.append(Problem(layer_id, None, "is not a FeatureCollection", mend))
    problems += [
        Problem(
            layer_id, f"#{number}", "is not a Feature", 'Give it "type": "Feature", properties and geometry.'
        )
        for number, feature in enumerate(features, 1)
        if not isinstance(feature, dict) or feature.get("type") != "Feature"
    ]
    usable = [
        feature for feature in features if isinstance(feature, dict) and feature.get("type") == "Feature"
    ]
    if "crs" in document:
        problems.append(
            Problem(
                layer_id,
                None,
                "has a `crs` member, which RFC 7946 took out",
                "Reproject to WGS 84 (EPSG:4326) and remove it.",
            )
        )
    problems.extend(_check_bbox(layer_id, document, usable))
    return usable, problems


def check_features(layer: Layer, features: list[JsonObject]) -> Iterator[Problem]:
    """Hold features to the claims of their layer."""
    if layer.count is not None and len(features) != layer.count:
        yield Problem(
            layer.id,
            None,
            f"has {len(features)} features where the catalog claims {layer.count}",
            "Correct `count`, or the file.",
        )
    seen: set[str] = set()
    for number, feature in enumerate(features, 1):
        feature_id = feature.get("id")
        if not isinstance(feature_id, str) or not re.fullmatch(ID_PATTERN, feature_id):
            yield Problem(
                layer.id,
                f"#{number}",
                f"has the id {json.dumps(feature_id)[:60]}",
                "Give it a lower-case id of letters, digits and underscores, such as `enschede`.",
            )
            feature_id = f"#{number}"
        elif feature_id in seen:
            yield Problem(
                layer.id,
                feature_id,
                f"is an id that another feature has too (feature #{number})",
                "Give each feature an id of its own.",
            )
        seen.add(feature_id)
        yield from _check_properties(layer, feature_id, feature.get("properties"))
        yield from _check_geometry(layer, feature_id, feature.get("geometry"))


def _check_bbox(layer_id: str, document: JsonObject, features: list[JsonObject]) -> Iterator[Problem]:
    """Hold the collection's bbox against its geometries."""
    geometries = [
        geometry for feature in features if (geometry := to_geometry(feature.get("geometry"))) is not None
    ]
    if not geometries:
        return
    actual = [float(value) for value in shapely.total_bounds(geometries)]
    stated = document.get("bbox")
    is_right = (
        isinstance(stated, list)
        and len(stated) == 4
        and all(isinstance(value, int | float) for value in stated)
        and all(
            math.isclose(a, b, abs_tol=BBOX_TOLERANCE_DEGREES) for a, b in zip(stated, actual, strict=True)
        )
    )
    if not is_right:
        yield Problem(
            layer_id,
            None,
            f"has the bbox {json.dumps(stated)}",
            f'Write "bbox": {json.dumps([round(value, 6) for value in actual])}.',
        )


def _check_properties(layer: Layer, feature_id: str, properties: object) -> Iterator[Problem]:
    """Hold a feature's properties to the fields that the catalog declares."""
    if not isinstance(properties, dict):
        yield Problem(layer.id, feature_id, "has no properties", "Add at least `name` and `description`.")
        return
    yield from check_size(layer.id, feature_id, properties)
    for name in ("name", "description", "source"):
        if not isinstance(properties.get(name), str) or not properties[name].strip():
            yield Problem(layer.id, feature_id, f"has no `{name}`", f"Add a text `{name}`.")
    for name, data_field in layer.fields.items():
        if name not in properties:
            if data_field.required:
                yield Problem(
                    layer.id, feature_id, f"lacks `{name}`", "Add it, or declare it as not required."
                )
            continue
        yield from _check_value(layer.id, feature_id, name, properties[name], data_field)
    accuracy_m = properties.get("accuracy_m", 0)
    if not is_number(accuracy_m) or accuracy_m < 0:
        yield Problem(
            layer.id, feature_id, f"has `accuracy_m` {accuracy_m!r}", "Give it in metres, as a number."
        )
    for name in properties:
        if name not in layer.fields and name not in COMMON_FIELDS:
            yield Problem(
                layer.id,
                feature_id,
                f"has the property `{name[:60]}`, which the catalog does not declare",
                f"Add [layers.{layer.id}.fields.{name[:60]}], or remove it.",
            )


def _check_value(
    layer_id: str, feature_id: str, name: str, value: object, data_field: DataField
) -> Iterator[Problem]:
    """Hold one value to its field's type and range."""
    if not TYPE_CHECKS[data_field.type](value):
        yield Problem(
            layer_id, feature_id, f"has `{name}` {json.dumps(value)[:60]}", f"Give it as {data_field.type}."
        )
        return
    if data_field.type == "choice" and value not in data_field.choices:
        yield Problem(
            layer_id, feature_id, f"has `{name}` {value!r}", f"Use one of {', '.join(data_field.choices)}."
        )
    low, high = data_field.minimum, data_field.maximum
    for number in value if data_field.type == "numbers" and isinstance(value, list) else [value]:
        if isinstance(number, int | float) and (
            (low is not None and number < low) or (high is not None and number > high)
        ):
            yield Problem(
                layer_id, feature_id, f"has `{name}` {number}", f"Give a value from {low} to {high}."
            )


def _check_geometry(layer: Layer, feature_id: str, geometry: object) -> Iterator[Problem]:
    """Hold a feature's geometry to RFC 7946 and to the layer's geometry types."""
    if not isinstance(geometry, dict):
        yield Problem(layer.id, feature_id, "has no geometry", "Draw one, or take the feature out.")
        return
    if geometry.get("type") not in layer.geometry_types:
        yield Problem(
            layer.id,
            feature_id,
            f"is a {geometry.get('type')}",
            f"Use {' or '.join(layer.geometry_types)}, or add the type to `geometry_types`.",
        )
    result = to_geometry(geometry)
    if result is None:
        yield Problem(layer.id, feature_id, "has a geometry that can't be read", "Check its coordinates.")
        return
    yield from check_shape_size(layer.id, feature_id, result)
    positions = shapely.get_coordinates(result)
    if not (np.abs(positions) <= (180, 90)).all():
        yield Problem(
            layer.id, feature_id, "has coordinates outside ±180, ±90", "Give longitude, latitude in WGS 84."
        )
    if (np.round(positions, MAX_DECIMALS) != positions).any():
        yield Problem(
            layer.id, feature_id, f"has coordinates of more than {MAX_DECIMALS} decimals", "Round them."
        )
    if not result.is_valid:
        yield Problem(
            layer.id,
            feature_id,
            f"is not valid: {shapely.is_valid_reason(result)}",
            "Repair it, for example with shapely.make_valid.",
        )
    if any(not _follows_right_hand_rule(polygon) for polygon in _polygons(result)):
        yield Problem(
            layer.id,
            feature_id,
            "is drawn against the right-hand rule",
            "Order outer rings counter-clockwise and holes clockwise (shapely.orient_polygons).",
        )


def _polygons(geometry: BaseGeometry) -> Iterator[shapely.Polygon]:
    """Find the polygons of a geometry."""
    for part in getattr(geometry, "geoms", [geometry]):
        if isinstance(part, shapely.Polygon):
            yield part
        elif hasattr(part, "geoms"):
            yield from _polygons(part)


def _follows_right_hand_rule(polygon: shapely.Polygon) -> bool:
    return polygon.exterior.is_ccw and not any(ring.is_ccw for ring in polygon.interiors)
