"""Connects to databases by name: read-only, with time limits, and without revealing their addresses.

An address comes from the environment in libpq's form: a URI, `host=… dbname=…`, or `service=…`, which names
an entry of a service file, so that a password can stay in a file.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.sql import Composed

from geodata.errors import DatabaseError, quoted

VARIABLE = "TWENTE_ATLAS_DATABASE"
"""Prefix of the environment variables with the addresses; the name of the connection follows."""

QUERY_SECONDS = 10
"""Time limit of a query that somebody waits for."""

SURVEY_SECONDS = 600
"""Time limit for counting or reading all features."""

DEFAULTS = {
    "connect_timeout": "3",
    "application_name": "twente-atlas",
    # A host that is gone does not answer: give up after as long as a query may take.
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""Parameters that an address leaves open."""

READER_SESSION = (
    "SET default_transaction_read_only = on",
    f"SET statement_timeout = '{QUERY_SECONDS}s'",
    "SET idle_in_transaction_session_timeout = '60s'",
    "SET datestyle = 'ISO'",
    "SET timezone = 'UTC'",
    "SET extra_float_digits = 1",
    # Compiling a query takes longer than running it.
    "SET jit = off",
)

WRITER_SESSION = ("SET statement_timeout = 0", "SET client_min_messages = 'warning'")
"""Settings for loading layers into a database."""

MAX_CONNECTIONS = 8

TIMED_OUT = "57014"
"""PostgreSQL's code for a query that took too long."""

AWAY_CODES = ("08", "28", "3D", "53", "57", "58")
"""First characters of the codes for faults of the database, not of the query."""

CAUSES = {
    "onnection refused": "nothing listens there",
    "No such file": "nothing listens there",
    "authentication failed": "it refuses the user or the password",
    "no password supplied": "it asks for a password",
    "could not translate host name": "there is no such host",
    "does not exist": "there is no such database or user",
    "timeout expired": "it does not answer",
    "starting up": "it is starting",
    "shutting down": "it is stopping",
    "too many": "it has too many connections",
}
"""Part of libpq's message, which names host and user → what an error says instead."""

Row = tuple[Any, ...]
"""A row of a result; the types of its values follow from the query."""


class Database:
    """Runs queries in one database, from any number of threads.

    Connections are reused while they work. psycopg's pool would try again in the background while everybody
    waits; here each query reports at once why it failed.
    """

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self._address = address
        self._slots = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self._idle: list[psycopg.Connection[Row]] = []
        self.trouble: DatabaseError | None = None
        """Why the last query failed, if the database was away."""

    def ask(
        self, query: Composed, values: Sequence[object] = (), *, seconds: float = QUERY_SECONDS
    ) -> list[Row]:
        """Run a query and return its rows; raises `DatabaseError`."""
        with self._answering(), self._connection() as connection:
            if seconds == QUERY_SECONDS:
                return connection.execute(query, values).fetchall()
            with connection.transaction():
                _set_timeout(connection, seconds)
                return connection.execute(query, values).fetchall()

    def read(self, query: Composed, size: int) -> Iterator[list[Row]]:
        """Yield the rows of a long result, `size` at a time; raises `DatabaseError`."""
        with self._answering(), self._connection() as connection, connection.transaction():
            _set_timeout(connection, SURVEY_SECONDS)
            with connection.cursor(name="atlas") as cursor:
                cursor.execute(query, ())
                while rows := cursor.fetchmany(size):
                    yield rows

    def describe(self, query: Composed) -> list[tuple[str, int]]:
        """Return name and type number of each column of a result; raises `DatabaseError`."""
        with self._answering(), self._connection() as connection:
            description = connection.execute(query, ()).description or []
            return [(column.name, column.type_code) for column in description]

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Row]]:
        with self._slots:
            connection = self._take()
            try:
                yield connection
            finally:
                # A connection that broke, or is in the middle of a result, is not used again.
                if connection.closed or connection.info.transaction_status.name != "IDLE":
                    connection.close()
                else:
                    self._idle.append(connection)

    def _take(self) -> psycopg.Connection[Row]:
        """Return a working connection: an idle one may have lost its server."""
        while True:
            try:
                connection = self._idle.pop()
            except IndexError:
                return self._open()
            try:
                connection.execute("")
            except psycopg.Error:
                connection.close()
            else:
                return connection

    def _open(self) -> psycopg.Connection[Row]:
        connection = psycopg.connect(self._address, autocommit=True, prepare_threshold=None)
        try:
            for statement in READER_SESSION:
                connection.execute(statement)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Turn psycopg's errors into one that tells people what they need, without the address."""
        try:
            yield
        except psycopg.Error as error:
            found = to_error(error, self.name)
            self.trouble = found if is_away(error) else None
            raise found from None
        self.trouble = None


def _set_timeout(connection: psycopg.Connection[Row], seconds: float) -> None:
    connection.execute("SELECT set_config('statement_timeout', %s, true)", [f"{int(seconds * 1000)}ms"])


_database = cache(Database)


def open_database(name: str) -> Database:
    """Return a database by the name of its connection, without connecting yet; see `read_address`."""
    return _database(name, read_address(name))


def read_address(name: str) -> str:
    """Return the address of a connection; raises `DatabaseError` if there is none, or an invalid one."""
    variable = f"{VARIABLE}_{name.upper()}"
    given = os.environ.get(variable)
    if not given:
        raise DatabaseError(
            f"needs the address of the database {name}",
            f"Set {variable} to it, such as postgresql://reader@localhost/gis.",
            is_passing=False,
        )
    try:
        known = conninfo_to_dict(given)
    except psycopg.Error:  # its message may hold the password
        raise DatabaseError(
            f"needs the database {name}, whose address can't be read",
            f"Correct {variable}.",
            is_passing=False,
        ) from None
    return make_conninfo("", **{**DEFAULTS, **known})


def is_away(error: psycopg.Error) -> bool:
    """Return whether the database is away, rather than the query wrong."""
    state = error.sqlstate or ""
    return (
        isinstance(error, psycopg.OperationalError) and state[:2] in ("", *AWAY_CODES) and state != TIMED_OUT
    )


def to_error(error: psycopg.Error, name: str) -> DatabaseError:
    """Return an error of psycopg as one for people."""
    if error.sqlstate == TIMED_OUT:
        what = f"waited too long for the database {name}"
        return DatabaseError(what, "Try again later, or ask for less.", is_passing=True)
    if is_away(error):
        cause = next((f": {cause}" for part, cause in CAUSES.items() if part in str(error)), "")
        what = f"can't reach the database {name}{cause}"
        return DatabaseError(what, "It is tried again every few seconds.", is_passing=True)
    cause = quoted(error.diag.message_primary or type(error).__name__)
    what = f"gets no answer from the database {name}: {cause}"
    return DatabaseError(what, "Correct the layer in the catalog, or the database.", is_passing=False)
