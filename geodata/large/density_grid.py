"""How many features lie where: one point per cell of a grid, for the zooms at which single ones are too many.

Every feature is counted once at every zoom, so that nothing is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from geodata.large.mvt import encode_counts

WORLD_BITS = 30
"""Positions on the map are whole numbers from 0 to 2³⁰ in each direction: 4 cm at the equator."""

CELL_BITS = 4
"""A tile has 2⁴ cells in each direction: circles 32 px apart on tiles of 512 px."""

MAX_IN_OVERVIEW = 600
OVERVIEW_ZOOMS = 3
"""A map's first picture has circles for at most so many cells, at so many zooms."""

EXTENT_BITS = 12
"""Positions in a tile go from 0 to 2¹²."""


def to_world(lon: Any, lat: Any) -> Any:
    """Return positions in the square of web map tiles (spherical Mercator), as whole numbers.

    Parameters
    ----------
    lon, lat
        Arrays, in degrees (WGS 84).

    Returns
    -------
    ndarray
        A row (x, y) each, x from west to east, y from north to south.
    """
    x = np.asarray(lon) / 360 + 0.5
    y = 0.5 - np.arcsinh(np.tan(np.radians(np.asarray(lat)))) / (2 * np.pi)
    size = 1 << WORLD_BITS
    return np.clip(np.column_stack([x, y]) * size, 0, size - 1).astype(np.int32)


def to_degrees(x: Any, y: Any) -> tuple[Any, Any]:
    """Return longitude and latitude, in degrees (WGS 84), of positions as `to_world` gives them."""
    size = 1 << WORLD_BITS
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * np.asarray(y) / size))))
    return 360 * (np.asarray(x) / size - 0.5), lat


def most_in_a_tile(world: Any, zoom: int, counts: Any = None) -> int:
    """Return how many features the fullest tile of a zoom has: one at each position, unless `counts` says."""
    shift = WORLD_BITS - zoom
    tiles = (world[:, 0].astype(np.int64) >> shift << 32) | (world[:, 1] >> shift)
    if not len(tiles):
        return 0
    if counts is None:
        return int(np.unique(tiles, return_counts=True)[1].max())
    return int(np.bincount(np.unique(tiles, return_inverse=True)[1], weights=counts).max())


def overview_counts(world: Any, zooms: range, counts: Any = None) -> dict[str, list[list[float]]]:
    """Return the counts of the nearest zooms that have few enough of them for a map's first picture.

    There is one feature at each position, unless `counts` says how many.

    Returns
    -------
    dict
        Zoom → [longitude, latitude, count] of each cell, in degrees (WGS 84) with five decimals.
    """
    overview: dict[str, list[list[float]]] = {}
    for zoom in reversed(zooms):
        means, sums = _cells(world, zoom, counts)[1:]
        if len(sums) <= MAX_IN_OVERVIEW:
            lon, lat = to_degrees(means[:, 0], means[:, 1])
            rows = zip(lon.round(5).tolist(), lat.round(5).tolist(), sums.tolist(), strict=True)
            overview[str(zoom)] = [list(row) for row in rows]
        if len(overview) == OVERVIEW_ZOOMS:
            break
    return overview


def write_counts(world: Any, zooms: range, bbox: tuple[float, float, float, float], path: Path) -> None:
    """Write vector tiles with the layer `counts`: points with the property `count`, as PMTiles."""
    tiles = [
        (zxy_to_tileid(zoom, x, y), content) for zoom in zooms for x, y, content in count_tiles(world, zoom)
    ]
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        for number, content in sorted(tiles, key=lambda tile: tile[0]):
            writer.write_tile(number, content)
        if not tiles:  # an archive has one tile at least
            writer.write_tile(0, encode_counts(np.empty((0, 2), dtype=np.int64), np.empty(0, dtype=np.int64)))
        west, south, east, north = (round(value * 1e7) for value in bbox)
        header = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            "min_lon_e7": west,
            "min_lat_e7": south,
            "max_lon_e7": east,
            "max_lat_e7": north,
        }
        layers = [{"id": "counts", "fields": {"count": "Number"}}]
        writer.finalize(header, {"vector_layers": layers})


def count_tiles(world: Any, zoom: int, counts: Any = None) -> Iterator[tuple[int, int, bytes]]:
    """Yield x, y and content of each tile of a zoom; see `overview_counts`."""
    keys, means, sums = _cells(world, zoom, counts)
    tiles = keys >> 2 * CELL_BITS
    starts = np.flatnonzero(np.diff(tiles, prepend=-1))
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(keys)], strict=True):
        x, y = divmod(int(tiles[start]), 1 << WORLD_BITS)
        origin = np.array([x, y]) << (WORLD_BITS - zoom)
        places = (means[start:end].astype(np.int64) - origin) >> (WORLD_BITS - zoom - EXTENT_BITS)
        yield x, y, encode_counts(places, sums[start:end])


def _cells(world: Any, zoom: int, counts: Any = None) -> tuple[Any, Any, Any]:
    """Return key, mean position and count of each cell of a zoom that is not empty, tile by tile."""
    shift = WORLD_BITS - zoom - CELL_BITS
    cells = world.astype(np.int64) >> shift
    # By tile, then by cell within it: sorted keys bring the cells of a tile together.
    mask = (1 << CELL_BITS) - 1
    tile = (cells[:, 0] >> CELL_BITS << WORLD_BITS) | (cells[:, 1] >> CELL_BITS)
    key = (tile << 2 * CELL_BITS) | ((cells[:, 0] & mask) << CELL_BITS) | (cells[:, 1] & mask)
    keys, owners, sums = np.unique(key, return_inverse=True, return_counts=True)
    weights = np.ones(len(key)) if counts is None else counts
    if counts is not None:
        sums = np.bincount(owners, weights=counts, minlength=len(keys)).astype(np.int64)
    means = [
        np.bincount(owners, weights=world[:, axis] * weights, minlength=len(keys)) / sums for axis in (0, 1)
    ]
    return keys, np.column_stack(means), sums
