"""Builds the GeoDataFrame of a layer: a column for each field, typed by the catalog."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from geodata.catalog.schema import FieldType, Layer
from geodata.features.feature_layer import COMMON_TYPES, NOT_COLUMNS
from geodata.json_object import JsonObject

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
            return pd.Series(_to_dates(values) if field_type == "date" else values, index, dtype)
        except (ValueError, OverflowError):  # no date, or a number beyond 64 bits
            pass
    return pd.Series(values, index, dtype="object")


def _to_dates(values: Sequence[object]) -> list[datetime.date | None]:
    """Return ISO 8601 texts as dates; raises `ValueError` for others."""
    return [None if value is None else datetime.date.fromisoformat(str(value)) for value in values]


def to_numbers(column: pd.Series) -> pd.Series:
    """Return a column as `Float64`; values that are no numbers are missing."""
    if pd.api.types.is_numeric_dtype(column) and column.dtype != "boolean":
        return column.astype("Float64")
    numbers = [value if type(value) in (int, float) else None for value in column]
    return pd.Series(numbers, column.index, "Float64")
