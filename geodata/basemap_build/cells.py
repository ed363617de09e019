"""Cells of the detail: Web Mercator tiles, each with a margin of its neighbors."""

import math

import geopandas as gpd
import shapely

from geodata.basemap_build.frames import DETAIL_MINZOOM, DETAIL_ZOOM, GEOGRAPHIC_CRS

CELL_BUFFER = 1 / 64
"""Margin as a share of a cell's side: 8 pixels at zoom 10, more than half of the widest stroke."""

Bounds = tuple[float, float, float, float]
"""West, south, east, north, in degrees."""
Cell = tuple[int, int, int]
"""Zoom, column, row."""


def cell_name(cell: Cell) -> str:
    """Return the name of a cell, `<zoom>_<x>_<y>`."""
    return "_".join(map(str, cell))


def cell_bounds(cell: Cell, buffer: float = 0.0) -> Bounds:
    """Return the bounds of a cell in degrees, widened by a share of its side."""
    zoom, x, y = cell
    west, east = ((column / 2**zoom) * 360 - 180 for column in (x - buffer, x + 1 + buffer))
    south, north = (
        math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / 2**zoom))))
        for row in (y + 1 + buffer, y - buffer)
    )
    return west, south, east, north


def cell_at(longitude: float, latitude: float) -> Cell:
    """Return the cell that contains a point given in degrees."""
    x = (longitude + 180) / 360 * 2**DETAIL_ZOOM
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * 2**DETAIL_ZOOM
    return DETAIL_ZOOM, math.floor(x), math.floor(y)


def cells_within(bounds: Bounds) -> list[Cell]:
    """Return the cells that intersect bounds in degrees, column by column."""
    west, south, east, north = bounds
    _, left, top = cell_at(west, north)
    _, right, bottom = cell_at(east, south)
    return [(DETAIL_ZOOM, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def detailed_cells(urban: gpd.GeoDataFrame) -> list[Cell]:
    """Return the cells with built-up areas, except the far, coarse ones."""
    near = urban[urban["tier"] != "wide"].to_crs(GEOGRAPHIC_CRS)
    cells = cells_within(tuple(near.total_bounds))
    boxes = gpd.GeoSeries([shapely.box(*cell_bounds(cell)) for cell in cells])
    used = near.sindex.query(boxes, predicate="intersects")[0]
    return [cells[number] for number in sorted(set(used))]


def clip_features(features: gpd.GeoDataFrame, cell: Cell) -> gpd.GeoDataFrame:
    """Return the part of features, in EPSG:4326, in a cell and its buffer."""
    bounds = cell_bounds(cell, CELL_BUFFER)
    hits = features.iloc[sorted(features.sindex.query(shapely.box(*bounds)))]
    minzoom = hits["minzoom"].clip(lower=DETAIL_MINZOOM)
    clipped = hits.assign(geometry=hits.clip_by_rect(*bounds), minzoom=minzoom)
    return clipped[~clipped.is_empty]
