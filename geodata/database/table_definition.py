"""Defines the table that a layer is loaded into: its columns, indexes and comments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from psycopg.sql import SQL, Composed, Identifier, Literal

from geodata.catalog.schema import Layer
from geodata.catalog.values import is_date
from geodata.database.sql_names import storable
from geodata.features.layer_data import LayerData
from geodata.large.layer import LargeLayer
from geodata.reading.unique_names import distinct

MARK = "Loaded by twente-atlas."
"""End of the comment of tables that may be replaced: only those loaded before."""

MAX_NAME_BYTES = 63
"""Maximum length of a name in PostgreSQL."""

ID, GEOMETRY = "id", "geom"

SQL_TYPES = {
    "integer": "bigint",
    "number": "double precision",
    "boolean": "boolean",
    "date": "date",
    "json": "jsonb",
}
"""Type of a property → type of its column; text for the others."""


@dataclass(frozen=True)
class TableColumn:
    """A column for a property."""

    name: str
    property: str
    type: str
    """Type as in a build's report, or `date`."""


def columns_of(data: LayerData | LargeLayer) -> list[TableColumn]:
    """Return a column with a unique name for each property."""
    if isinstance(data, LargeLayer):
        file_names = data.file_names()
        kinds = {file_names[column.name]: column.type for column in data.report.fields}
    else:
        names = dict.fromkeys(name for row in data.properties.values() for name in row)
        kinds = {name: _kind(data, name) for name in names}
    columns = distinct([ID, GEOMETRY, *map(_cut, kinds)])[2:]
    return [TableColumn(column, *pair) for column, pair in zip(columns, kinds.items(), strict=True)]


def _kind(data: LayerData, name: str) -> str:
    """Return the type of a property by its values."""
    values = [row[name] for row in data.properties.values() if row.get(name) is not None]
    types = {type(value) for value in values}
    if types == {bool}:
        return "boolean"
    if types == {int}:
        return "integer"
    if types <= {int, float}:
        return "number"
    if types == {str}:
        declared = data.layer.fields.get(name)
        return "date" if declared and declared.type == "date" and all(map(is_date, values)) else "string"
    return "json"


def _cut(name: str) -> str:
    return storable(name).encode()[:MAX_NAME_BYTES].decode(errors="ignore") or "_"


def create_table(table: Identifier, data: LayerData | LargeLayer, columns: Sequence[TableColumn]) -> Composed:
    """Return the statement that creates the empty table without indexes."""
    id_type = SQL("bigint" if isinstance(data, LargeLayer) else "text")
    types = data.layer.geometry_types
    shape = SQL("geometry({}, 4326)").format(SQL(types[0] if len(types) == 1 else "Geometry"))
    parts = [
        SQL("{} {} PRIMARY KEY").format(Identifier(ID), id_type),
        SQL("{} {} NOT NULL").format(Identifier(GEOMETRY), shape),
    ]
    parts += [
        SQL("{} {}").format(Identifier(column.name), SQL(SQL_TYPES.get(column.type, "text")))
        for column in columns
    ]
    return SQL("CREATE TABLE {} ({})").format(table, SQL(", ").join(parts))


def create_indexes(
    table: Identifier, layer: Layer, columns: Sequence[TableColumn], *, has_trigrams: bool
) -> Iterator[Composed]:
    """Yield the statements that create indexes: by place, by name, and by each declared field."""
    yield SQL("CREATE INDEX ON {} USING gist ({})").format(table, Identifier(GEOMETRY))
    for column in columns:
        name = Identifier(column.name)
        if column.property in (layer.name_field, "name") and column.type == "string":
            yield SQL("CREATE INDEX ON {} ({})").format(table, name)
            if has_trigrams:
                yield SQL("CREATE INDEX ON {} USING gin ({} gin_trgm_ops)").format(table, name)
        elif column.property in layer.fields and column.type != "json":
            yield SQL("CREATE INDEX ON {} ({})").format(table, name)


def comment(table: Identifier, layer: Layer, columns: Sequence[TableColumn]) -> Iterator[Composed]:
    """Yield statements that comment the table with its source and license, and columns with labels."""
    sources = "; ".join(" ".join(filter(None, [source.name, source.url])) for source in layer.sources)
    lines = [
        f"{layer.title}. {layer.description}",
        f"Source: {sources}. Data of: {layer.vintage}.",
        f"Licence: {layer.license.name} <{layer.license.url}>. Credit: {layer.attribution}.",
        MARK,
    ]
    yield SQL("COMMENT ON TABLE {} IS {}").format(table, Literal(storable("\n".join(lines))))
    for column in columns:
        field = layer.fields.get(column.property)
        if field is not None:
            text = f"{field.label} ({field.unit})" if field.unit else field.label
            name = Identifier(column.name)
            yield SQL("COMMENT ON COLUMN {}.{} IS {}").format(table, name, Literal(storable(text)))
