"""Builds the GeoDataFrame of a layer, with columns typed by the catalog, and converts it to Arrow."""

import datetime
import json
from collections.abc import Iterable, Iterator, Sequence

import geopandas as gpd
import pandas as pd
import pyarrow as pa
from shapely.geometry.base import BaseGeometry

from geodata.catalog.schema import FieldType, Layer
from geodata.features.feature_layer import COMMON_TYPES, NOT_COLUMNS
from geodata.json_object import JsonObject

MAX_BATCH = 16_384
"""Features in an Arrow batch."""

DTYPES: dict[FieldType, tuple[str, set[type]]] = {
    "integer": ("Int64", {int}),
    "year": ("Int64", {int}),
    "number": ("Float64", {int, float}),
    "boolean": ("boolean", {bool}),
    "date": ("datetime64[s]", {str}),
    "string": ("string", {str}),
    "choice": ("string", {str}),
    "url": ("string", {str}),
}
"""Type of a field → pandas' type of its column, and the JSON values that it takes; others are objects."""


def build_frame(
    layer: Layer, properties: dict[str, JsonObject], geometries: Iterable[BaseGeometry]
) -> gpd.GeoDataFrame:
    """Return features as a frame in EPSG:4326 (lon/lat), indexed by `id`.

    Columns come in the order in which features have them; fields that no feature has follow. A property that
    the catalog does not declare, and a field with a value of another type than it claims, become objects.
    """
    types = {**COMMON_TYPES, **{name: field.type for name, field in layer.fields.items()}}
    index = pd.Index(list(properties), name="id", dtype="object")
    rows = list(properties.values())
    names = dict.fromkeys([*(name for row in rows for name in row), *layer.fields])
    columns = {
        name: _to_column([row.get(name) for row in rows], types.get(name), index)
        for name in names
        if name not in NOT_COLUMNS
    }
    return gpd.GeoDataFrame(
        pd.DataFrame(columns, index=index), geometry=gpd.GeoSeries(list(geometries), index, crs="EPSG:4326")
    )


def _to_column(values: Sequence[object], field_type: FieldType | None, index: pd.Index) -> pd.Series:
    """Return values as a column of this type, or of objects if one of them has another type."""
    dtype, accepted = DTYPES.get(field_type or "list", ("object", set()))
    if {type(value) for value in values if value is not None} <= accepted:
        try:
            if field_type == "date":
                values = [value and datetime.date.fromisoformat(str(value)) for value in values]
            return pd.Series(values, index, dtype)
        except (ValueError, OverflowError):  # no date, or a number beyond 64 bits
            pass
    return pd.Series(values, index, dtype="object")


def to_numbers(column: pd.Series) -> pd.Series:
    """Return a column as `Float64`; values that are no numbers are missing."""
    if pd.api.types.is_numeric_dtype(column) and column.dtype != "boolean":
        return column.astype("Float64")
    numbers = [value if type(value) in (int, float) else None for value in column]
    return pd.Series(numbers, column.index, "Float64")


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
    values = column.tolist()
    try:
        return pa.array(values)
    except (pa.ArrowException, OverflowError):  # forms that differ, or a number beyond 64 bits
        return pa.array([None if value is None else _to_text(value) for value in values], pa.string())


def _to_text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
