"""Counts features in the cells of a grid, for zooms at which a map can't draw each feature."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pmtiles.tile import zxy_to_tileid

from geodata.large.mvt import encode_counts
from geodata.large.pmtiles_writer import write_archive

WORLD_BITS = 30
"""World positions are whole numbers from 0 to 2³⁰ in each direction: 4 cm at the equator."""

CELL_BITS = 4
"""A tile has 2⁴ cells in each direction: circles 32 px apart on tiles of 512 px."""

MAX_IN_OVERVIEW = 600
"""Maximum number of circles of one zoom in a map's first picture."""

OVERVIEW_ZOOMS = 3
"""Maximum number of zooms in a map's first picture."""

EXTENT_BITS = 12
"""Positions in a tile go from 0 to 2¹²."""

WorldPositions: TypeAlias = NDArray[np.int32]
"""A row (x, y) for each feature in the square of web map tiles; see `to_world`."""

Counts: TypeAlias = NDArray[np.int64]


def to_world(lon: ArrayLike, lat: ArrayLike) -> WorldPositions:
    """Return positions, given in degrees (WGS 84), in the square of web map tiles (spherical Mercator).

    Each is a row (x, y) of whole numbers, x from west to east, y from north to south.
    """
    x = np.asarray(lon) / 360 + 0.5
    y = 0.5 - np.arcsinh(np.tan(np.radians(np.asarray(lat)))) / (2 * np.pi)
    size = 1 << WORLD_BITS
    world: WorldPositions = np.clip(np.column_stack([x, y]) * size, 0, size - 1).astype(np.int32)
    return world


def to_degrees(x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return longitude and latitude, in degrees (WGS 84), of world positions."""
    size = 1 << WORLD_BITS
    lat = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * np.asarray(y) / size))))
    return 360 * (np.asarray(x) / size - 0.5), lat


def most_in_a_tile(world: WorldPositions, zoom: int, counts: Counts | None = None) -> int:
    """Return the number of features in the fullest tile of a zoom.

    Each position is one feature unless `counts` gives their numbers.
    """
    shift = WORLD_BITS - zoom
    tiles = (world[:, 0].astype(np.int64) >> shift << 32) | (world[:, 1] >> shift)
    if not len(tiles):
        return 0
    if counts is None:
        return int(np.unique(tiles, return_counts=True)[1].max())
    return int(np.bincount(np.unique(tiles, return_inverse=True)[1], weights=counts).max())


def overview_counts(
    world: WorldPositions, zooms: range, counts: Counts | None = None
) -> dict[str, list[list[int | float]]]:
    """Return the counts of the nearest zooms with few enough cells for a map's first picture.

    By zoom, each cell is [longitude, latitude, count], in degrees (WGS 84) with five decimals. Each position
    is one feature unless `counts` gives their numbers.
    """
    overview: dict[str, list[list[int | float]]] = {}
    for zoom in reversed(zooms):
        means, sums = _cells(world, zoom, counts)[1:]
        if len(sums) <= MAX_IN_OVERVIEW:
            lon, lat = to_degrees(means[:, 0], means[:, 1])
            rows = zip(lon.round(5).tolist(), lat.round(5).tolist(), sums.tolist(), strict=True)
            overview[str(zoom)] = [list(row) for row in rows]
        if len(overview) == OVERVIEW_ZOOMS:
            break
    return overview


def write_counts(
    world: WorldPositions, zooms: range, bbox: tuple[float, float, float, float], path: Path
) -> None:
    """Write vector tiles with the layer `counts`: points with the property `count`, as PMTiles."""
    tiles = [
        (zxy_to_tileid(zoom, x, y), content) for zoom in zooms for x, y, content in count_tiles(world, zoom)
    ]
    if not tiles:  # an archive has one tile at least
        tiles.append((0, encode_counts(np.empty((0, 2), np.int64), np.empty(0, np.int64))))
    layer = {"id": "counts", "fields": {"count": "Number"}}
    write_archive(path, sorted(tiles), bbox, {"vector_layers": [layer]})


def count_tiles(
    world: WorldPositions, zoom: int, counts: Counts | None = None
) -> Iterator[tuple[int, int, bytes]]:
    """Yield x, y and content of each tile of a zoom; see `overview_counts`."""
    keys, means, sums = _cells(world, zoom, counts)
    tiles = keys >> 2 * CELL_BITS
    starts = np.flatnonzero(np.diff(tiles, prepend=-1))
    for start, end in zip(starts.tolist(), [*starts[1:].tolist(), len(keys)], strict=True):
        x, y = divmod(int(tiles[start]), 1 << WORLD_BITS)
        origin = np.array([x, y]) << (WORLD_BITS - zoom)
        places = (means[start:end].astype(np.int64) - origin) >> (WORLD_BITS - zoom - EXTENT_BITS)
        yield x, y, encode_counts(places, sums[start:end])


def _cells(
    world: WorldPositions, zoom: int, counts: Counts | None
) -> tuple[Counts, NDArray[np.float64], Counts]:
    """Return key, mean position and count of each cell of a zoom that is not empty, tile by tile."""
    shift = WORLD_BITS - zoom - CELL_BITS
    cells = world.astype(np.int64) >> shift
    # By tile, then by cell within it: sorted keys bring the cells of a tile together.
    mask = (1 << CELL_BITS) - 1
    tile = (cells[:, 0] >> CELL_BITS << WORLD_BITS) | (cells[:, 1] >> CELL_BITS)
    key = (tile << 2 * CELL_BITS) | ((cells[:, 0] & mask) << CELL_BITS) | (cells[:, 1] & mask)
    keys, owners = np.unique(key, return_inverse=True)
    weights = np.ones(len(key)) if counts is None else counts
    sums = np.bincount(owners, weights=weights, minlength=len(keys))
    means = [
        np.bincount(owners, weights=world[:, axis] * weights, minlength=len(keys)) / sums for axis in (0, 1)
    ]
    return keys, np.column_stack(means), sums.astype(np.int64)
