"""Reads GeoParquet by row groups, which GDAL in pyogrio's wheels can't."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from geodata.errors import SourceError, message
from geodata.json_object import JsonObject
from geodata.reading.row_range import WHOLE, RowRange, cut


@dataclass(frozen=True)
class ParquetInfo:
    """Metadata of a GeoParquet file."""

    geometry: str
    """Name of the column with the geometries, as WKB."""
    crs: str | None
    """As PROJJSON or a name; `None` if the file states that it is unknown."""
    count: int


def read_info(path: Path, target: Path | bytes) -> ParquetInfo:
    """Read the metadata of a file or of its content; raises `SourceError` if it is not GeoParquet."""
    try:
        metadata = pq.read_metadata(_opened(target))
    except (pa.ArrowException, OSError) as error:
        what = message("can't be read as {format}: {cause}", format="GeoParquet", cause=error)
        raise SourceError(path, what, message("Export it again.")) from None
    try:
        geo: JsonObject = json.loads((metadata.metadata or {})[b"geo"])
        geometry = str(geo["primary_column"])
        column = geo["columns"][geometry]
        encoding = column["encoding"]
    except (KeyError, TypeError, ValueError):
        mend = message("Write it with a program that supports GeoParquet, such as GeoPandas.")
        raise SourceError(path, message("is Parquet without GeoParquet metadata"), mend) from None
    schema = metadata.schema.to_arrow_schema()
    if geometry not in schema.names or not _is_binary(schema.field(geometry).type):
        what = message("lacks the geometry column “{column}” that its metadata name", column=geometry)
        raise SourceError(path, what, message("Export it again."))
    if encoding != "WKB":
        what = message("has geometries of the encoding {encoding}", encoding=encoding)
        raise SourceError(path, what, message("Write it with the encoding WKB."))
    crs = column.get("crs", "OGC:CRS84")
    return ParquetInfo(geometry, crs if isinstance(crs, str | None) else json.dumps(crs), metadata.num_rows)


def _opened(target: Path | bytes) -> Path | pa.BufferReader:
    return pa.BufferReader(target) if isinstance(target, bytes) else target


def read_batches(
    path: Path, target: Path | bytes, batch_size: int, rows: RowRange = WHOLE
) -> Iterator[tuple[pa.Array, pa.Table]]:
    """Yield geometries (WKB) and properties, without the columns that only speed up queries."""
    info = read_info(path, target)
    with pq.ParquetFile(_opened(target)) as file:
        names = file.schema_arrow.names
        columns = [name for name in names if name == info.geometry or not _is_bbox(file.schema_arrow, name)]
        groups, before = _groups_of(file.metadata, rows)
        batches = file.iter_batches(batch_size=batch_size, row_groups=groups, columns=columns)
        for batch in cut(batches, before, rows.count):
            yield batch.column(info.geometry), pa.table(batch).drop_columns([info.geometry])


def _groups_of(metadata: pq.FileMetaData, rows: RowRange) -> tuple[list[int], int]:
    """Return the row groups with some of the rows, and the number of rows in them before the first one."""
    end = metadata.num_rows if rows.count is None else rows.skip + rows.count
    groups: list[int] = []
    before = start = 0
    for group in range(metadata.num_row_groups):
        stop = start + metadata.row_group(group).num_rows
        if start < end and stop > rows.skip:
            before = before if groups else rows.skip - start
            groups.append(group)
        start = stop
    return groups, before


def _is_binary(kind: pa.DataType) -> bool:
    value = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_binary(value) or pa.types.is_large_binary(value))


def _is_bbox(schema: pa.Schema, name: str) -> bool:
    """Return whether a column holds the bounds of geometries, as the covering of GeoParquet 1.1 does."""
    kind = schema.field(name).type
    return pa.types.is_struct(kind) and {"xmin", "ymin", "xmax", "ymax"} <= {part.name for part in kind}
