"""Checks a GeoPackage before GDAL reads it: finds its stored queries, and refuses foreign virtual tables.

A GeoPackage is an SQLite database; its views and virtual tables can call functions and open files.
"""

import contextlib
import re
import sqlite3
from pathlib import Path

from geodata.errors import RefusedError, message

INDEX_MODULES = {"rtree", "fts3", "fts4", "fts5"}
"""Modules of virtual tables that hold nothing but an index."""

VIRTUAL_TABLE = re.compile(r"\s*CREATE\s+VIRTUAL\s+TABLE\b.*?\bUSING\s+[\"'`\[]?(\w+)", re.I | re.S)


def stored_queries(target: Path | bytes) -> list[str]:
    """Return the names of the views; raises `RefusedError` for a virtual table that is not an index."""
    try:
        with contextlib.closing(_open(target)) as database:
            rows = database.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    except (sqlite3.Error, OverflowError, UnicodeDecodeError) as error:
        what = message("is a damaged GeoPackage: {cause}", cause=error)
        raise RefusedError(what, message("Export it again.")) from None
    for kind, name, sql in rows:
        module = VIRTUAL_TABLE.match(str(sql))
        if kind == "table" and module and module[1].lower() not in INDEX_MODULES:
            what = message("has the table “{table}”, which needs another program ({module})",
                           table=name, module=module[1])  # fmt: skip
            raise RefusedError(what, message("Export the layers that you need into a new GeoPackage."))
    return [str(name) for kind, name, _ in rows if kind == "view"]


def _open(target: Path | bytes) -> sqlite3.Connection:
    if isinstance(target, Path):
        return sqlite3.connect(f"{target.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    database = sqlite3.connect(":memory:")
    database.deserialize(target)
    return database
