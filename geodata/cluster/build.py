"""Coordinates a build on a cluster, from the first row that a worker reads to the last tile.

This process, the coordinator, and the workers share a folder and the source. Workers read parts of the
source and prepare them for the table; then each worker cuts the tiles of some parts of the map. The
coordinator puts the results together, in the order of the file and of the tiles.
"""

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
from geodata.cluster.tile_cutting import cut_partition, join_tiles, split_by_partition
from geodata.cluster.worker import check_can_be_parted, read_part, read_rows
from geodata.large.build import build_layer
from geodata.large.build_batches import ReadFeatures, to_report
from geodata.large.built_layer import BuiltLayer
from geodata.large.density_grid import write_counts
from geodata.large.feature_table import FeatureTable
from geodata.large.progress import CUTTING, INDEX_SHARE, INDEXING, READ_SHARE, READING, Progress
from geodata.large.report import BuildReport
from geodata.large.tippecanoe import find_tippecanoe
from geodata.reading.row_range import to_ranges
from geodata.reading.source import open_source
from geodata.reading.vector_file import read_columns

FEATURES_PER_PART = 50_000
"""Number of features that a worker reads or draws at a time; it needs some 200 MB for them."""

MIN_PARTS_PER_WORKER = 2
"""Smaller parts let a fast worker take over work from a slow one."""

MAX_PARTITIONS = 256
"""Maximum number of parts of the map, whose files are open at the same time when they are joined."""


def build_layer_on_cluster(
    layer: Layer,
    folder: Path,
    cache: Path | None = None,
    on_progress: Progress = lambda step, done: None,
    *,
    force: bool = False,
    address: str,
) -> BuiltLayer:
    """Build a large layer like `build_layer`, by the workers of the Dask scheduler at `address`."""
    return build_layer(layer, folder, cache, on_progress, force=force, write=partial(_write_parts, address))


def _write_parts(address: str, layer: Layer, folder: Path, part: Path, on_progress: Progress) -> BuildReport:
    began = time.monotonic()
    find_tippecanoe()
    source = open_source(layer, folder)
    check_can_be_parted(source)
    columns = read_columns(source)
    category = layer.style.category_field
    with (
        connected(address) as client,
        _shared_folder(part) as shared,
        closing(FeatureTable(part / "features.gpkg", layer, columns)) as table,
    ):
        least = MIN_PARTS_PER_WORKER * check_workers(client, source.path, shared)
        submit = partial(client.submit, pure=False)
        on_progress(READING, 0.0)
        ranges = to_ranges(source.count, max(1, min(source.count, _count_parts(source.count, least))))
        parts = enumerate(ranges)
        futures = [submit(read_part, source, layer, columns, rows, number, shared) for number, rows in parts]
        read, shapes = ReadFeatures(), list[Path]()
        for number, future in enumerate(futures, start=1):
            result = result_of(future, address)
            read.append(result.read)
            for rows in read_rows(result.rows):
                table.add(rows)
            shapes.append(result.shapes)
            on_progress(READING, READ_SHARE * number / len(futures))
        extent = read.extent(source.path)
        partitions = choose_partitions(
            extent.world, extent.detail_zoom, min(MAX_PARTITIONS, _count_parts(len(extent.numbers), least))
        )
        splits = [submit(split_by_partition, path, partitions) for path in shapes]
        numbers = range(len(partitions))
        cuts = [submit(cut_partition, number, splits, extent.zooms, shared, category) for number in numbers]
        table.finish(
            extent.numbers,
            extent.bounds,
            lambda done: on_progress(INDEXING, READ_SHARE + INDEX_SHARE * done),
        )
        write_counts(extent.world, range(extent.detail_zoom), extent.bbox, part / "counts.pmtiles")
        for number, done in enumerate(as_done(client, cuts), start=1):
            result_of(done, address)
            on_progress(CUTTING, READ_SHARE + INDEX_SHARE + 0.5 * number / len(cuts))
        join_tiles(shared, partitions, extent, part / "detail.pmtiles")
    return to_report(read, extent, columns, began)


def _count_parts(count: int, least: int) -> int:
    return max(least, count // FEATURES_PER_PART)


@contextmanager
def _shared_folder(part: Path) -> Iterator[Path]:
    """Make a folder for the files of workers; once it is removed, a late worker can't create it again."""
    folder = part / f"shared-{uuid.uuid4().hex}"  # a name that Dask has not seen in another build
    folder.mkdir()
    try:
        yield folder
    finally:
        removed = folder.rename(part / "gone")
        shutil.rmtree(removed, ignore_errors=True)
