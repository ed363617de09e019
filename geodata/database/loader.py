"""Loads layers into a database: each into a typed, indexed table with source and license in its comment."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

import numpy as np
import psycopg
import shapely
from psycopg.sql import SQL, Composed, Identifier
from shapely.geometry.base import BaseGeometry

from geodata.catalog.schema import Layer
from geodata.database.connection import WRITER_SESSION, read_address, to_error
from geodata.database.relation import WGS84
from geodata.database.sql_names import storable
from geodata.database.table_definition import (
    MARK,
    TableColumn,
    columns_of,
    comment,
    create_indexes,
    create_table,
)
from geodata.errors import DatabaseError
from geodata.features.layer_data import LayerData
from geodata.json_object import JsonObject
from geodata.large.layer import LargeLayer

COMMENT_OF = SQL("""
    SELECT c.relkind = 'r', obj_description(c.oid, 'pg_class')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND c.relname = %s
""")

RIGHTS_ON = SQL("""
    SELECT r.rolname, a.privilege_type, a.is_grantable
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE n.nspname = %s AND c.relname = %s AND a.grantee <> c.relowner
""")
"""Rights of other roles on a table: role (null for everybody), right, whether it may be passed on."""


@dataclass(frozen=True)
class Loaded:
    """The result of loading one layer."""

    table: str
    count: int
    has_word_index: bool
    """Whether words in names are indexed, which requires the extension pg_trgm."""


class Writer:
    """A connection that may write; it replaces a layer completely or not at all."""

    def __init__(self, name: str, schema: str) -> None:
        self.name = name
        self.schema = schema

    def __enter__(self) -> Self:
        address = read_address(self.name)
        try:
            self._connection = psycopg.connect(address, autocommit=True, prepare_threshold=None)
            for statement in WRITER_SESSION:
                self._connection.execute(statement)
            has_postgis = self._has_extension("postgis")
            self._has_trigrams = self._has_extension("pg_trgm")
        except psycopg.Error as error:
            raise to_error(error, self.name) from None
        if not has_postgis:
            what = f"the database {self.name} has no PostGIS"
            raise DatabaseError(what, "Run CREATE EXTENSION postgis there, as its owner.", is_passing=False)
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def load(self, data: LayerData | LargeLayer) -> Loaded:
        """Load a layer into its table, replacing an earlier version.

        Raises `DatabaseError` if the database refuses it, or has a foreign table of this name.
        """
        table = Identifier(self.schema, data.layer.id)
        columns = columns_of(data)
        try:
            with self._connection.transaction():
                self._connection.execute(
                    SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(self.schema))
                )
                rights = self._drop_table(data.layer)
                self._connection.execute(create_table(table, data, columns))
                count = self._copy(table, data, columns)
                indexes = create_indexes(table, data.layer, columns, has_trigrams=self._has_trigrams)
                for statement in chain(indexes, comment(table, data.layer, columns), rights):
                    self._connection.execute(statement)
                self._connection.execute(SQL("ANALYZE {}").format(table))
        except psycopg.Error as error:
            raise to_error(error, self.name) from None
        return Loaded(f"{self.schema}.{data.layer.id}", count, self._has_trigrams)

    def _has_extension(self, name: str) -> bool:
        """Return whether an extension exists, after creating it if this user may."""
        try:
            with self._connection.transaction():
                self._connection.execute(SQL("CREATE EXTENSION IF NOT EXISTS {}").format(Identifier(name)))
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported):
            return False
        return True

    def _drop_table(self, layer: Layer) -> list[Composed]:
        """Drop an earlier version of the table, and return the statements that grant its rights again.

        Raises `DatabaseError` if the table is foreign.
        """
        found = self._connection.execute(COMMENT_OF, [self.schema, layer.id]).fetchone()
        if found is None:
            return []
        if not found[0] or not (found[1] or "").endswith(MARK):
            raise DatabaseError(
                f"would replace {self.schema}.{layer.id}, which twente-atlas did not make",
                "Name another place with --schema, or rename what is there.",
                is_passing=False,
            )
        table = Identifier(self.schema, layer.id)
        rights = self._connection.execute(RIGHTS_ON, [self.schema, layer.id]).fetchall()
        self._connection.execute(SQL("DROP TABLE {}").format(table))
        return [
            SQL("GRANT {} ON {} TO {}{}").format(
                SQL(right),
                table,
                SQL("PUBLIC") if role is None else Identifier(role),
                SQL(" WITH GRANT OPTION" if may_pass_on else ""),
            )
            for role, right, may_pass_on in rights
        ]

    def _copy(self, table: Identifier, data: LayerData | LargeLayer, columns: Sequence[TableColumn]) -> int:
        query = SQL("COPY {} FROM STDIN").format(table)
        count = 0
        with self._connection.cursor() as cursor, cursor.copy(query) as copy:
            for feature_id, shape, properties in _features(data):
                values = [_to_cell(properties.get(column.property), column.type) for column in columns]
                copy.write_row([feature_id, shape, *values])
                count += 1
        return count


def _features(data: LayerData | LargeLayer) -> Iterator[tuple[str | int, str, JsonObject]]:
    """Yield id, shape as EWKB in hexadecimal, and properties of each feature."""
    if isinstance(data, LayerData):
        shapes = _to_ewkb(list(data.geometries.values()))
        for (feature_id, properties), shape in zip(data.properties.items(), shapes, strict=True):
            yield storable(feature_id), shape, properties
        return
    for batch in data.batches():
        shapes = _to_ewkb(shapely.from_wkb(batch.column("geometry").to_pylist()))
        for row, shape in zip(batch.drop_columns(["geometry"]).to_pylist(), shapes, strict=True):
            yield int(row.pop("id")), shape, row


def _to_ewkb(geometries: Sequence[BaseGeometry]) -> list[str]:
    array = shapely.set_srid(np.array(geometries, dtype=object), WGS84)
    return list(shapely.to_wkb(array, hex=True, include_srid=True))


def _to_cell(value: object, kind: str) -> object:
    if kind == "json" and value is not None:
        # In a large layer it is JSON already.
        text = value if isinstance(value, str) and _is_json(value) else json.dumps(value)
        return text.replace("\\u0000", "\\ufffd")
    return storable(value) if isinstance(value, str) else value


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
