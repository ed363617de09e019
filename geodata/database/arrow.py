"""All features of a large layer of a database as Arrow batches, for the files that people take along."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from geodata.errors import RefusedError

if TYPE_CHECKING:
    from geodata.database.large_layer import DatabaseLayer

TYPES = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
"""Of the columns; the others are texts."""


def to_batches(layer: DatabaseLayer) -> Iterator[pa.RecordBatch]:
    """Yield the features: `id` as text, properties, `geometry` as WKB; raises `DatabaseError`."""
    names, columns = layer.own_names(), layer.report.fields
    kinds = [TYPES.get(column.type, pa.string()) for column in columns]
    schema = pa.schema(
        [
            pa.field("id", pa.string()),
            *(pa.field(names[column.name], kind) for column, kind in zip(columns, kinds, strict=True)),
            pa.field("geometry", pa.binary()),
        ]
    )
    for rows in layer.rows():
        ids, shapes, *values = zip(*rows, strict=True)
        arrays = [
            pa.array([_to_cell(value, column.type) for value in cells], kind)
            for cells, column, kind in zip(values, columns, kinds, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(
            [pa.array(ids, pa.string()), *arrays, pa.array(map(bytes, shapes), pa.binary())], schema=schema
        )


def write_features(layer: DatabaseLayer, path: Path) -> None:
    """Write the features as a GeoPackage with the table `features`."""
    import pyogrio

    batches = to_batches(layer)
    first = next(batches, None)
    if first is None:
        raise RefusedError("has no features", "Try again later.")

    def read() -> Iterator[pa.RecordBatch]:
        yield _numbered(first)
        for batch in batches:
            yield _numbered(batch)

    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(_numbered(first).schema, read()),
        path,
        layer="features",
        driver="GPKG",
        geometry_name="geometry",
        geometry_type="Unknown",
        crs="EPSG:4326",
        layer_options={"IDENTIFIER": layer.layer.id},
    )


def _numbered(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Return a batch whose ids are numbers, under a name that a GeoPackage leaves to a property."""
    numbers = batch.column("id").cast(pa.int64())
    return batch.set_column(0, "feature_id", numbers)


def _to_cell(value: Any, kind: str) -> Any:
    if kind == "json" and value is not None:
        return json.dumps(value, ensure_ascii=False, default=str)
    return value
