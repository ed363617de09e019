"""A build on a cluster, from the first row that a worker reads to the last tile."""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from geodata.catalog.schema import Layer
from geodata.cluster.client import as_done, check_workers, connected, result_of
from geodata.cluster.partitions import choose_partitions
from geodata.cluster.tile_cutting import join_tiles, plan_tiles
from geodata.cluster.worker import PartRead, add_rows, check_can_be_parted, read_columns, read_part
from geodata.large.build import build_layer
from geodata.large.build_batches import ReadFeatures, to_report
from geodata.large.density_grid import write_counts
from geodata.large.feature_table import FeatureTable
from geodata.large.layer import BuiltLayer
from geodata.large.progress import CUTTING, INDEXING, READ_SHARE, READING, Progress
from geodata.large.report import BuildReport
from geodata.large.tippecanoe import find_tippecanoe
from geodata.reading.row_range import to_ranges
from geodata.reading.vector_file import open_source

FEATURES_PER_PART = 50_000
"""So many are read, and drawn, in one go: a worker needs some 200 MB for it."""

MIN_PARTS_PER_WORKER = 2
"""So that the first to be done does not wait for the last."""

MAX_PARTITIONS = 256
"""Parts of the map, whose files are open at the same time when they are joined."""


def build_layer_on_cluster(
    layer: Layer,
    folder: Path,
    cache: Path | None = None,
    on_progress: Progress = lambda step, part: None,
    *,
    force: bool = False,
    address: str,
) -> BuiltLayer:
    """Build a large layer like `build_layer`, by the workers of the Dask scheduler at `address`."""
    return build_layer(layer, folder, cache, on_progress, force=force, write=partial(_write_parts, address))


def _write_parts(address: str, layer: Layer, folder: Path, part: Path, on_progress: Progress) -> BuildReport:
    """Write all parts of a build into a folder."""
    began = time.monotonic()
    find_tippecanoe()
    source = open_source(layer, folder)
    check_can_be_parted(source)
    columns = read_columns(source)
    with (
        connected(address) as client,
        _shared_folder(part) as shared,
        closing(FeatureTable(part / "features.gpkg", layer, columns)) as table,
    ):
        least = MIN_PARTS_PER_WORKER * check_workers(client, source.path, shared)
        on_progress(READING, 0.0)
        ranges = to_ranges(source.count, max(1, min(source.count, _parts(source.count, least))))
        futures = [
            client.submit(read_part, source, layer, columns, rows, number, shared, pure=False)
            for number, rows in enumerate(ranges)
        ]
        read, shapes = ReadFeatures(), list[Path]()
        for number, future in enumerate(futures, start=1):
            done: PartRead = result_of(future, address)
            read.append(done.read)
            add_rows(table, done.rows)
            shapes.append(done.shapes)
            on_progress(READING, READ_SHARE * number / len(futures))
        extent = read.extent(source.path)
        partitions = choose_partitions(
            extent.world, extent.detail_zoom, min(MAX_PARTITIONS, _parts(len(extent.numbers), least))
        )
        plan = plan_tiles(shapes, partitions, extent.zooms, shared, layer.style.category_field)
        cut = client.compute(plan.to_delayed())
        table.finish(
            extent.bounds, extent.numbers, lambda done: on_progress(INDEXING, READ_SHARE + 0.1 * done)
        )
        write_counts(extent.world, range(extent.detail_zoom), extent.bbox, part / "counts.pmtiles")
        for number, future in enumerate(as_done(client, cut), start=1):
            result_of(future, address)
            on_progress(CUTTING, READ_SHARE + 0.1 + 0.5 * number / len(cut))
        join_tiles(shared, partitions, extent, part / "detail.pmtiles")
    return to_report(read, extent, columns, began)


def _parts(count: int, least: int) -> int:
    return max(least, count // FEATURES_PER_PART)


@contextmanager
def _shared_folder(part: Path) -> Iterator[Path]:
    """Give a folder for what workers hand in; once it is gone, one that comes late can't bring it back."""
    folder = part / f"shared-{uuid.uuid4().hex}"  # unlike that of any other build, to people and to Dask
    folder.mkdir()
    try:
        yield folder
    finally:
        gone = folder.rename(part / "gone")
        shutil.rmtree(gone, ignore_errors=True)
