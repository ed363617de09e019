"""Divides the map into runs of tiles with about the same number of features.

The tiles of a PMTiles archive follow a Hilbert curve
(https://github.com/protomaps/PMTiles/blob/main/spec/v3/spec.md), so that a run of them is compact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pmtiles.tile import tileid_to_zxy, zxy_to_tileid

from geodata.large.density_grid import WORLD_BITS, WorldPositions, to_world

MARGIN = 1 / 16
"""Margin in tiles: tippecanoe lets shapes reach into the next tile by 5/256; more does no harm."""


@dataclass(frozen=True)
class Partition:
    """A run of tiles of one zoom."""

    zoom: int
    start: int
    """Number of its first tile in the order of the zoom."""
    stop: int
    """Number of the first tile after it."""

    def has(self, tile_id: int, zoom: int) -> bool:
        """Return whether a tile of this zoom or a deeper one, by its id in an archive, lies in it."""
        place = tile_id - zxy_to_tileid(zoom, 0, 0) >> 2 * (zoom - self.zoom)
        return self.start <= place < self.stop

    def boxes(self) -> Iterator[tuple[float, float, float, float]]:
        """Yield boxes that cover it with a margin, in world positions."""
        first = zxy_to_tileid(self.zoom, 0, 0)
        margin = MARGIN * (1 << WORLD_BITS - self.zoom)
        start = self.start
        while start < self.stop:
            up = 0  # zooms up, to the largest tile that begins here and ends in the run
            while up < self.zoom and not start & (4 << 2 * up) - 1 and start + (4 << 2 * up) <= self.stop:
                up += 1
            x, y = (place >> up for place in tileid_to_zxy(first + start)[1:])
            size = 1 << WORLD_BITS - self.zoom + up
            yield x * size - margin, y * size - margin, (x + 1) * size + margin, (y + 1) * size + margin
            start += 1 << 2 * up


def choose_partitions(world: WorldPositions, zoom: int, count: int) -> list[Partition]:
    """Divide the tiles of a zoom into at most `count` runs.

    Parameters
    ----------
    world
        Centroids of the features.
    """
    tiles, counts = np.unique(world >> WORLD_BITS - zoom, axis=0, return_counts=True)
    first = zxy_to_tileid(zoom, 0, 0)
    places = np.array([zxy_to_tileid(zoom, x, y) - first for x, y in tiles.tolist()])
    order = np.argsort(places)
    places, before = places[order], np.cumsum(counts[order]) - counts[order]
    parts = before * count // len(world)
    ends = places[np.flatnonzero(np.diff(parts, prepend=0))].tolist()
    return [Partition(zoom, start, stop) for start, stop in zip([0, *ends], [*ends, 4**zoom], strict=True)]


def find_partitions(
    bounds: NDArray[np.float64], partitions: list[Partition]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return places of features and the number of a partition for each; a feature may be in several.

    Parameters
    ----------
    bounds
        Array of (west, south, east, north) of the features, in degrees (WGS 84).
    """
    boxes = [(box, number) for number, partition in enumerate(partitions) for box in partition.boxes()]
    size = 1 << WORLD_BITS
    west, south, east, north = np.array([box for box, _ in boxes]).T
    owners = np.array([number for _, number in boxes])
    # The world goes on beyond ±180°, and a margin with it.
    turned = [shapely.box(west + turn, south, east + turn, north) for turn in (-size, 0, size)]
    tree = shapely.STRtree(np.concatenate(turned))
    left_top, right_bottom = to_world(bounds[:, 0], bounds[:, 3]), to_world(bounds[:, 2], bounds[:, 1])
    places, found = tree.query(shapely.box(*left_top.T, *right_bottom.T))
    pairs = np.unique(np.column_stack([places, owners[found % len(owners)]]), axis=0)
    return pairs[:, 0], pairs[:, 1]
