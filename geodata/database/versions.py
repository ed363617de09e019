"""Detects changes of the data of a relation, without reading them where possible.

A catalog may give `version`, a SELECT of one value. For a table without it, the version consists of the
database's counters of written and removed rows, the table's file, and names and types of its columns. A
replica has no counters and needs a `version`. A view or a query without one is read to its end.
"""

from psycopg.sql import SQL

from geodata.database.connection import SURVEY_SECONDS, Database
from geodata.database.relation import Relation
from geodata.database.sql_names import as_written, wrong

COUNTERS = SQL("""
    SELECT c.relkind IN ('r', 'm') AND NOT pg_is_in_recovery(),
           concat_ws('.', (SELECT oid FROM pg_database WHERE datname = current_database()), c.oid,
                     c.relfilenode, pg_stat_get_tuples_inserted(c.oid), pg_stat_get_tuples_updated(c.oid),
                     pg_stat_get_tuples_deleted(c.oid))
    FROM pg_class c WHERE c.oid = %s::int8::oid
""")

CONTENT = SQL("SELECT count(*) || '.' || coalesce(sum(hashtextextended(source::text, 0)), 0) FROM {source}")


def read_version(database: Database, relation: Relation) -> str:
    """Return a text that changes with the data; raises `DatabaseError`."""
    columns = ".".join(f"{name}:{kind}" for name, kind in relation.types.items())
    return f"{_version(database, relation)} {columns}"


def _version(database: Database, relation: Relation) -> str:
    if relation.place.version is not None:
        query = SQL("SELECT version::text FROM ({}) AS stated (version)")
        rows = database.ask(query.format(as_written(relation.place.version)))
        if len(rows) != 1:
            raise wrong(f"has a `version` of {len(rows)} rows", "Write a SELECT of one value.")
        return str(rows[0][0])
    if relation.table is not None:
        rows = database.ask(COUNTERS.format(), [relation.table])
        if rows and rows[0][0]:
            return str(rows[0][1])
    return str(database.ask(CONTENT.format(source=relation.source), seconds=SURVEY_SECONDS)[0][0])
