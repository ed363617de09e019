"""Reads the features of a vector file in batches, in WGS 84."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely
from numpy.typing import NDArray

from geodata.errors import SourceError, message
from geodata.json_object import JsonObject
from geodata.reading import geoparquet
from geodata.reading.columns import Column, to_columns, to_values
from geodata.reading.crs import reproject, transformer
from geodata.reading.gdal import pyogrio
from geodata.reading.geojson import FeatureBatch
from geodata.reading.geojson_geometry import FLATTENED
from geodata.reading.row_range import WHOLE, RowRange, cut
from geodata.reading.source import Source, errors_named, opened
from geodata.reading.unique_names import distinct

BATCH_SIZE = 16_384
"""Number of features in memory at a time: most of a build's memory follows from it."""


@dataclass(frozen=True)
class TableBatch:
    """Some consecutive features of a table, with their properties by column."""

    first: int
    """Number of the first feature in the file, counted from 1."""
    geometries: NDArray[np.object_]
    """Shapely geometries in WGS 84 (lon/lat), 2D; `None` where a feature has none."""
    table: pa.Table
    """Their properties, a column each."""
    flattened: int = 0
    """Number of features that had heights or measures."""


def read_batches(source: Source, rows: RowRange = WHOLE) -> Iterator[TableBatch]:
    """Read a table, or some of its rows; raises `SourceError` if it can't be read to its end."""
    to_wgs84 = transformer(source.crs)
    first = rows.skip + 1
    with errors_named(source.path, source.form):
        if source.form.driver == "GeoJSONSeq":
            _check_lines(source)
        for geometries, table in _read_raw(source, rows):
            flattened = int((shapely.has_z(geometries) | shapely.has_m(geometries)).sum())
            geometries = shapely.force_2d(geometries)
            if to_wgs84 is not None:
                geometries = reproject(geometries, to_wgs84)
            names = distinct(source.columns.get(name, name) for name in table.column_names)
            yield TableBatch(first, geometries, table.rename_columns(names), flattened)
            first += len(table)


def read_columns(source: Source) -> list[Column]:
    """Return the properties of a table, by its first row; none if it has no row."""
    first = next(read_batches(source, RowRange(0, 1)), None)
    return [] if first is None else to_columns(first.table.schema)


def read_features(source: Source) -> Iterator[FeatureBatch]:
    """Read a table like `read_batches`, with the properties by feature."""
    for batch in read_batches(source):
        with errors_named(source.path, source.form):
            names = batch.table.column_names
            values = [to_values(column) for column in batch.table.columns]
            rows: list[JsonObject] = [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]
        repaired: Counter[str] = Counter({FLATTENED: batch.flattened} if batch.flattened else {})
        properties = rows or [{} for _ in batch.geometries]
        yield FeatureBatch(batch.first, batch.geometries, properties, repaired=repaired)


def _check_lines(source: Source) -> None:
    """Raise `SourceError` if a line is not JSON: GDAL skips it, or joins it with another."""
    with opened(source.target) as file:
        for number, line in enumerate(file, start=1):
            text = line.strip(b" \t\r\n\x1e")
            try:
                if text:
                    json.loads(text)
            except (ValueError, RecursionError):
                what = message("has no whole feature in line {number}", number=number)
                mend = message("Write one feature per line, or as GeoJSON.")
                raise SourceError(source.path, what, mend) from None


def _read_raw(source: Source, rows: RowRange) -> Iterator[tuple[NDArray[np.object_], pa.Table]]:
    """Yield geometries and properties as the file has them."""
    if source.cells is not None:
        yield from source.cells.batches(BATCH_SIZE)
        return
    if source.form.driver == "Parquet":
        for wkb, table in geoparquet.read_batches(source.path, source.target, BATCH_SIZE, rows):
            yield _from_wkb(wkb), table
        return
    with pyogrio.open_arrow(
        source.gdal_target,
        layer=source.table,
        batch_size=BATCH_SIZE,
        use_pyarrow=True,
        skip_features=rows.skip,
    ) as (meta, reader):
        geometry_name = meta["geometry_name"] or "wkb_geometry"
        end = rows.skip
        for batch in cut(reader, 0, rows.count):
            table = pa.table(batch)
            ignored = [name for name in source.form.ignored_columns if name in table.column_names]
            yield _from_wkb(batch.column(geometry_name)), table.drop_columns([geometry_name, *ignored])
            end += len(batch)
    if source.form.driver == "FlatGeobuf" and rows.count is None and end < source.count:
        # GDAL takes the end of a truncated file for the end of the features.
        what = message("ends after {count} of {all} features", count=end, all=source.count)
        raise SourceError(source.path, what, message("Download the whole file, or write it again."))


def _from_wkb(wkb: pa.Array) -> NDArray[np.object_]:
    """Return the geometries of an Arrow array, which may be of an extension type.

    For a FlatGeobuf feature without a geometry, GDAL gives zero bytes instead of null.
    """
    storage = wkb.storage if isinstance(wkb, pa.ExtensionArray) else wkb
    is_missing = pc.equal(pc.binary_length(storage), 0)
    content = pc.if_else(is_missing, None, storage).to_numpy(zero_copy_only=False)
    geometries: NDArray[np.object_] = shapely.from_wkb(content, on_invalid="ignore")
    return geometries
