"""Names and texts of a catalog on their way into SQL, and what is said of those that lead nowhere."""

from __future__ import annotations

import re

from psycopg.sql import SQL, Composable, Identifier

from geodata.errors import DatabaseError


def quote(*names: str) -> Identifier:
    """Return a name, or one within another; a `%` in it is one, not a place for a value."""
    return Identifier(*(name.replace("%", "%%") for name in names))


def storable(text: str) -> str:
    """Return a text as a database may have it: none has the character 0, or half a character."""
    return text.replace("\0", "�").encode("utf-8", "replace").decode()


def as_written(query: str) -> Composable:
    """Return a query of the catalog; a `%` in it is one, not a place for a value."""
    return SQL(query.strip().rstrip(";").replace("%", "%%"))


def parts_of(table: str) -> list[str]:
    """Return schema and table of a name; in quotes, a name may have a dot."""
    parts = re.findall(r'"((?:[^"]|"")+)"|([^.]+)', table)
    return [quoted.replace('""', '"') or plain for quoted, plain in parts]


def quoted_name(table: str) -> str:
    """Return the name of a table with each part in quotes, as the database itself takes it."""
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts_of(table))


def wrong(what: str, mend: str) -> DatabaseError:
    """Return the error for a layer that is not as it has to be; it stays so until somebody corrects it."""
    return DatabaseError(what, mend, is_passing=False)
