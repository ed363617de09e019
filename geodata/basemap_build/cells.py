"""The cells of the detail: Web Mercator tiles, each with a little of its neighbors."""

import math
from collections.abc import Sequence

import geopandas as gpd
import shapely

from geodata.basemap_build.features import GEOGRAPHIC_CRS, Feature
from geodata.basemap_build.zooms import DETAIL_MINZOOM, DETAIL_ZOOM

CELL_BUFFER = 1 / 64
"""Of a cell's side: 8 pixels at zoom 10, more than half of the widest stroke of every zoom."""

Bounds = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""
Cell = tuple[int, int, int]
"""Zoom, column, row."""


def cell_name(cell: Cell) -> str:
    """Return ``<zoom>_<x>_<y>``."""
    return "_".join(map(str, cell))


def cell_bounds(cell: Cell, buffer: float = 0.0) -> Bounds:
    """Return a cell's bounds in degrees, widened by a part of its side."""
    zoom, x, y = cell

    def longitude(column: float) -> float:
        return column / math.pow(2, zoom) * 360 - 180

    def latitude(row: float) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / math.pow(2, zoom)))))

    return (
        longitude(x - buffer),
        latitude(y + 1 + buffer),
        longitude(x + 1 + buffer),
        latitude(y - buffer),
    )


def cell_at(longitude: float, latitude: float) -> Cell:
    """Return the cell that holds a point given in degrees."""
    x = (longitude + 180) / 360 * 2**DETAIL_ZOOM
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * 2**DETAIL_ZOOM
    return DETAIL_ZOOM, math.floor(x), math.floor(y)


def cells_within(bounds: Bounds) -> list[Cell]:
    """Return the cells that meet bounds in degrees, column by column."""
    west, south, east, north = bounds
    _, left, top = cell_at(west, north)
    _, right, bottom = cell_at(east, south)
    return [(DETAIL_ZOOM, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def detailed_cells(urban: gpd.GeoDataFrame) -> list[Cell]:
    """Return the cells that hold built-up areas better than the far, coarse ones."""
    near = urban[urban["tier"] != "wide"].to_crs(GEOGRAPHIC_CRS)
    tree = shapely.STRtree(near.geometry.values)
    west, south, east, north = near.total_bounds
    return [
        cell
        for cell in cells_within((west, south, east, north))
        if len(tree.query(shapely.box(*cell_bounds(cell)), predicate="intersects"))
    ]


def clip_features(features: Sequence[Feature], cell: Cell) -> list[Feature]:
    """Return what of the features, in EPSG:4326, lies in a cell and its buffer."""
    geometries = [f.geometry for f in features]
    box = cell_bounds(cell, CELL_BUFFER)
    hits = shapely.STRtree(geometries).query(shapely.box(*box))
    clipped = []
    for i in sorted(hits):
        f = features[i]
        geometry = shapely.clip_by_rect(f.geometry, *box)
        if not geometry.is_empty:
            clipped.append(Feature(f.kind, max(f.minzoom, DETAIL_MINZOOM), geometry))
    return clipped
