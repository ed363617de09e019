"""A large layer made ready: its file read once, its features put into a table and into tiles.

Reading, mending and writing go by batches, so that memory does not grow with the shapes of the file; what is
kept of each feature is its box and its middle (40 bytes).
"""

from __future__ import annotations

import contextlib
import datetime
import errno
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from geodata.build_report import BUILD_VERSION, BuildReport, Column, write_report
from geodata.cache import build_key, cache_folder, hash_source, stat_parts, stat_source
from geodata.errors import BuildError, RefusedError
from geodata.large import LargeLayer, find_build
from geodata.schema import Layer

Progress = Callable[[str, float], None]
"""Is told what is being done, and how much of the whole is, from 0 to 1."""

READING, INDEXING, CUTTING = "reading", "indexing", "cutting tiles"
"""Steps of a build."""

READ_SHARE = 0.4
"""Of the time of a build, about."""

MIN_FREE_BYTES = 16 << 20
"""With less than this left, a disk counts as full."""


def build_layer(
    layer: Layer,
    folder: Path,
    cache: Path | None = None,
    on_progress: Progress = lambda step, part: None,
    *,
    force: bool = False,
) -> LargeLayer:
    """Build a large layer, or return the build that there is of its file as it is now.

    Parameters
    ----------
    folder
        Of the catalog.
    cache
        Folder for the build; that of the user unless given.
    force
        Whether to build again what there is.

    Raises
    ------
    BuildError
        With one message that names the file and the cause. What was made until then is removed, as it is
        when the build is interrupted.
    """
    cache = cache or cache_folder()
    try:
        path = folder / layer.path
        stats, sha256 = stat_source(path), hash_source(path)
        key = build_key(layer, sha256)
        target = cache / f"{layer.id}-{key}"
        cache.mkdir(parents=True, exist_ok=True)
        with _only_one(target.with_suffix(".lock")):
            found = None if force else find_build(layer, folder, cache)
            if found is not None:
                return found
            part = target.with_suffix(".part")
            shutil.rmtree(part, ignore_errors=True)  # of a build that was cut off
            try:
                part.mkdir()
                report = _build(layer, folder, part, on_progress)
                made_of = {"source_sha256": sha256, "source_files": stats, "parts": stat_parts(part)}
                report = BuildReport(**{**vars(report), **made_of})
                write_report(report, part)
                if target.exists():
                    shutil.rmtree(target)
                part.rename(target)
            finally:
                shutil.rmtree(part, ignore_errors=True)
            return LargeLayer(layer, target, key, report)
    except (RefusedError, BuildError) as error:
        raise BuildError(f"{layer.id}: {_cause(error, cache)}") from error
    except (OSError, sqlite3.Error, MemoryError) as error:
        raise BuildError(f"{layer.id}: {layer.path} can't be built: {_cause(error, cache)}") from error


@dataclass
class _Read:
    """What is known of the features that were read."""

    columns: list[Column] = field(default_factory=list)
    numbers: list[Any] = field(default_factory=list)
    bounds: list[Any] = field(default_factory=list)
    middles: list[Any] = field(default_factory=list)
    count_in: int = 0


def _build(layer: Layer, folder: Path, part: Path, on_progress: Progress) -> BuildReport:
    """Write all parts of a build into a folder."""
    from geodata.counting import overview_counts, write_counts
    from geodata.feature_table import FeatureTable, to_columns
    from geodata.flat_file import write_flat_file
    from geodata.shapes import Tally
    from geodata.sources import open_source, read_batches
    from geodata.tiling import SHARP_ZOOM, TileCutter, choose_detail_zoom, find_tippecanoe

    began = time.monotonic()
    find_tippecanoe()
    source = open_source(layer, folder)
    batches = read_batches(source)
    first = next(batches, None)
    columns = [] if first is None else to_columns(first.table.schema)
    table, tally, read = FeatureTable(part / "features.gpkg", layer, columns), Tally(), _Read()
    flat = part / "features.fgb"
    try:
        rows = _read_rows(layer, source.count, first, batches, table, tally, read, on_progress)
        write_flat_file(rows, flat, layer.style.category_field)
        if not read.numbers:
            raise BuildError(f"{source.path} has no feature that can be shown{_reasons(tally.left_out)}")
        bounds = np.concatenate(read.bounds)
        box = [*bounds[:, :2].min(axis=0).tolist(), *bounds[:, 2:].max(axis=0).tolist()]
        bbox = (box[0], box[1], box[2], box[3])
        world = np.concatenate(read.middles)
        detail_zoom = choose_detail_zoom(world)
        max_zoom = max(detail_zoom, SHARP_ZOOM)
        numbers = np.concatenate(read.numbers)
        with TileCutter(flat, part / "detail.pmtiles", range(detail_zoom, max_zoom + 1)) as tiles:
            table.finish(bounds, numbers, lambda done: on_progress(INDEXING, READ_SHARE + 0.1 * done))
            write_counts(world, range(detail_zoom), bbox, part / "counts.pmtiles")
            tiles.wait(lambda done: on_progress(CUTTING, max(done, READ_SHARE + 0.1)))
    finally:
        table.close()
    flat.unlink()
    return BuildReport(
        version=BUILD_VERSION,
        count_in=read.count_in,
        count=len(numbers),
        repaired=dict(tally.repaired),
        left_out=dict(tally.left_out),
        bbox=bbox,
        detail_zoom=detail_zoom,
        max_zoom=max_zoom,
        overview=overview_counts(world, range(detail_zoom)),
        geometry_types=sorted(tally.types),
        fields=columns,
        built=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - began, 1),
        source_sha256="",
        source_files=[],
        parts={},
    )


def _read_rows(
    layer: Layer,
    expected: int,
    first: Any,
    batches: Any,
    table: Any,
    tally: Any,
    read: _Read,
    on_progress: Progress,
) -> Iterator[tuple[Any, Any, list[str], list[str | None]]]:
    """Put features into the table, and yield those of each batch: number, shape, name, category."""
    import shapely

    from geodata.counting import to_world
    from geodata.shapes import sort_out

    batch = first
    while batch is not None:
        places, geometries = sort_out(batch.geometries, layer.geometry_types, tally)
        numbers = batch.first + places
        properties = batch.table.take(places)
        names = table.add(numbers, geometries, properties)
        category = layer.style.category_field
        values = properties.column(category).to_pylist() if category in properties.column_names else []
        categories = [None if value is None else str(value) for value in values] or [None] * len(places)
        if len(places):
            bounds = shapely.bounds(geometries)
            middles = shapely.get_coordinates(shapely.centroid(geometries))
            read.numbers.append(numbers)
            read.bounds.append(bounds)
            read.middles.append(to_world(middles[:, 0], middles[:, 1]))
        read.count_in = batch.first + len(batch.table) - 1
        yield numbers, geometries, names, categories
        on_progress(READING, READ_SHARE * min(1.0, read.count_in / max(1, expected, read.count_in)))
        batch = next(batches, None)


@contextlib.contextmanager
def _only_one(path: Path) -> Iterator[None]:
    """Wait until nobody else builds the same; the system lifts the lock of a process that ended."""
    import fcntl

    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


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


def _reasons(left_out: dict[str, int]) -> str:
    return "".join(f"; {count} × {reason}" for reason, count in left_out.items())
