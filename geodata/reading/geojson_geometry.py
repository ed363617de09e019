"""Converts one GeoJSON geometry, valid or not, to Shapely."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.errors import message

FLATTENED = message("heights or measures, which the map does not show")
"""Repair that every reader reports: the third and fourth coordinate are dropped."""

NO_POSITIONS = message("its coordinates are not numbers, or are outside the area of its CRS")


class FaultError(ValueError):
    """A geometry can't be read; its only argument is the reason, a sentence that begins in lower case."""


@dataclass
class Shape:
    """The result of converting a geometry."""

    geometry: BaseGeometry | None = None
    """2D; `None` if the feature has none, or it can't be read."""
    fault: str | None = None
    """Why it can't be read."""
    repaired: set[str] = field(default_factory=set)
    vertices: int = 0


def to_shape(geometry: object) -> Shape:
    """Convert a GeoJSON geometry: rings are closed, heights and measures dropped, and both is reported."""
    shape = Shape()
    if geometry is None:
        return shape
    try:
        shape.geometry = _convert(geometry, shape)
    except FaultError as error:
        shape.fault = error.args[0]
    except (shapely.errors.ShapelyError, ValueError, TypeError, OverflowError):
        shape.fault = NO_POSITIONS
    return shape


def to_geometry(geometry: object) -> BaseGeometry | None:
    """Convert a GeoJSON geometry; `None` if it is null, empty or malformed."""
    result = to_shape(geometry).geometry
    return None if result is None or result.is_empty else result


Builder = Callable[[object, Shape], BaseGeometry]


def _convert(geometry: object, shape: Shape) -> BaseGeometry:
    if not isinstance(geometry, dict):
        raise FaultError(message("its geometry is not a JSON object"))
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        parts = geometry.get("geometries")
        if not isinstance(parts, list):
            raise FaultError(message("its collection has no list of `geometries`"))
        return shapely.GeometryCollection([_convert(part, shape) for part in parts])
    build = BUILDERS.get(kind) if isinstance(kind, str) else None
    if build is None:
        raise FaultError(message("its geometry has a type that GeoJSON does not have"))
    return build(geometry.get("coordinates"), shape)


def _positions(coordinates: object, shape: Shape) -> NDArray[np.float64]:
    """Return an array of (longitude, latitude)."""
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


def _point(coordinates: object, shape: Shape) -> BaseGeometry:
    if coordinates == []:
        return shapely.Point()
    return shapely.Point(_positions([coordinates], shape)[0])


def _line(coordinates: object, shape: Shape) -> BaseGeometry:
    positions = _positions(coordinates, shape)
    if len(positions) == 1:
        raise FaultError(message("it is a line of one position"))
    return shapely.LineString(positions)


def _polygon(coordinates: object, shape: Shape) -> BaseGeometry:
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


def _ring(coordinates: object, shape: Shape) -> NDArray[np.float64]:
    positions = _positions(coordinates, shape)
    if len(positions) and not np.array_equal(positions[0], positions[-1]):
        shape.repaired.add(message("rings that were not closed"))
        positions = np.concatenate([positions, positions[:1]])
    if 0 < len(positions) < 4:
        raise FaultError(message("it has a ring of fewer than three corners"))
    return positions


def _many(build: Builder, kind: Callable[[list[BaseGeometry]], BaseGeometry]) -> Builder:
    def build_all(coordinates: object, shape: Shape) -> BaseGeometry:
        if not isinstance(coordinates, list):
            raise FaultError(NO_POSITIONS)
        parts = [build(part, shape) for part in coordinates]
        return kind([part for part in parts if not part.is_empty])

    return build_all


BUILDERS: dict[str, Builder] = {
    "Point": _point,
    "LineString": _line,
    "Polygon": _polygon,
    "MultiPoint": _many(_point, shapely.MultiPoint),
    "MultiLineString": _many(_line, shapely.MultiLineString),
    "MultiPolygon": _many(_polygon, shapely.MultiPolygon),
}
"""GeoJSON's types → what builds a geometry of their coordinates."""
