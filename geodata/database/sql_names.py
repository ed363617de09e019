"""Quotes the names and texts of a catalog for SQL."""

import re

from psycopg.sql import SQL, Composable, Identifier

from geodata.errors import DatabaseError


def quote(*names: str) -> Identifier:
    """Return a name, or several joined by dots, as an identifier; `%` is no placeholder in it."""
    return Identifier(*(name.replace("%", "%%") for name in names))


def storable(text: str) -> str:
    """Return a text that PostgreSQL can store: without NUL characters and lone surrogates."""
    return text.replace("\0", "�").encode("utf-8", "replace").decode()


def as_written(query: str) -> Composable:
    """Return a query of the catalog; `%` is no placeholder in it."""
    return SQL(query.strip().rstrip(";").replace("%", "%%"))


def parts_of(table: str) -> list[str]:
    """Return schema and table of a name; a quoted part may contain a dot."""
    parts = re.findall(r'"((?:[^"]|"")+)"|([^.]+)', table)
    return [quoted.replace('""', '"') or plain for quoted, plain in parts]


def wrong(what: str, mend: str) -> DatabaseError:
    """Return the error of a layer that stays wrong until somebody corrects it."""
    return DatabaseError(what, mend, is_passing=False)
