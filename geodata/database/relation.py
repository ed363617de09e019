"""A table or query as questions are asked of it: its columns, its geometry, and the SQL for both.

Names come from the catalog and from the database, and are always quoted; values are always parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from psycopg.sql import SQL, Composable, Composed, Literal

from geodata.catalog.schema import Database as Place
from geodata.database.sql_names import quote
from geodata.features.properties import clean
from geodata.json_object import JsonObject
from geodata.reading.columns import Column
from geodata.reading.limits import UNLIMITED

WGS84 = 4326

ALIAS = "source"
"""What a question calls the relation."""


@dataclass(frozen=True)
class Relation:
    """What a layer's features are in."""

    place: Place
    source: Composable
    """What stands behind FROM."""
    table: int | None
    """Number of the table in the database; `None` of a query."""
    id: str
    """Column that tells features apart."""
    is_id_number: bool
    is_id_unique: bool
    """Whether the database itself sees to that."""
    geometry: str
    """Column of the shapes."""
    columns: list[Column]
    """Properties, with their columns in the database."""
    types: dict[str, str]
    """Column → its type in the database."""
    stored_srid: int = WGS84
    """What the database has as the CRS of the shapes."""
    srid: int = WGS84
    """What it is: a catalog may correct it."""
    drawn: Composable = field(default_factory=lambda: SQL("TRUE"))
    """Condition that features which can be shown fulfil."""

    @property
    def shape(self) -> Composable:
        """The shape as it is stored, which has the index."""
        return quote(self.geometry)

    def shape_in(self, srid: int) -> Composable:
        """Return the shape in a CRS."""
        shape: Composable = self.shape
        if self.srid != self.stored_srid:
            shape = SQL("ST_SetSRID({}, {})").format(shape, Literal(self.srid))
        return shape if self.srid == srid else SQL("ST_Transform({}, {})").format(shape, Literal(srid))

    @property
    def wkb(self) -> Composable:
        """The shape as WKB in WGS 84, without heights."""
        return SQL("ST_AsBinary(ST_Force2D({}))").format(self.shape_in(WGS84))

    def value(self, column: Column) -> Composable:
        """Return a property as it is read: what has no like in JSON is a text."""
        name = quote(column.column)
        read = {"integer": "{}", "boolean": "{}", "number": "{}::float8", "json": "to_jsonb({})"}
        return SQL(read.get(column.type, "{}::text")).format(name)

    def order(self, column: str) -> Composable:
        """Return a column to sort by: as it is stored, not the text that is read of it by the same name."""
        return quote(ALIAS, column)

    @property
    def values(self) -> Composed:
        """All properties, in their order, each behind a comma."""
        return SQL("").join([SQL(", {}").format(self.value(column)) for column in self.columns])

    def column(self, name: str) -> Column | None:
        """Return the column of a property, or `None`."""
        return next((column for column in self.columns if column.name == name), None)

    def to_properties(self, values: tuple[Any, ...]) -> JsonObject:
        """Return the properties of a row that begins with `values`; what is not known is left out."""
        cleaned = {
            column.name: clean(value, UNLIMITED, set())
            for column, value in zip(self.columns, values, strict=True)
            if value is not None
        }
        return {name: value for name, value in cleaned.items() if value is not None}
