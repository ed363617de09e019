"""A large layer made ready: its file read once, its features put into a table and into tiles.

Reading, mending and writing go by batches, so that memory does not grow with the shapes of the file; what is
kept of each feature is its box and its middle (40 bytes).
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from geodata.catalog.schema import Layer
from geodata.errors import BuildError, RefusedError
from geodata.large.build_batches import ReadFeatures, to_report
from geodata.large.build_lock import only_one
from geodata.large.cache import build_key, cache_folder, hash_source, stat_parts, stat_source
from geodata.large.layer import BuiltLayer, find_build
from geodata.large.progress import CUTTING, INDEXING, READ_SHARE, READING, Progress
from geodata.large.report import BuildReport, write_report

MIN_FREE_BYTES = 16 << 20
"""A disk with less free space than this counts as full."""

PartsWriter = Callable[[Layer, Path, Path, Progress], BuildReport]
"""Writes all parts of a layer's build: layer, folder of the catalog, folder of the build, progress."""


def build_layer(
    layer: Layer,
    folder: Path,
    cache: Path | None = None,
    on_progress: Progress = lambda step, part: None,
    *,
    force: bool = False,
    write: PartsWriter | None = None,
) -> BuiltLayer:
    """Build a large layer, or return the finished build of its current file.

    Parameters
    ----------
    folder
        Folder of the catalog.
    cache
        Folder for the build; the user's cache folder unless given.
    force
        Whether to replace a finished build.
    write
        Writes the parts of the build; this process does unless given.

    Raises
    ------
    BuildError
        If the build fails: one message that names the file and the cause. A failed or interrupted build
        leaves no files behind.
    """
    cache = cache or cache_folder()
    try:
        path = folder / layer.path
        stats, sha256 = stat_source(path), hash_source(path)
        key = build_key(layer, sha256)
        target = cache / f"{layer.id}-{key}"
        cache.mkdir(parents=True, exist_ok=True)
        with only_one(target.with_suffix(".lock"), on_progress) as tell:
            found = None if force else find_build(layer, folder, cache)
            if found is not None:
                return found
            part = target.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)  # of a build that was cut off
            try:
                part.mkdir()
                report = (write or _write_parts)(layer, folder, part, tell)
                made_of = {"source_sha256": sha256, "source_files": stats, "parts": stat_parts(part)}
                report = BuildReport(**{**vars(report), **made_of})
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
    """Write all parts of a build into a folder."""
    from geodata.large.density_grid import write_counts
    from geodata.large.feature_table import FeatureTable
    from geodata.large.flatgeobuf import write_flat_file
    from geodata.large.tippecanoe import TileCutter, find_tippecanoe
    from geodata.reading.columns import to_columns
    from geodata.reading.vector_file import open_source, read_batches

    began = time.monotonic()
    find_tippecanoe()
    source = open_source(layer, folder)
    batches = read_batches(source)
    first = next(batches, None)
    columns = [] if first is None else to_columns(first.table.schema)
    table, read = FeatureTable(part / "features.gpkg", layer, columns), ReadFeatures()
    flat = part / "features.fgb"
    try:
        rows = _read_rows(layer, source.count, first, batches, table, read, on_progress)
        write_flat_file(rows, flat, layer.style.category_field)
        extent = read.extent(source.path)
        with TileCutter(flat, part / "detail.pmtiles", extent.zooms) as tiles:
            table.finish(
                extent.bounds, extent.numbers, lambda done: on_progress(INDEXING, READ_SHARE + 0.1 * done)
            )
            write_counts(extent.world, range(extent.detail_zoom), extent.bbox, part / "counts.pmtiles")
            tiles.wait(lambda done: on_progress(CUTTING, max(done, READ_SHARE + 0.1)))
    finally:
        table.close()
    flat.unlink()
    return to_report(read, extent, columns, began)


def _read_rows(
    layer: Layer,
    expected: int,
    first: Any,
    batches: Any,
    table: Any,
    read: ReadFeatures,
    on_progress: Progress,
) -> Iterator[tuple[Any, Any, list[str], list[str | None]]]:
    """Put features into the table, and yield those of each batch: number, shape, name, category."""
    batch = first
    while batch is not None:
        kept = read.add(batch, layer)
        names = table.add(kept.numbers, kept.geometries, kept.properties)
        yield kept.numbers, kept.geometries, names, kept.categories
        on_progress(READING, READ_SHARE * min(1.0, read.count_in / max(1, expected, read.count_in)))
        batch = next(batches, None)


def _cause(error: Exception, cache: Path) -> str:
    """Return why a build failed, with a full disk for what it is, whatever it made a library say."""
    text = " ".join(str(error).split()) or type(error).__name__
    is_full = getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in text
    with contextlib.suppress(OSError):
        is_full = is_full or shutil.disk_usage(cache).free < MIN_FREE_BYTES
    if is_full or os.strerror(errno.ENOSPC) in text:
        return (
            f"the disk with {cache} is full; free some space, or name another folder with TWENTE_ATLAS_CACHE"
        )
    is_locked = getattr(error, "errno", None) in (errno.EROFS, errno.EACCES, errno.EPERM)
    if is_locked and str(getattr(error, "filename", "")).startswith(str(cache)):
        return f"nothing can be written in {cache}; name another folder with TWENTE_ATLAS_CACHE"
    return text
