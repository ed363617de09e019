"""GeoJSON answers of services, as records."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from geodata.errors import RefreshError
from geodata.json_object import JsonObject
from geodata.reading.geojson_geometry import to_geometry
from geodata.refresh.services.base import Record
from geodata.refresh.services.http import Reply


def read_collection(reply: Reply) -> JsonObject:
    """Return the FeatureCollection of a reply; raises `RefreshError` if it is none."""
    document = reply.json()
    if document.get("type") != "FeatureCollection" or not isinstance(document.get("features"), list):
        raise RefreshError(f"{reply.url} answered no FeatureCollection, but {reply.content[:200]!r}")
    return document


def to_records(url: str, features: Sequence[object], bbox: Sequence[float] | None) -> list[Record]:
    """Return features as records.

    Raises
    ------
    RefreshError
        If one is no feature, has no geometry, or lies outside `bbox`, because its coordinates are in another
        CRS or have latitude first.
    """
    records = []
    frame = shapely.box(*(bbox or (-180, -90, 180, 90)))
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        geometry = to_geometry(feature.get("geometry")) if isinstance(feature, dict) else None
        if geometry is None or not isinstance(properties, dict):
            raise RefreshError(f"{url} has feature {number} without properties or without a valid geometry")
        if not frame.intersects(geometry):
            x, y = geometry.representative_point().coords[0]
            raise RefreshError(
                f"{url} has feature {number} at {x:g}, {y:g}, outside the requested {frame.bounds}: "
                "is it in another CRS, or latitude first?"
            )
        records.append(Record(properties, shapely.force_2d(geometry)))
    return records
