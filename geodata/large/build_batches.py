"""Collects what a build keeps of the features it reads, and derives zooms and report from it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from geodata.catalog.schema import Layer
from geodata.errors import BuildError
from geodata.features.geometry_repair import Tally, repair_geometries
from geodata.large.density_grid import WorldPositions, overview_counts, to_world
from geodata.large.report import BuildReport
from geodata.large.tippecanoe import SHARP_ZOOM, choose_detail_zoom
from geodata.reading.columns import Column

if TYPE_CHECKING:
    from geodata.reading.vector_file import TableBatch


@dataclass(frozen=True)
class KeptFeatures:
    """Those features of a batch that can be shown, repaired where necessary."""

    numbers: NDArray[np.int64]
    """Numbers of the features in the file, counted from 1."""
    geometries: NDArray[np.object_]
    properties: pa.Table
    categories: list[str | None]
    """Values of the field that decides on their color."""


@dataclass(frozen=True)
class Extent:
    """Where the features of a layer are, and which zooms follow from it."""

    numbers: NDArray[np.int64]
    bounds: NDArray[np.float64]
    """Array of (west, south, east, north), in degrees."""
    world: WorldPositions
    """Centroids of the features."""
    bbox: tuple[float, float, float, float]
    """West, south, east, north of all features, in degrees."""
    detail_zoom: int
    max_zoom: int

    @property
    def zooms(self) -> range:
        """Zooms at which each feature is drawn."""
        return range(self.detail_zoom, self.max_zoom + 1)


@dataclass
class ReadFeatures:
    """Account of the features read so far: some 40 bytes for each, without its shape."""

    tally: Tally = field(default_factory=Tally)
    numbers: list[NDArray[np.int64]] = field(default_factory=list)
    bounds: list[NDArray[np.float64]] = field(default_factory=list)
    centroids: list[WorldPositions] = field(default_factory=list)
    count_in: int = 0

    def add(self, batch: TableBatch, layer: Layer) -> KeptFeatures:
        """Add a batch of the source, and return the features of it that can be shown."""
        places, geometries = repair_geometries(batch.geometries, layer.geometry_types, self.tally)
        numbers = batch.first + places
        properties = batch.table.take(places)
        category = layer.style.category_field
        values = properties.column(category).to_pylist() if category in properties.column_names else []
        categories = [None if value is None else str(value) for value in values] or [None] * len(places)
        if len(places):
            centroids = shapely.get_coordinates(shapely.centroid(geometries))
            self.numbers.append(numbers)
            self.bounds.append(shapely.bounds(geometries))
            self.centroids.append(to_world(centroids[:, 0], centroids[:, 1]))
        self.count_in += len(batch.table)
        return KeptFeatures(numbers, geometries, properties, categories)

    def append(self, other: ReadFeatures) -> None:
        """Append the account of the part of the file that follows."""
        for mine, theirs in zip(vars(self.tally).values(), vars(other.tally).values(), strict=True):
            mine.update(theirs)
        self.numbers += other.numbers
        self.bounds += other.bounds
        self.centroids += other.centroids
        self.count_in += other.count_in

    def extent(self, path: Path) -> Extent:
        """Return where the features are; raises `BuildError` if none can be shown."""
        if not self.numbers:
            reasons = "".join(f"; {count} × {reason}" for reason, count in self.tally.left_out.items())
            raise BuildError(f"{path} has no feature that can be shown{reasons}")
        bounds, world = np.concatenate(self.bounds), np.concatenate(self.centroids)
        west, south = bounds[:, :2].min(axis=0).tolist()
        east, north = bounds[:, 2:].max(axis=0).tolist()
        zoom = choose_detail_zoom(world)
        return Extent(
            numbers=np.concatenate(self.numbers),
            bounds=bounds,
            world=world,
            bbox=(west, south, east, north),
            detail_zoom=zoom,
            max_zoom=max(zoom, SHARP_ZOOM),
        )


def to_report(read: ReadFeatures, extent: Extent, columns: list[Column], began: float) -> BuildReport:
    """Return the report on a build that began at this time of `time.monotonic`, still without its source."""
    return BuildReport(
        count_in=read.count_in,
        count=len(extent.numbers),
        # In an order that does not depend on where a batch ended.
        repaired=dict(sorted(read.tally.repaired.items())),
        left_out=dict(sorted(read.tally.left_out.items())),
        bbox=extent.bbox,
        detail_zoom=extent.detail_zoom,
        max_zoom=extent.max_zoom,
        overview=overview_counts(extent.world, range(extent.detail_zoom)),
        geometry_types=sorted(read.tally.types),
        fields=columns,
        seconds=round(time.monotonic() - began, 1),
    )
