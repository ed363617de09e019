"""Divides the map into runs of tiles with about the same number of features."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pmtiles.tile import tileid_to_zxy

from geodata.large.density_grid import WORLD_BITS, WorldPositions, to_world

MARGIN = 1 / 16
"""Margin in tiles: tippecanoe lets shapes reach into the next tile by 5/256; more does no harm."""


@dataclass(frozen=True)
class Partition:
    """A run of tiles of one zoom, column by column from west to east, each from north to south."""

    zoom: int
    start: int
    """Place of its first tile in this order: x · 2^zoom + y."""
    stop: int
    """Place of the first tile after it."""

    def has(self, tile_id: int) -> bool:
        """Return whether a tile of this zoom or a deeper one, by its id in an archive, lies in it."""
        zoom, x, y = tileid_to_zxy(tile_id)
        deeper = zoom - self.zoom
        return self.start <= (x >> deeper << self.zoom | y >> deeper) < self.stop


def choose_partitions(world: WorldPositions, zoom: int, count: int) -> list[Partition]:
    """Divide the tiles of a zoom into at most `count` runs; `world` are the centroids of the features."""
    tiles = world.astype(np.int64) >> WORLD_BITS - zoom
    places = np.sort(tiles[:, 0] << zoom | tiles[:, 1])
    starts = np.unique(places[len(places) * np.arange(1, count) // count])
    edges = [0, *starts[starts > 0].tolist(), 4**zoom]
    return [Partition(zoom, start, stop) for start, stop in pairwise(edges)]


def find_partitions(
    bounds: NDArray[np.float64], partitions: list[Partition]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return places of features and the number of a partition for each; a feature may be in several.

    `bounds` are rows (west, south, east, north) of the features, in degrees (WGS 84).
    """
    zoom = partitions[0].zoom
    size, shift = 1 << zoom, WORLD_BITS - zoom
    margin = int(MARGIN * (1 << shift))
    west, north = (to_world(bounds[:, 0], bounds[:, 3]).astype(np.int64) - margin >> shift).T
    east, south = (to_world(bounds[:, 2], bounds[:, 1]).astype(np.int64) + margin >> shift).T
    features, x = _expand(west, east)
    column = x % size << zoom  # the world goes on beyond ±180°
    starts = np.array([partition.start for partition in partitions])
    first = np.searchsorted(starts, column | np.maximum(north, 0)[features], side="right") - 1
    last = np.searchsorted(starts, column | np.minimum(south, size - 1)[features], side="right") - 1
    rows, owners = _expand(first, last)
    pairs = np.unique(np.column_stack([features[rows], owners]), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _expand(first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return each number from `first` to `last` of each place, with the place."""
    counts = last - first + 1
    places = np.repeat(np.arange(len(first)), counts)
    before = np.cumsum(counts) - counts
    return places, np.arange(len(places)) - before[places] + first[places]
