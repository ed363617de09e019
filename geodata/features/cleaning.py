"""Features on their way into memory: what can be shown of them, mended, rounded, and accounted for.

Every layer that is kept in memory comes through here, whoever brought it and in whichever format.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping

from geodata.features.geometry_repair import LEGAL, Tally, sort_out
from geodata.features.properties import clean
from geodata.json_object import JsonObject
from geodata.reading.geojson import MAX_DECIMALS, FeatureBatch, batch_features, too_many_vertices
from geodata.reading.limits import UNLIMITED, Deadline, Limits


@dataclass
class Intake:
    """Features that can be shown, and what was wrong with these and the others."""

    numbers: list[int] = field(default_factory=list)
    """Of the features in the file, counted from 1."""
    geometries: list[Any] = field(default_factory=list)
    """Valid shapely geometries in WGS 84 (lon/lat), 2D, outer rings counter-clockwise."""
    properties: list[JsonObject] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    count_in: int = 0
    """Features in the file."""


def take_in(
    batches: Iterable[FeatureBatch], geometry_types: Sequence[str] | None, limits: Limits, max_count: int
) -> Intake | None:
    """Return what can be shown of features; `None` as soon as there are more than `max_count`.

    Raises
    ------
    RefusedError
        If there are too many positions, or the time is up.
    """
    intake, deadline, vertices = Intake(), Deadline(limits.max_seconds), 0
    for rows in batches:
        deadline.check()
        intake.count_in = rows.first + len(rows.properties) - 1
        if intake.count_in > max_count:
            return None
        vertices += int(shapely.get_num_coordinates(rows.geometries).sum())
        if vertices > limits.max_vertices:
            raise too_many_vertices(limits)
        intake.tally.repaired.update(rows.repaired)
        places, geometries = sort_out(rows.geometries, geometry_types, intake.tally, rows.left_out)
        intake.numbers += (rows.first + places).tolist()
        intake.geometries += to_map(geometries).tolist()
        intake.properties += [rows.properties[place] for place in places.tolist()]
    return intake


@dataclass(frozen=True)
class Mended:
    """The features of a GeoJSON file of a catalog that can be shown, with ids of their own."""

    ids: list[str]
    properties: list[JsonObject]
    geometries: list[Any]
    is_changed: bool
    """Whether they differ from what the file says."""
    repaired: dict[str, int]
    """What was wrong and could be mended → with how many features."""


def mend(features: list[JsonObject], crs: str | None = None) -> Mended:
    """Return the features that can be shown, with shapes, properties and ids mended where need be.

    A feature without an id, or with one that an earlier feature has, is called by its number in the file.
    `crs` is that of their coordinates, where it is not WGS 84; raises `RefusedError` where it is not known.
    """
    batches = batch_features(features, UNLIMITED)
    if crs is not None:
        from geodata.reading.crs import in_wgs84, read_crs  # not loaded where every layer is WGS 84

        batches = in_wgs84(batches, read_crs(crs))
    intake = take_in(batches, None, UNLIMITED, len(features))
    assert intake is not None  # noqa: S101 (there are no more features than there are)
    tally, found = intake.tally, set[str]()
    is_changed = bool(crs or set(tally.repaired) - set(LEGAL) or tally.left_out)
    ids: dict[str, None] = {}
    rows = []
    for number in intake.numbers:
        feature = features[number - 1]
        own, properties = feature.get("id"), feature.get("properties")
        wanted = str(own) if isinstance(own, str | int) and not isinstance(own, bool) else str(number)
        feature_id = wanted if wanted not in ids else f"{number}"
        while feature_id in ids:
            feature_id += "_"
        is_changed |= feature_id != own or not isinstance(properties, dict)
        ids[feature_id] = None
        rows.append(clean(properties if isinstance(properties, dict) else {}, UNLIMITED, found))
    return Mended(list(ids), rows, intake.geometries, is_changed or bool(found), tally.repaired)


def to_map(geometries: Any) -> Any:
    """Return shapes as GeoJSON is to have them: six decimals, right-hand rule.

    Areas so small that they would not survive it keep their decimals.
    """
    rounded = shapely.transform(geometries, lambda xy: np.round(xy, MAX_DECIMALS))
    is_area = shapely.get_dimensions(geometries) == 2
    spoilt = is_area & ~(shapely.is_valid(rounded) & (shapely.area(rounded) > 0))
    return shapely.orient_polygons(np.where(spoilt, geometries, rounded))


def to_content(name: str, features: Iterable[JsonObject]) -> bytes:
    """Return features as GeoJSON (RFC 7946)."""
    document = {"type": "FeatureCollection", "name": name, "features": list(features)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def to_lines(rows: FeatureBatch, limits: Limits) -> Iterator[str]:
    """Yield features as lines of GeoJSON, those that can't be shown without a geometry."""
    for geometry, properties in zip(rows.geometries, rows.properties, strict=True):
        is_finite = geometry is not None and np.isfinite(shapely.get_coordinates(geometry)).all()
        feature = {
            "type": "Feature",
            "properties": clean(properties, limits, set()),
            "geometry": mapping(geometry) if is_finite and not geometry.is_empty else None,
        }
        yield json.dumps(feature, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def to_feature(feature_id: str, properties: JsonObject, geometry: Any) -> JsonObject:
    """Return a feature of GeoJSON."""
    return {"type": "Feature", "id": feature_id, "properties": properties, "geometry": mapping(geometry)}
