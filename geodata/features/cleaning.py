"""Cleans the features of a file for memory: repairs, rounds, leaves out, and counts what was wrong.

All layers in memory are cleaned here, those of the catalog and uploads, in any format.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geodata.features.geometry_repair import LEGAL, Geometries, Tally, repair_geometries
from geodata.features.properties import clean_row
from geodata.json_object import JsonObject
from geodata.reading.geojson import MAX_DECIMALS, FeatureBatch, batch_features, too_many_vertices
from geodata.reading.limits import UNLIMITED, Deadline, Limits


@dataclass
class CleanedFeatures:
    """Features that can be shown, and what was wrong with them and with the others."""

    numbers: list[int] = field(default_factory=list)
    """Numbers of the features in the file, counted from 1."""
    geometries: list[BaseGeometry] = field(default_factory=list)
    """Valid shapely geometries in WGS 84 (lon/lat), 2D, outer rings counter-clockwise."""
    properties: list[JsonObject] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    count_in: int = 0
    """Number of features in the file."""


def clean_features(
    batches: Iterable[FeatureBatch], geometry_types: Sequence[str] | None, limits: Limits, max_count: int
) -> CleanedFeatures | None:
    """Return the features that can be shown; `None` as soon as there are more than `max_count`.

    Raises `RefusedError` for too many positions, or if reading takes too long.
    """
    cleaned, deadline, vertices = CleanedFeatures(), Deadline(limits.max_seconds), 0
    for batch in batches:
        deadline.check()
        cleaned.count_in = batch.first + len(batch.properties) - 1
        if cleaned.count_in > max_count:
            return None
        vertices += int(shapely.get_num_coordinates(batch.geometries).sum())
        if vertices > limits.max_vertices:
            raise too_many_vertices(limits)
        cleaned.tally.repaired.update(batch.repaired)
        places, geometries = repair_geometries(
            batch.geometries, geometry_types, cleaned.tally, batch.left_out
        )
        cleaned.numbers += (batch.first + places).tolist()
        cleaned.geometries += round_coordinates(geometries).tolist()
        cleaned.properties += [batch.properties[place] for place in places.tolist()]
    return cleaned


@dataclass(frozen=True)
class RepairedFeatures:
    """The features of a GeoJSON file that can be shown, with unique ids."""

    ids: list[str]
    properties: list[JsonObject]
    geometries: list[BaseGeometry]
    is_changed: bool
    """Whether they differ from what the file says."""
    repaired: Mapping[str, int]
    """What was wrong and could be repaired → number of features."""


def repair_features(features: list[JsonObject], crs: str | None = None) -> RepairedFeatures:
    """Return the features that can be shown, with geometries, properties and ids repaired if necessary.

    A feature without an id, or with the id of an earlier feature, gets its number in the file as id.
    `crs` is that of the coordinates, unless they are in WGS 84; raises `RefusedError` if it is unknown.
    """
    batches = batch_features(features, UNLIMITED)
    if crs is not None:
        from geodata.reading.crs import in_wgs84, read_crs  # loads pyproj

        batches = in_wgs84(batches, read_crs(crs))
    cleaned = clean_features(batches, None, UNLIMITED, len(features))
    assert cleaned is not None  # noqa: S101 (there are no more features than `len(features)`)
    tally, found = cleaned.tally, set[str]()
    is_changed = bool(crs or set(tally.repaired) - set(LEGAL) or tally.left_out)
    ids: dict[str, None] = {}
    rows = []
    for number in cleaned.numbers:
        feature = features[number - 1]
        stated_id, properties = feature.get("id"), feature.get("properties")
        has_id = isinstance(stated_id, str | int) and not isinstance(stated_id, bool)
        feature_id = str(stated_id) if has_id and str(stated_id) not in ids else str(number)
        while feature_id in ids:
            feature_id += "_"
        is_changed |= feature_id != stated_id or not isinstance(properties, dict)
        ids[feature_id] = None
        rows.append(clean_row(properties if isinstance(properties, dict) else {}, UNLIMITED, found))
    return RepairedFeatures(list(ids), rows, cleaned.geometries, is_changed or bool(found), tally.repaired)


def round_coordinates(geometries: Geometries) -> Geometries:
    """Return geometries as GeoJSON demands: six decimals, outer rings counter-clockwise.

    Areas that are too small for six decimals keep their coordinates.
    """
    rounded = shapely.transform(geometries, lambda xy: np.round(xy, MAX_DECIMALS))
    is_area = shapely.get_dimensions(geometries) == 2
    is_spoilt = is_area & ~(shapely.is_valid(rounded) & (shapely.area(rounded) > 0))
    result: Geometries = shapely.orient_polygons(np.where(is_spoilt, geometries, rounded))
    return result


def to_content(name: str, features: Iterable[JsonObject]) -> bytes:
    """Return features as GeoJSON (RFC 7946)."""
    document = {"type": "FeatureCollection", "name": name, "features": list(features)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def to_lines(batch: FeatureBatch, limits: Limits) -> Iterator[str]:
    """Yield features as lines of GeoJSON, without the geometries that can't be shown."""
    for geometry, properties in zip(batch.geometries, batch.properties, strict=True):
        is_finite = geometry is not None and np.isfinite(shapely.get_coordinates(geometry)).all()
        feature = {
            "type": "Feature",
            "properties": clean_row(properties, limits, set()),
            "geometry": mapping(geometry) if is_finite and not geometry.is_empty else None,
        }
        yield json.dumps(feature, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def to_feature(feature_id: str, properties: JsonObject, geometry: BaseGeometry) -> JsonObject:
    """Return a GeoJSON feature."""
    return {"type": "Feature", "id": feature_id, "properties": properties, "geometry": mapping(geometry)}
