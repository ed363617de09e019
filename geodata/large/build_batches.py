"""What a build keeps of the features that it read, wherever they were read, and what follows from it."""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from geodata.catalog.schema import Layer
from geodata.errors import BuildError
from geodata.features.geometry_repair import Tally, sort_out
from geodata.large.report import BUILD_VERSION, BuildReport
from geodata.reading.columns import Column


@dataclass(frozen=True)
class KeptFeatures:
    """Those features of a batch that can be shown, mended where need be."""

    numbers: Any
    """Of the features in the file, counted from 1."""
    geometries: Any
    properties: Any
    """A `pyarrow.Table`."""
    categories: list[str | None]
    """Values of the field that decides over their color."""


@dataclass(frozen=True)
class Extent:
    """Where the features of a layer are, and which zooms follow from it."""

    numbers: Any
    bounds: Any
    """Array of (west, south, east, north), in degrees."""
    world: Any
    """Their middles, as `counting.to_world` returns them."""
    bbox: tuple[float, float, float, float]
    detail_zoom: int
    max_zoom: int

    @property
    def zooms(self) -> range:
        """Those at which features have their own shapes."""
        return range(self.detail_zoom, self.max_zoom + 1)


@dataclass
class ReadFeatures:
    """What is known of the features that were read so far."""

    tally: Tally = field(default_factory=Tally)
    numbers: list[Any] = field(default_factory=list)
    bounds: list[Any] = field(default_factory=list)
    middles: list[Any] = field(default_factory=list)
    count_in: int = 0

    def add(self, batch: Any, layer: Layer) -> KeptFeatures:
        """Take note of a batch of the source, and return what of it can be shown."""
        import shapely

        from geodata.large.density_grid import to_world

        places, geometries = sort_out(batch.geometries, layer.geometry_types, self.tally)
        numbers = batch.first + places
        properties = batch.table.take(places)
        category = layer.style.category_field
        values = properties.column(category).to_pylist() if category in properties.column_names else []
        categories = [None if value is None else str(value) for value in values] or [None] * len(places)
        if len(places):
            middles = shapely.get_coordinates(shapely.centroid(geometries))
            self.numbers.append(numbers)
            self.bounds.append(shapely.bounds(geometries))
            self.middles.append(to_world(middles[:, 0], middles[:, 1]))
        self.count_in += len(batch.table)
        return KeptFeatures(numbers, geometries, properties, categories)

    def append(self, other: ReadFeatures) -> None:
        """Take note of what follows in the file, and was read elsewhere."""
        for mine, theirs in zip(vars(self.tally).values(), vars(other.tally).values(), strict=True):
            mine.update(theirs)
        self.numbers += other.numbers
        self.bounds += other.bounds
        self.middles += other.middles
        self.count_in += other.count_in

    def extent(self, path: Path) -> Extent:
        """Return where the features are; raises `BuildError` where there is none."""
        from geodata.large.tippecanoe import SHARP_ZOOM, choose_detail_zoom

        if not self.numbers:
            reasons = "".join(f"; {count} × {reason}" for reason, count in self.tally.left_out.items())
            raise BuildError(f"{path} has no feature that can be shown{reasons}")
        bounds, world = np.concatenate(self.bounds), np.concatenate(self.middles)
        west, south = bounds[:, :2].min(axis=0).tolist()
        east, north = bounds[:, 2:].max(axis=0).tolist()
        box = (west, south, east, north)
        zoom = choose_detail_zoom(world)
        return Extent(np.concatenate(self.numbers), bounds, world, box, zoom, max(zoom, SHARP_ZOOM))


def to_report(read: ReadFeatures, extent: Extent, columns: list[Column], began: float) -> BuildReport:
    """Return the report on a build that began at that time of `time.monotonic`; the source is named later."""
    from geodata.large.density_grid import overview_counts

    return BuildReport(
        version=BUILD_VERSION,
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
        built=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - began, 1),
        source_sha256="",
        source_files=[],
        parts={},
    )
