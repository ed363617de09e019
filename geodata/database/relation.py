"""Describes a table or query of a database, and builds the SQL for its columns and geometry.

Names come from the catalog and from the database, and are always quoted; values are always parameters.
"""

from dataclasses import dataclass, field

from psycopg.sql import SQL, Composable, Composed, Literal

from geodata.catalog.schema import Database as Place
from geodata.database.sql_names import quote
from geodata.features.properties import clean
from geodata.json_object import JsonObject
from geodata.reading.columns import Column
from geodata.reading.limits import UNLIMITED

WGS84 = 4326

ALIAS = "source"
"""Name of the relation in queries."""


@dataclass(frozen=True)
class Relation:
    """The table or query that holds a layer's features."""

    place: Place
    source: Composable
    """What follows FROM."""
    table: int | None
    """Object id of the table; `None` for a query."""
    id: str
    """Column that identifies features."""
    is_id_number: bool
    is_id_unique: bool
    """Whether a constraint of the database guarantees unique ids."""
    geometry: str
    """Column of the shapes."""
    columns: list[Column]
    """Properties, with their columns in the database."""
    types: dict[str, str]
    """Column → its type in the database."""
    stored_srid: int = WGS84
    """CRS of the shapes according to the database."""
    srid: int = WGS84
    """Their actual CRS, which a catalog may correct."""
    drawn: Composable = field(default_factory=lambda: SQL("TRUE"))
    """Condition for features that can be shown."""

    @property
    def shape(self) -> Composable:
        """The shape as it is stored and indexed."""
        return quote(self.geometry)

    def shape_in(self, srid: int) -> Composable:
        """Return the shape in a CRS."""
        shape: Composable = self.shape
        if self.srid != self.stored_srid:
            shape = SQL("ST_SetSRID({}, {})").format(shape, Literal(self.srid))
        return shape if self.srid == srid else SQL("ST_Transform({}, {})").format(shape, Literal(srid))

    def select(self, condition: Composable, order: Composable) -> Composed:
        """Return the query for features: id, shape as 2D WKB in WGS 84, and properties in their order."""
        return SQL(
            "SELECT {id}::text, ST_AsBinary(ST_Force2D({shape})){values}"
            " FROM {source} WHERE {condition} ORDER BY {order}"
        ).format(
            id=quote(self.id),
            shape=self.shape_in(WGS84),
            values=SQL("").join([SQL(", {}").format(self.value(column)) for column in self.columns]),
            source=self.source,
            condition=condition,
            order=order,
        )

    def value(self, column: Column) -> Composable:
        """Return a property as it is read: values without a counterpart in JSON are read as texts."""
        name = quote(column.column)
        read = {"integer": "{}", "boolean": "{}", "number": "{}::float8", "json": "to_jsonb({})"}
        return SQL(read.get(column.type, "{}::text")).format(name)

    def order(self, column: str) -> Composable:
        """Return a column to sort by, as it is stored, not the selected text with the same name."""
        return quote(ALIAS, column)

    @property
    def by_id(self) -> Composable:
        """The order of the ids."""
        return self.order(self.id)

    def column(self, name: str) -> Column | None:
        """Return the column of a property, or `None`."""
        return next((column for column in self.columns if column.name == name), None)

    def to_properties(self, values: list[object]) -> JsonObject:
        """Return the selected values of a feature as properties, without unknown ones."""
        cleaned = {
            column.name: clean(value, UNLIMITED, set())
            for column, value in zip(self.columns, values, strict=True)
        }
        return {name: value for name, value in cleaned.items() if value is not None}
