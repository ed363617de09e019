"""Features of a GeoDataFrame as Arrow batches."""

from __future__ import annotations

import json
from collections.abc import Iterator

import geopandas as gpd
import pandas as pd
import pyarrow as pa

MAX_BATCH = 16_384
"""Features in a batch."""


def to_batches(gdf: gpd.GeoDataFrame) -> Iterator[pa.RecordBatch]:
    """Yield features with `id` as text, a column for each property that any has, and `geometry` as WKB.

    Dates are texts in ISO 8601. Lists and objects keep their form if those of a property have one in common;
    others are JSON text.
    """
    used = gdf.drop(columns=gdf.geometry.name).dropna(axis="columns", how="all")
    columns = {"id": pa.array(list(gdf.index), pa.string())}
    columns |= {str(name): _to_array(column) for name, column in used.items()}
    table = pa.table({**columns, "geometry": pa.array(gdf.geometry.to_wkb(), pa.binary())})
    yield from table.to_batches(MAX_BATCH)


def _to_array(column: pd.Series) -> pa.Array:
    if column.dtype == "datetime64[s]":
        return pa.array([None if day is pd.NaT else day.date().isoformat() for day in column], pa.string())
    if column.dtype != "object":
        return pa.Array.from_pandas(column)
    values = [None if value is None else value for value in column]
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        return pa.array([None if value is None else _to_text(value) for value in values], pa.string())


def _to_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
