"""The shape of one GeoJSON geometry, whatever stands in its place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import message

FLATTENED = message("heights or measures, which the map does not show")
"""Repair that every reader reports: the third and fourth coordinate are dropped."""

NO_POSITIONS = message("its coordinates are no numbers or beyond its CRS")


class FaultError(ValueError):
    """A geometry can't be read; says why, as a sentence in small letters."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass
class Shape:
    """What became of a geometry."""

    geometry: Any = None
    """Shapely geometry, 2D, or `None` where there is none."""
    fault: str | None = None
    """Why there is none, where it is not simply missing."""
    repaired: set[str] = field(default_factory=set)
    vertices: int = 0


def to_shape(geometry: object) -> Shape:
    """Return the shape of a GeoJSON geometry: rings closed, heights and measures left away, and said so."""
    shape = Shape()
    if geometry is None:
        return shape
    try:
        shape.geometry = _to_geometry(geometry, shape)
    except FaultError as error:
        shape.fault = error.reason
    except (shapely.errors.ShapelyError, ValueError, TypeError, OverflowError):
        shape.fault = NO_POSITIONS
    return shape


def to_geometry(geometry: object) -> BaseGeometry | None:
    """Return the shape of a GeoJSON geometry, or `None` where it is null, empty or malformed."""
    result = to_shape(geometry).geometry
    return None if result is None or result.is_empty else result


def _to_geometry(geometry: object, shape: Shape) -> Any:
    if not isinstance(geometry, dict):
        raise FaultError(message("its geometry is no object"))
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        parts = geometry.get("geometries")
        if not isinstance(parts, list):
            raise FaultError(message("its collection has no list of `geometries`"))
        return shapely.GeometryCollection([_to_geometry(part, shape) for part in parts])
    build = BUILDERS.get(kind) if isinstance(kind, str) else None
    if build is None:
        raise FaultError(message("its geometry is of no type that GeoJSON has"))
    return build(geometry.get("coordinates"), shape)


def _positions(coordinates: object, shape: Shape) -> Any:
    """Return an array of longitudes and latitudes."""
    if not isinstance(coordinates, list):
        raise FaultError(NO_POSITIONS)
    if not coordinates:
        return np.empty((0, 2))
    widths = {len(item) if isinstance(item, list) else 0 for item in coordinates}
    if min(widths) < 2:
        raise FaultError(NO_POSITIONS)
    if max(widths) > 2:
        shape.repaired.add(FLATTENED)
    pairs = [item[:2] for item in coordinates]
    if any(type(value) not in (int, float) for pair in pairs for value in pair):
        raise FaultError(NO_POSITIONS)
    shape.vertices += len(pairs)
    return np.array(pairs, dtype=np.float64)


def _point(coordinates: object, shape: Shape) -> Any:
    if coordinates == []:
        return shapely.Point()
    return shapely.Point(_positions([coordinates], shape)[0])


def _line(coordinates: object, shape: Shape) -> Any:
    positions = _positions(coordinates, shape)
    if len(positions) == 1:
        raise FaultError(message("it is a line of one position"))
    return shapely.LineString(positions)


def _polygon(coordinates: object, shape: Shape) -> Any:
    if not isinstance(coordinates, list):
        raise FaultError(NO_POSITIONS)
    rings = [_ring(ring, shape) for ring in coordinates]
    if any(len(ring) == 0 for ring in rings[1:]):
        shape.repaired.add(message("empty rings"))
        rings = [rings[0], *(ring for ring in rings[1:] if len(ring))]
    if not rings or not len(rings[0]):
        return shapely.Polygon()
    polygon = shapely.Polygon(rings[0], rings[1:])
    if not polygon.exterior.is_ccw or any(hole.is_ccw for hole in polygon.interiors):
        shape.repaired.add(message("rings drawn against the right-hand rule"))
    return polygon


def _ring(coordinates: object, shape: Shape) -> Any:
    positions = _positions(coordinates, shape)
    if len(positions) and not np.array_equal(positions[0], positions[-1]):
        shape.repaired.add(message("rings that were not closed"))
        positions = np.concatenate([positions, positions[:1]])
    if 0 < len(positions) < 4:
        raise FaultError(message("it has a ring of fewer than three corners"))
    return positions


def _many(build: Callable[[object, Shape], Any], kind: Any) -> Callable[[object, Shape], Any]:
    def build_all(coordinates: object, shape: Shape) -> Any:
        if not isinstance(coordinates, list):
            raise FaultError(NO_POSITIONS)
        parts = [build(part, shape) for part in coordinates]
        return kind([part for part in parts if not part.is_empty])

    return build_all


BUILDERS: dict[str, Callable[[object, Shape], Any]] = {
    "Point": _point,
    "LineString": _line,
    "Polygon": _polygon,
    "MultiPoint": _many(_point, shapely.MultiPoint),
    "MultiLineString": _many(_line, shapely.MultiLineString),
    "MultiPolygon": _many(_polygon, shapely.MultiPolygon),
}
"""GeoJSON's types → what makes a shape of their coordinates."""
