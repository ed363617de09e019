"""The properties of a source as columns: their names, their types, and their values as JSON has them."""

from dataclasses import dataclass

import pyarrow as pa

GEOMETRY = "geom"
NUMBER = "fid"
"""Columns of a built layer's table that are no properties."""


@dataclass(frozen=True)
class Column:
    """A property of the features, as the table keeps it."""

    name: str
    """Name of the property, as in the source."""
    column: str
    """Name of its column in the table: SQLite does not distinguish `Name` from `name`."""
    type: str
    """`string`, `integer`, `number`, `boolean` or `json` (lists and objects, as JSON text)."""


def to_columns(schema: pa.Schema) -> list[Column]:
    """Return a column with a unique name for each property of a source."""
    taken = {GEOMETRY, NUMBER}
    columns = []
    for field in schema:
        name = field.name
        while name.lower() in taken:
            name += "_"
        taken.add(name.lower())
        columns.append(Column(field.name, name, _to_type(field)))
    return columns


def _to_type(field: pa.Field) -> str:
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if pa.types.is_boolean(kind):
        return "boolean"
    if pa.types.is_integer(kind):
        return "integer"
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return "number"
    if pa.types.is_nested(kind):
        return "json"
    is_json = b"json" in (field.metadata or {}).get(b"ARROW:extension:name", b"")
    return "json" if is_json or str(kind).startswith("extension<arrow.json") else "string"


def to_values(column: pa.Array | pa.ChunkedArray) -> list[object]:
    """Return the values of a column: times as texts, and bytes that are not UTF-8 replaced by �."""
    if pa.types.is_temporal(column.type):
        try:
            column = column.cast(pa.string())
        except pa.ArrowException:  # a duration, or a time outside the calendar
            column = pa.array([None if value is None else str(value) for value in column.to_pylist()])
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        raw = column.cast(pa.binary()).to_pylist()
        return [None if value is None else value.decode("utf-8", "replace") for value in raw]
