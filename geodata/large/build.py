"""Builds a large layer: reads its file once and writes its features into a table and into tiles.

Reading, repairing and writing go by batches, so that memory does not grow with the shapes of the file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.catalog.schema import Layer
from geodata.errors import BuildError, RefusedError
from geodata.large.build_batches import ReadFeatures, to_report
from geodata.large.build_lock import locked
from geodata.large.built_layer import BuiltLayer, find_build
from geodata.large.cache import CACHE_VARIABLE, build_key, cache_folder, hash_source, stat_parts, stat_source
from geodata.large.density_grid import write_counts
from geodata.large.feature_table import FeatureTable, to_rows
from geodata.large.progress import CUTTING, INDEX_SHARE, INDEXING, READ_SHARE, READING, Progress
from geodata.large.report import BuildReport, write_report
from geodata.large.tippecanoe import TileCutter, find_tippecanoe
from geodata.reading.columns import to_columns

if TYPE_CHECKING:
    from geodata.large.flatgeobuf import DrawnFeatures
    from geodata.reading.vector_file import TableBatch

MIN_FREE_BYTES = 16 << 20
"""A disk with less free space than this counts as full."""

PartsWriter = Callable[[Layer, Path, Path, Progress], BuildReport]
"""Writes all parts of a layer's build: layer, folder of the catalog, folder of the build, progress."""


def build_layer(
    layer: Layer,
    folder: Path,
    cache: Path | None = None,
    on_progress: Progress = lambda step, done: None,
    *,
    force: bool = False,
    write: PartsWriter | None = None,
) -> BuiltLayer:
    """Build a large layer, or return the finished build of its current file.

    `folder` is that of the catalog, `cache` that for the build: the user's cache folder unless given. `force`
    replaces a finished build. `write` writes the parts of the build; this process does unless given.

    Raises `BuildError` if the build fails: one message that names the file and the cause. A failed or
    interrupted build leaves no files behind.
    """
    cache = cache or cache_folder()
    try:
        path = folder / layer.path
        stats, sha256 = stat_source(path), hash_source(path)
        key = build_key(layer, sha256)
        target = cache / f"{layer.id}-{key}"
        cache.mkdir(parents=True, exist_ok=True)
        with locked(target.with_suffix(".lock"), on_progress) as report_progress:
            found = None if force else find_build(layer, folder, cache)
            if found is not None:
                return found
            part = target.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)  # left by a build that was killed
            try:
                part.mkdir()
                report = (write or _write_parts)(layer, folder, part, report_progress)
                report = replace(report, source_sha256=sha256, source_files=stats, parts=stat_parts(part))
                write_report(report, part)
                if target.exists():
                    shutil.rmtree(target)
                part.rename(target)
            finally:
                shutil.rmtree(part, ignore_errors=True)
            return BuiltLayer(layer, key, report, target)
    except (RefusedError, BuildError) as error:
        raise BuildError(f"{layer.id}: {_cause(error, cache)}") from error
    except (OSError, sqlite3.Error, MemoryError) as error:
        raise BuildError(f"{layer.id}: {layer.path} can't be built: {_cause(error, cache)}") from error


def _write_parts(layer: Layer, folder: Path, part: Path, on_progress: Progress) -> BuildReport:
    from geodata.large.flatgeobuf import write_drawn_features
    from geodata.reading.source import open_source
    from geodata.reading.vector_file import read_batches

    began = time.monotonic()
    find_tippecanoe()
    source = open_source(layer, folder)
    batches = read_batches(source)
    first = next(batches, None)
    columns = [] if first is None else to_columns(first.table.schema)
    read, drawn = ReadFeatures(), part / "features.fgb"
    with contextlib.closing(FeatureTable(part / "features.gpkg", layer, columns)) as table:
        all_batches = chain([] if first is None else [first], batches)
        features = _fill_table(table, all_batches, source.count, read, on_progress)
        write_drawn_features(features, drawn, layer.style.category_field)
        extent = read.extent(source.path)
        with TileCutter(drawn, part / "detail.pmtiles", extent.zooms) as tiles:
            table.finish(
                extent.numbers,
                extent.bounds,
                lambda done: on_progress(INDEXING, READ_SHARE + INDEX_SHARE * done),
            )
            write_counts(extent.world, range(extent.detail_zoom), extent.bbox, part / "counts.pmtiles")
            tiles.wait(lambda done: on_progress(CUTTING, max(done, READ_SHARE + INDEX_SHARE)))
    drawn.unlink()
    return to_report(read, extent, columns, began)


def _fill_table(
    table: FeatureTable,
    batches: Iterator[TableBatch],
    expected: int,
    read: ReadFeatures,
    on_progress: Progress,
) -> Iterator[DrawnFeatures]:
    """Put the features of a source into the table, and yield what tiles show of them."""
    from geodata.large.flatgeobuf import DrawnFeatures

    for batch in batches:
        kept = read.add(batch, table.layer)
        rows = to_rows(table.layer, table.columns, kept.numbers, kept.geometries, kept.properties)
        table.add(rows)
        yield DrawnFeatures(kept.numbers, kept.geometries, rows.titles, kept.categories)
        on_progress(READING, READ_SHARE * min(1.0, read.count_in / max(1, expected, read.count_in)))


def _cause(error: Exception, cache: Path) -> str:
    """Return why a build failed; a full disk is recognized whatever error it made a library raise."""
    text = " ".join(str(error).split()) or type(error).__name__
    is_full = getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in text
    with contextlib.suppress(OSError):
        is_full = is_full or shutil.disk_usage(cache).free < MIN_FREE_BYTES
    if is_full or os.strerror(errno.ENOSPC) in text:
        return f"the disk with {cache} is full; free some space, or name another folder with {CACHE_VARIABLE}"
    is_forbidden = getattr(error, "errno", None) in (errno.EROFS, errno.EACCES, errno.EPERM)
    if is_forbidden and str(getattr(error, "filename", "")).startswith(str(cache)):
        return f"nothing can be written in {cache}; name another folder with {CACHE_VARIABLE}"
    return text
