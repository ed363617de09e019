"""Checks the GeoJSON file of a layer against RFC 7946 and against the claims of the catalog."""

import json
import re
from collections.abc import Iterator

import numpy as np
import shapely

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

QUOTED_LENGTH = 60
"""Number of characters of a value that a problem repeats."""

Fault = tuple[str, str]
"""What is wrong, and how to correct it, as in `Problem`."""


def read_features(layer_id: str, content: bytes) -> tuple[list[JsonObject], list[Problem]]:
    """Parse a GeoJSON file into its features; a file of another format has no features and one problem."""
    odd: set[str] = set()
    try:
        parsed = parse(content, UNLIMITED, odd)
        features = features_of(parsed)
    except RefusedError as error:
        return [], [Problem(layer_id, None, error.what, error.mend)]
    document: JsonObject = parsed if isinstance(parsed, dict) else {}
    mend = "Write a number, or leave the property out."
    faults = [(f"holds {word}, which is not JSON", mend) for word in sorted(odd)]
    if document["type"] != "FeatureCollection":
        mend = 'Wrap it in {"type": "FeatureCollection", "features": […]}.'
        faults.append(("is not a FeatureCollection", mend))
    if "crs" in document:
        mend = "Reproject to WGS 84 (EPSG:4326) and remove it."
        faults.append(("has a `crs` member, which RFC 7946 has removed", mend))
    usable: list[JsonObject] = []
    problems: list[Problem] = []
    for number, feature in enumerate(features, 1):
        if isinstance(feature, dict) and feature.get("type") == "Feature":
            usable.append(feature)
        else:
            mend = 'Give it "type": "Feature", properties and geometry.'
            problems.append(Problem(layer_id, f"#{number}", "is not a Feature", mend))
    faults.extend(_check_bbox(document, usable))
    return usable, [*(Problem(layer_id, None, *fault) for fault in faults), *problems]


def check_features(layer: Layer, features: list[JsonObject]) -> Iterator[Problem]:
    """Check features against the claims of their layer."""
    if layer.count is not None and len(features) != layer.count:
        what = f"has {len(features)} features where the catalog claims {layer.count}"
        yield Problem(layer.id, None, what, "Correct `count`, or the file.")
    seen: set[str] = set()
    for number, feature in enumerate(features, 1):
        feature_id = feature.get("id")
        if not isinstance(feature_id, str) or not re.fullmatch(ID_PATTERN, feature_id):
            what = f"has the id {_quote(feature_id)}"
            mend = "Give it an id of lower-case letters, digits and underscores, such as `enschede`."
            feature_id = f"#{number}"
            yield Problem(layer.id, feature_id, what, mend)
        elif feature_id in seen:
            what = f"is also the id of feature #{number}"
            yield Problem(layer.id, feature_id, what, "Give each feature another id.")
        seen.add(feature_id)
        for fault in _check_properties(layer, feature.get("properties")):
            yield Problem(layer.id, feature_id, *fault)
        for fault in _check_geometry(layer, feature.get("geometry")):
            yield Problem(layer.id, feature_id, *fault)


def _check_bbox(document: JsonObject, features: list[JsonObject]) -> Iterator[Fault]:
    """Compare the bbox of a collection with its geometries."""
    shapes = [shape for feature in features if (shape := to_geometry(feature.get("geometry"))) is not None]
    if not shapes:
        return
    actual = [float(value) for value in shapely.total_bounds(shapes)]
    stated = document.get("bbox")
    if (
        not isinstance(stated, list)
        or len(stated) != 4
        or not all(isinstance(value, int | float) for value in stated)
        or not np.allclose(stated, actual, rtol=0, atol=BBOX_TOLERANCE_DEGREES)
    ):
        right = json.dumps([round(value, 6) for value in actual])
        yield f"has the bbox {json.dumps(stated)}", f'Write "bbox": {right}.'


def _check_properties(layer: Layer, properties: object) -> Iterator[Fault]:
    """Check the properties of a feature against the fields of the catalog."""
    if not isinstance(properties, dict):
        yield "has no properties", "Add at least `name` and `description`."
        return
    yield from check_size(properties)
    for name in ("name", "description", "source"):
        if not isinstance(properties.get(name), str) or not properties[name].strip():
            yield f"has no `{name}`", f"Add a text `{name}`."
    for name, data_field in layer.fields.items():
        if name in properties:
            yield from _check_value(name, properties[name], data_field)
        elif data_field.required:
            yield f"lacks `{name}`", "Add it, or declare it as not required."
    accuracy_m = properties.get("accuracy_m", 0)
    if not is_number(accuracy_m) or accuracy_m < 0:
        yield f"has `accuracy_m` {accuracy_m!r}", "Give it in metres, as a number."
    for name in properties:
        if name not in layer.fields and name not in COMMON_FIELDS:
            short = name[:QUOTED_LENGTH]
            mend = f"Add [layers.{layer.id}.fields.{short}], or remove it."
            yield f"has the property `{short}`, which the catalog does not declare", mend


def _check_value(name: str, value: object, data_field: DataField) -> Iterator[Fault]:
    """Check one value against the type and the range of its field."""
    if not TYPE_CHECKS[data_field.type](value):
        yield f"has `{name}` {_quote(value)}", f"Give it as {data_field.type}."
        return
    if data_field.type == "choice" and value not in data_field.choices:
        yield f"has `{name}` {value!r}", f"Use one of {', '.join(data_field.choices)}."
    low, high = data_field.minimum, data_field.maximum
    for number in value if data_field.type == "numbers" and isinstance(value, list) else [value]:
        if isinstance(number, int | float) and (
            (low is not None and number < low) or (high is not None and number > high)
        ):
            yield f"has `{name}` {number}", f"Give a value from {low} to {high}."


def _check_geometry(layer: Layer, geometry: object) -> Iterator[Fault]:
    """Check the geometry of a feature against RFC 7946 and against the geometry types of its layer."""
    if not isinstance(geometry, dict):
        yield "has no geometry", "Draw one, or remove the feature."
        return
    if geometry.get("type") not in layer.geometry_types:
        mend = f"Use {' or '.join(layer.geometry_types)}, or add the type to `geometry_types`."
        yield f"is a {geometry.get('type')}", mend
    shape = to_geometry(geometry)
    if shape is None:
        yield "has a geometry that can't be read", "Check its coordinates."
        return
    yield from check_shape_size(shape)
    positions = shapely.get_coordinates(shape)
    if not (np.abs(positions) <= (180, 90)).all():
        yield "has coordinates outside ±180, ±90", "Give longitude, latitude in WGS 84."
    if (np.round(positions, MAX_DECIMALS) != positions).any():
        yield f"has coordinates of more than {MAX_DECIMALS} decimals", "Round them."
    if not shape.is_valid:
        what = f"is not valid: {shapely.is_valid_reason(shape)}"
        yield what, "Repair it, for example with shapely.make_valid."
    if not shapely.equals_identical(shape, shapely.orient_polygons(shape)):
        mend = "Order outer rings counter-clockwise and holes clockwise (shapely.orient_polygons)."
        yield "is drawn against the right-hand rule", mend


def _quote(value: object) -> str:
    return json.dumps(value)[:QUOTED_LENGTH]
