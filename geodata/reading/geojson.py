"""GeoJSON as people have it: whatever parses, within limits, as features with shapes and properties."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from geodata.errors import RefusedError, message
from geodata.json_object import JsonObject
from geodata.reading.geojson_geometry import to_shape
from geodata.reading.limits import Limits
from geodata.reading.unique_names import distinct

STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
BRACKETS = b"[]{}"
NOT_BRACKETS = bytes(set(range(256)) - set(BRACKETS))

LONG_NUMBER = re.compile(rb"\d{16}")
MAX_EXACT_DIGITS = 15
"""A browser's numbers have no more (2⁵³): longer whole numbers are kept as texts."""

MAX_DECIMALS = 6
"""About 0.1 m; more is noise (RFC 7946, section 11.2)."""

GEOMETRY_TYPES = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
}  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """Some features in a row, as a file has them."""

    first: int
    """Number of the first one in the file, counted from 1."""
    geometries: Any
    """Array of shapely geometries, `None` where there is none."""
    properties: list[JsonObject]
    left_out: dict[int, str] = field(default_factory=dict)
    """Place in the array → why there is no geometry, where more is known than that."""
    repaired: Counter[str] = field(default_factory=Counter)
    """What was mended while reading → with how many features."""


def parse(content: bytes, limits: Limits, odd: set[str] | None = None) -> Any:
    """Return what a JSON text holds; raises `RefusedError`.

    `NaN` and infinities, which are no JSON, are read as what they say; whole numbers of more than 15 digits
    become texts, which lose nothing on the way to a browser. `odd` takes the words that are no JSON.
    """

    def to_number(word: str) -> float:
        if odd is not None:
            odd.add(word)
        return float(word)

    check_nesting(content, limits)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(
            message("is not UTF-8 (byte {place})", place=error.start), message("Save the file as UTF-8.")
        ) from None
    try:
        return json.loads(
            text,
            parse_int=_to_exact if LONG_NUMBER.search(content) else None,
            parse_constant=to_number,
            object_pairs_hook=_to_object,
        )
    except json.JSONDecodeError as error:
        what = message(
            "is not JSON: {cause} in line {line}, column {column}",
            cause=error.msg,
            line=error.lineno,
            column=error.colno,
        )
        raise RefusedError(what, message("Correct that place in the file, or export it again.")) from None
    except RecursionError:
        raise _too_deep(limits) from None


def check_nesting(content: bytes, limits: Limits) -> None:
    """Raise `RefusedError` where lists and objects lie too deep or are too many, without parsing them."""
    brackets = np.frombuffer(STRING.sub(b"", content).translate(None, NOT_BRACKETS), dtype=np.uint8)
    is_opening = (brackets == ord("[")) | (brackets == ord("{"))
    depth = np.cumsum(np.where(is_opening, 1, -1))
    if len(depth) and depth.max() > limits.max_nesting:
        raise _too_deep(limits)
    if int(is_opening.sum()) > limits.max_vertices + 8 * limits.max_features:
        raise too_many_vertices(limits)


def too_many_features(limits: Limits) -> RefusedError:
    """Return the error of a file with more features than are read."""
    return RefusedError(
        message("has more than {count} features", count=limits.max_features), message("Give a part of it.")
    )


def too_many_vertices(limits: Limits) -> RefusedError:
    """Return the error of a file with more positions than are read."""
    return RefusedError(
        message("has more than {count} positions", count=limits.max_vertices),
        message("Simplify its shapes, or give a part of it."),
    )


def _too_deep(limits: Limits) -> RefusedError:
    return RefusedError(
        message("is nested too deeply to read: more than {count} levels", count=limits.max_nesting),
        message("Export the layer again as plain GeoJSON."),
    )


def _to_object(pairs: list[tuple[str, Any]]) -> JsonObject:
    """Return an object; of two members with one name, the second gets another."""
    found = dict(pairs)
    if len(found) < len(pairs):
        return dict(zip(distinct(name for name, _ in pairs), (value for _, value in pairs), strict=True))
    return found


def _to_exact(digits: str) -> int | str:
    return int(digits) if len(digits.lstrip("-")) <= MAX_EXACT_DIGITS else digits


def features_of(document: Any) -> list[Any]:
    """Return the features of a document: a collection's, or the one that it is; raises `RefusedError`."""
    kind = document.get("type") if isinstance(document, dict) else None
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise RefusedError(message("has no list of `features`"), message("Add it, empty if need be."))
        return features
    if kind == "Feature":
        return [document]
    if isinstance(kind, str) and kind in GEOMETRY_TYPES:
        return [{"type": "Feature", "properties": {}, "geometry": document}]
    if kind == "Topology":
        raise RefusedError(message("is TopoJSON"), message("Export it as GeoJSON."))
    raise RefusedError(
        message("is not a FeatureCollection"),
        message("Give GeoJSON: features in a FeatureCollection, a Feature or a geometry."),
    )


def stated_crs(document: Any) -> str | None:
    """Return the CRS that a document names in the member that GeoJSON had before RFC 7946, or `None`."""
    crs = document.get("crs") if isinstance(document, dict) else None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None


def read_rows(features: list[Any], limits: Limits) -> Iterator[Rows]:
    """Yield features in batches; what is none of them has neither geometry nor properties, and a reason."""
    if len(features) > limits.max_features:
        raise too_many_features(limits)
    vertices = 0
    for start in range(0, len(features), 1000):
        batch = features[start : start + 1000]
        rows = Rows(start + 1, np.full(len(batch), None, dtype=object), [])
        for place, feature in enumerate(batch):
            if not isinstance(feature, dict) or feature.get("type") != "Feature":
                rows.properties.append({})
                rows.left_out[place] = message("it is not a Feature")
                continue
            rows.properties.append(_properties(feature))
            shape = to_shape(feature.get("geometry"))
            rows.geometries[place] = shape.geometry
            rows.repaired.update(shape.repaired)
            vertices += shape.vertices
            if shape.fault is not None:
                rows.left_out[place] = shape.fault
            if vertices > limits.max_vertices:
                raise too_many_vertices(limits)
        yield rows


def _properties(feature: JsonObject) -> JsonObject:
    """Return the properties of a feature, and its id as one more, unless it has a property of that name."""
    properties = feature.get("properties")
    own = dict(properties) if isinstance(properties, dict) else {}
    if properties is not None and not isinstance(properties, dict):
        own["properties"] = properties
    feature_id = feature.get("id")
    return own if feature_id is None or "id" in own else {"id": feature_id, **own}
