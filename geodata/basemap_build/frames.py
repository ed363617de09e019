"""What the base map draws: kinds, zooms, and frames with a column each for kind, first zoom and shape."""

import math
from collections.abc import Collection

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import GeometryType
from shapely.geometry.base import BaseGeometry

METRIC_CRS = "EPSG:3035"
GEOGRAPHIC_CRS = "EPSG:4326"

KINDS = (
    "land",
    "nature",
    "wood",
    "wetland",
    "built_up",
    "water",
    "river",
    "canal",
    "railway",
    "trunk",
    "motorway",
    "border",
    "place",
)
"""Kinds in drawing order, which is the order in the files too."""

LATITUDE = 52.25
"""Latitude at which pixels are measured: the middle of the region, in degrees."""

OVERVIEW_ZOOMS = range(5, 10)


def pixel_m(zoom: int) -> float:
    """Return the side of a pixel of 256-pixel tiles at `LATITUDE`, in m."""
    equator_m = 2 * math.pi * 6_378_137
    return equator_m * math.cos(math.radians(LATITUDE)) / (256 << zoom)


def to_frame(
    kind: str, minzoom: object, shapes: Collection[BaseGeometry], crs: str = METRIC_CRS
) -> gpd.GeoDataFrame:
    """Return shapes of one kind as a frame with the columns `kind`, `minzoom` and `geometry`."""
    columns = {"kind": kind, "minzoom": minzoom}
    return gpd.GeoDataFrame(columns, index=range(len(shapes)), geometry=list(shapes), crs=crs)


def parts_of(geometry: BaseGeometry, geometry_type: GeometryType) -> NDArray[np.object_]:
    """Return the non-empty parts of one simple type in a geometry; lines have a length."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    parts = parts[(shapely.get_type_id(parts) == geometry_type) & ~shapely.is_empty(parts)]
    if geometry_type == GeometryType.LINESTRING:
        parts = parts[shapely.length(parts) > 0]
    return np.asarray(parts)


def polygons_of(geometry: BaseGeometry) -> NDArray[np.object_]:
    """Return the polygons in a geometry, made valid."""
    return parts_of(shapely.make_valid(geometry), GeometryType.POLYGON)


def fill_small_holes(polygon: shapely.Polygon, min_area: float) -> shapely.Polygon:
    """Return a polygon without holes smaller than `min_area`."""
    holes = [ring for ring in polygon.interiors if shapely.Polygon(ring).area >= min_area]
    return shapely.Polygon(polygon.exterior, holes)
