"""GeoJSON as services answer it: its features as records, and whether they lie where they should."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

from geodata.errors import RefreshError
from geodata.json_object import JsonObject
from geodata.reading.geojson_geometry import to_geometry
from geodata.refresh.services.base import Record
from geodata.refresh.services.http import Reply


def read_collection(reply: Reply) -> JsonObject:
    """Return the FeatureCollection that was answered; raises `RefreshError` where it is none."""
    document = reply.json()
    if document.get("type") != "FeatureCollection" or not isinstance(document.get("features"), list):
        raise RefreshError(f"{reply.url} answered no FeatureCollection: {reply.content[:200]!r}")
    return document


def to_records(url: str, features: Sequence[Any], bbox: Sequence[float] | None) -> list[Record]:
    """Return features as records.

    Raises
    ------
    RefreshError
        If one is no feature, has no geometry, or lies outside the box that was asked for: coordinates in
        another CRS, or with latitude first, are found so.
    """
    records = []
    frame = shapely.box(*(bbox or (-180, -90, 180, 90)))
    for number, feature in enumerate(features, 1):
        geometry = to_geometry(feature.get("geometry")) if isinstance(feature, dict) else None
        if geometry is None or not isinstance(feature.get("properties"), dict):
            raise RefreshError(f"{url} has no properties or no geometry that can be read in feature {number}")
        if not frame.intersects(geometry):
            x, y = geometry.representative_point().coords[0]
            raise RefreshError(
                f"{url} has feature {number} at {x:g}, {y:g}, outside {frame.bounds} that was asked for: "
                "is it in another CRS, or latitude first?"
            )
        records.append(Record(feature["properties"], shapely.force_2d(geometry)))
    return records
