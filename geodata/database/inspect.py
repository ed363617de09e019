"""Inspects a table or query: its columns with their types, its geometry, and its CRS."""

import re
from dataclasses import replace

from psycopg.sql import SQL, Composable, Identifier

from geodata.catalog.schema import Layer
from geodata.database.connection import Database
from geodata.database.relation import WGS84, Relation
from geodata.database.sql_names import as_written, parts_of, quote, wrong
from geodata.errors import quoted
from geodata.reading.columns import Column
from geodata.reading.unique_names import distinct

INTEGERS = ("int2", "int4", "int8")
NUMBERS = ("float4", "float8", "numeric")
JSON_TYPES = ("json", "jsonb", "hstore")

FIND_TABLE = SQL("""
    SELECT c.oid::int8, a.attname
    FROM pg_class c
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary AND i.indnkeyatts = 1
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
    WHERE c.oid = to_regclass(%s)
""")

TYPE_NAMES = SQL("SELECT oid::int8, typname FROM pg_type WHERE oid::int8 = ANY(%s)")

IS_UNIQUE = SQL("""
    SELECT EXISTS (
        SELECT FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indrelid = %s::int8::oid AND i.indisunique AND i.indnkeyatts = 1 AND i.indpred IS NULL
          AND a.attname = %s AND a.attnotnull
    )
""")


def read_relation(database: Database, layer: Layer) -> Relation:
    """Inspect the table or query of a layer; raises `DatabaseError` if it lacks an id or a geometry."""
    place = layer.database
    assert place is not None  # noqa: S101 (only such layers are asked for)
    table, key = None, None
    if place.query is not None:
        source: Composable = SQL("({}) AS source").format(as_written(place.query))
    else:
        parts = parts_of(place.table or "")
        found = database.ask(FIND_TABLE.format(), [Identifier(*parts).as_string()]) if parts else []
        if not found:
            what = f"refers to table `{place.table}`, which does not exist or is not visible"
            raise wrong(what, "Correct `table`.")
        [(table, key)] = found[:1]
        source = SQL("{} AS source").format(quote(*parts))
    described = database.describe(SQL("SELECT * FROM {} LIMIT 0").format(source))
    type_names: dict[int, str] = dict(database.ask(TYPE_NAMES.format(), [[oid for _, oid in described]]))
    types = {name: type_names.get(oid, "") for name, oid in described}
    shapes = [name for name, kind in types.items() if kind == "geometry"]
    geometry = place.geometry or (shapes[0] if len(shapes) == 1 else None)
    if geometry is None or types.get(geometry) != "geometry":
        known = ", ".join(f"`{quoted(name)}`" for name in shapes) or "none (a geography is cast in a query)"
        raise wrong(f"has the geometry columns {known}", "Name one of them as `geometry`.")
    feature_id = place.id or key
    if feature_id is None or feature_id not in types:
        what = f"refers to the unknown id column `{place.id}`" if place.id else "has no primary key"
        raise wrong(what, "Name a column that identifies features as `id`.")
    names = {data_field.column: name for name, data_field in layer.fields.items() if data_field.column}
    kept = [
        name
        for name, kind in types.items()
        if kind not in ("geometry", "geography", "raster", "bytea")
        and (name != feature_id or names.get(name, name) in layer.fields)
    ]
    properties = distinct(names.get(name, name) for name in kept)
    columns = [
        Column(name, column, _kind(types[column])) for name, column in zip(properties, kept, strict=True)
    ]
    is_unique = table is not None and bool(database.ask(IS_UNIQUE.format(), [table, feature_id])[0][0])
    return Relation(
        place=place,
        source=source,
        table=table,
        id=feature_id,
        is_id_number=types[feature_id] in INTEGERS,
        is_id_unique=is_unique,
        geometry=geometry,
        columns=columns,
        types=types,
    )


def with_crs(relation: Relation, layer: Layer, srids: set[int]) -> Relation:
    """Return the relation with its CRS: that of its shapes, or the one that the catalog gives instead.

    Raises `DatabaseError` if there is none, or the shapes have several.
    """
    if len(srids) > 1:
        raise wrong(f"has shapes in the CRSs {', '.join(map(str, sorted(srids)))}", "Keep to one.")
    stored = next(iter(srids), WGS84)
    named = re.fullmatch(r"EPSG:(\d{1,6})", (layer.crs or "").upper())
    if layer.crs and not named:
        what = f"has the crs {layer.crs!r}, which the database does not know by that name"
        raise wrong(what, "Name it by its number, such as EPSG:28992.")
    srid = int(named[1]) if named else stored
    if srid == 0:
        raise wrong("has shapes without a CRS", 'Name it: crs = "EPSG:28992".')
    return replace(relation, stored_srid=stored, srid=srid)


def _kind(name: str) -> str:
    """Return the type of a property by the database type of its column."""
    if name in INTEGERS:
        return "integer"
    if name in NUMBERS:
        return "number"
    if name == "bool":
        return "boolean"
    return "json" if name in JSON_TYPES or name.startswith("_") else "string"
