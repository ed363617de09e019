"""Finds the blocks of tiles of an archive in which it is read, and whether the archive is whole."""

import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from pyproj import Transformer

from geodata.basemap_build.frames import GEOGRAPHIC_CRS
from geodata.basemap_build.street_selection import Bbox
from geodata.large.pmtiles_reader import TileArchive

TILE_CRS = "EPSG:3857"
HALF_WORLD = math.pi * 6_378_137
"""Half the width of the world in `TILE_CRS`, in its units."""

BLOCK_ZOOMS = 4
"""A block of 16 × 16 tiles is read at a time; what tiles cut is joined within it."""

EDGE = 0.01
"""Distance from the edges of a block, in units of `TILE_CRS`, so that its neighbors are not read."""

SQLITE_HEADER_BYTES = 100


def blocks_in(bounds: Bbox, bbox: Bbox | None, zoom: int) -> Iterator[Bbox]:
    """Yield the boxes of the blocks of tiles that touch bounds in `TILE_CRS` and a box in degrees."""
    if bbox is not None:
        transformer = Transformer.from_crs(GEOGRAPHIC_CRS, TILE_CRS, always_xy=True)
        west, south, east, north = transformer.transform_bounds(*bbox)
        bounds = (
            max(west, bounds[0]), max(south, bounds[1]), min(east, bounds[2]), min(north, bounds[3]),
        )  # fmt: skip
    side = 2 * HALF_WORLD / 2 ** max(0, zoom - BLOCK_ZOOMS)
    first_x, first_y, last_x, last_y = (math.floor((value + HALF_WORLD) / side) for value in bounds)
    for x in range(first_x, last_x + 1):
        for y in range(first_y, last_y + 1):
            west, south = x * side - HALF_WORLD, y * side - HALF_WORLD
            yield west + EDGE, south + EDGE, west + side - EDGE, south + side - EDGE


def to_degrees(bounds: Bbox) -> Bbox:
    """Return bounds in `TILE_CRS` as a box in degrees."""
    transformer = Transformer.from_crs(TILE_CRS, GEOGRAPHIC_CRS, always_xy=True)
    west, south, east, north = transformer.transform_bounds(*bounds)
    return west, south, east, north


def require_whole(path: Path) -> None:
    """Raise `OSError` where an archive ends too early, which GDAL reports late or not at all."""
    if path.suffix.lower() == ".pmtiles":
        with closing(TileArchive(path)) as archive:
            archive.require_whole()
        return
    with path.open("rb") as file:
        header = file.read(SQLITE_HEADER_BYTES)
    page_bytes = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    if not header.startswith(b"SQLite format 3\0") or page_bytes * pages > path.stat().st_size:
        raise OSError("it is no database, or is cut off")
