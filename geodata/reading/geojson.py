"""Reads GeoJSON, valid or not, within limits."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

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
"""Longer whole numbers are kept as texts: a browser rounds them (2⁵³)."""

MAX_DECIMALS = 6
"""Decimals of a coordinate in degrees: about 0.1 m; more is noise (RFC 7946, section 11.2)."""

GEOMETRY_TYPES = {
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection",
}  # fmt: skip


@dataclass(frozen=True)
class FeatureBatch:
    """Some consecutive features of a file."""

    first: int
    """Number of the first feature in the file, counted from 1."""
    geometries: NDArray[np.object_]
    """Shapely geometries; `None` where a feature has none."""
    properties: list[JsonObject]
    left_out: dict[int, str] = field(default_factory=dict)
    """Place in the array → why there is no geometry, if the reader knows."""
    repaired: Counter[str] = field(default_factory=Counter)
    """What was repaired while reading → number of features."""


def parse(content: bytes, limits: Limits, odd: set[str] | None = None) -> object:
    """Parse a JSON text; raises `RefusedError`.

    `NaN` and infinities, which JSON does not have, are read as numbers and added to `odd`; whole numbers of
    more than 15 digits become texts.
    """

    def to_number(word: str) -> float:
        if odd is not None:
            odd.add(word)
        return float(word)

    check_nesting(content, limits)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = message("is not UTF-8 (byte {place})", place=error.start)
        raise RefusedError(what, message("Save the file as UTF-8.")) from None
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
    """Raise `RefusedError` if lists and objects are nested too deeply or are too many, without parsing."""
    brackets = np.frombuffer(STRING.sub(b"", content).translate(None, NOT_BRACKETS), dtype=np.uint8)
    is_opening = (brackets == ord("[")) | (brackets == ord("{"))
    depth = np.cumsum(np.where(is_opening, 1, -1))
    if len(depth) and depth.max() > limits.max_nesting:
        raise _too_deep(limits)
    if int(is_opening.sum()) > limits.max_vertices + 8 * limits.max_features:
        raise too_many_vertices(limits)


def too_many_features(limits: Limits) -> RefusedError:
    """Return the error of a file with too many features."""
    what = message("has more than {count} features", count=limits.max_features)
    return RefusedError(what, message("Use a part of it."))


def too_many_vertices(limits: Limits) -> RefusedError:
    """Return the error of a file with too many positions."""
    what = message("has more than {count} positions", count=limits.max_vertices)
    return RefusedError(what, message("Simplify its shapes, or use a part of it."))


def _too_deep(limits: Limits) -> RefusedError:
    what = message("is nested too deeply to read: more than {count} levels", count=limits.max_nesting)
    return RefusedError(what, message("Export the layer again as plain GeoJSON."))


def _to_object(pairs: list[tuple[str, object]]) -> JsonObject:
    """Return an object; a second member with the same name gets another one."""
    found = dict(pairs)
    if len(found) < len(pairs):
        return dict(zip(distinct(name for name, _ in pairs), (value for _, value in pairs), strict=True))
    return found


def _to_exact(digits: str) -> int | str:
    return int(digits) if len(digits.lstrip("-")) <= MAX_EXACT_DIGITS else digits


def features_of(document: object) -> list[JsonObject]:
    """Return the features of a collection, a feature or a geometry; raises `RefusedError`.

    What a collection lists may be anything.
    """
    document = document if isinstance(document, dict) else {}
    kind = document.get("type")
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
    mend = message("Use GeoJSON: features in a FeatureCollection, a Feature or a geometry.")
    raise RefusedError(message("is not a FeatureCollection"), mend)


def stated_crs(document: object) -> str | None:
    """Return the CRS that a document names in the member `crs` of 2008's GeoJSON, or `None`."""
    crs = document.get("crs") if isinstance(document, dict) else None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else None


def batch_features(features: list[JsonObject], limits: Limits) -> Iterator[FeatureBatch]:
    """Yield features in batches; a listed item that is not a feature is left out with this reason."""
    if len(features) > limits.max_features:
        raise too_many_features(limits)
    vertices = 0
    for start in range(0, len(features), 1000):
        items = features[start : start + 1000]
        batch = FeatureBatch(start + 1, np.full(len(items), None, dtype=object), [])
        for place, feature in enumerate(items):
            if not isinstance(feature, dict) or feature.get("type") != "Feature":
                batch.properties.append({})
                batch.left_out[place] = message("it is not a Feature")
                continue
            batch.properties.append(_properties(feature))
            shape = to_shape(feature.get("geometry"))
            batch.geometries[place] = shape.geometry
            batch.repaired.update(shape.repaired)
            vertices += shape.vertices
            if shape.fault is not None:
                batch.left_out[place] = shape.fault
            if vertices > limits.max_vertices:
                raise too_many_vertices(limits)
        yield batch


def _properties(feature: JsonObject) -> JsonObject:
    """Return the properties of a feature, with its id as another one unless it has a property `id`."""
    properties = feature.get("properties")
    if properties is not None and not isinstance(properties, dict):
        properties = {"properties": properties}
    found, feature_id = dict(properties or {}), feature.get("id")
    return found if feature_id is None or "id" in found else {"id": feature_id, **found}
