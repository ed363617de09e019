"""Connections to databases, by name: read-only, bounded in time, and silent about their address.

An address comes from the environment, as libpq takes it: an URI, `host=… dbname=…`, or `service=…`, which
names an entry of a service file, so that a password may be in a file of its own.
"""

from __future__ import annotations

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
"""Beginning of the environment variables with the addresses; the name of the connection follows."""

QUESTION_SECONDS = 10
"""How long a question of somebody who waits may take."""

SURVEY_SECONDS = 600
"""How long it may take to count, or to read all there is."""

DEFAULTS = {
    "connect_timeout": "3",
    "application_name": "twente-atlas",
    # A host that is gone says nothing; nobody waits for it longer than for an answer.
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""Of what an address leaves open."""

SESSION = (
    "SET default_transaction_read_only = on",
    f"SET statement_timeout = '{QUESTION_SECONDS}s'",
    "SET idle_in_transaction_session_timeout = '60s'",
    "SET datestyle = 'ISO'",
    "SET timezone = 'UTC'",
    "SET extra_float_digits = 1",
    # Compiling a question takes longer than answering it.
    "SET jit = off",
)

SESSION_OF_WRITER = ("SET statement_timeout = 0", "SET client_min_messages = 'warning'")
"""Of who puts layers into a database, and waits for it."""

MAX_CONNECTIONS = 8

TIMED_OUT = "57014"
"""What PostgreSQL calls a question that took too long."""

AWAY = ("08", "28", "3D", "53", "57", "58")
"""What the codes begin with of what is wrong with the database, not with the question."""

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
"""What libpq says, in full with host and user → what of it people are told."""

Rows = list[tuple[Any, ...]]


def variable_of(name: str) -> str:
    """Return the environment variable that has the address of a connection."""
    return f"{VARIABLE}_{name.upper()}"


class Database:
    """Questions to one database, from any number of threads.

    Connections are kept while they work. psycopg's own pool would go on trying in the background, and have
    everybody wait meanwhile, where here each question says at once why there is no answer.
    """

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self._address = address
        self._places = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self._idle: list[psycopg.Connection[Any]] = []
        self.trouble: DatabaseError | None = None
        """Why the last question had no answer, where it was the database that is away."""

    def ask(self, query: Composed, values: Sequence[Any] = (), *, seconds: float = QUESTION_SECONDS) -> Rows:
        """Return the rows of an answer.

        Raises
        ------
        DatabaseError
            If there is none.
        """
        with self._answering(), self._connection() as connection:
            if seconds == QUESTION_SECONDS:
                return connection.execute(query, values).fetchall()
            with connection.transaction():
                _set_timeout(connection, seconds)
                return connection.execute(query, values).fetchall()

    def read(self, query: Composed, values: Sequence[Any], size: int) -> Iterator[Rows]:
        """Yield the rows of a long answer, so many at a time; raises `DatabaseError`."""
        with self._answering(), self._connection() as connection, connection.transaction():
            _set_timeout(connection, SURVEY_SECONDS)
            with connection.cursor(name="atlas") as cursor:
                cursor.execute(query, values)
                while rows := cursor.fetchmany(size):
                    yield rows

    def describe(self, query: Composed) -> list[tuple[str, int]]:
        """Return the columns of an answer: name, and number of the type; raises `DatabaseError`."""
        with self._answering(), self._connection() as connection:
            description = connection.execute(query, ()).description or []
            return [(column.name, column.type_code) for column in description]

    @contextmanager
    def _connection(self) -> Iterator[psycopg.Connection[Any]]:
        with self._places:
            connection = self._take()
            try:
                yield connection
            finally:
                # What broke, or was left in the middle of an answer, is not used again.
                if connection.closed or connection.info.transaction_status.name != "IDLE":
                    connection.close()
                else:
                    self._idle.append(connection)

    def _take(self) -> psycopg.Connection[Any]:
        """Return a connection that works: one that was kept may have lost its server meanwhile."""
        while self._idle:
            try:
                connection = self._idle.pop()
            except IndexError:  # somebody else was faster
                break
            try:
                connection.execute("")
            except psycopg.Error:
                connection.close()
            else:
                return connection
        return self._open()

    def _open(self) -> psycopg.Connection[Any]:
        connection = psycopg.connect(self._address, autocommit=True, prepare_threshold=None)
        try:
            for statement in SESSION:
                connection.execute(statement)
        except BaseException:
            connection.close()
            raise
        return connection

    @contextmanager
    def _answering(self) -> Iterator[None]:
        """Turn what psycopg raises into an error that says what people need, and nothing of the address."""
        try:
            yield
        except psycopg.Error as error:
            found = to_error(error, self.name)
            self.trouble = found if is_away(error) else None
            raise found from None
        self.trouble = None


def _set_timeout(connection: psycopg.Connection[Any], seconds: float) -> None:
    connection.execute("SELECT set_config('statement_timeout', %s, true)", [f"{int(seconds * 1000)}ms"])


@cache
def _database(name: str, address: str) -> Database:
    return Database(name, address)


def open_database(name: str) -> Database:
    """Return a database by the name of its connection; nothing is asked of it yet.

    Raises
    ------
    DatabaseError
        If the environment has no address of this name, or none that can be read.
    """
    return _database(name, read_address(name))


def read_address(name: str) -> str:
    """Return the address of a connection; see `open_database`."""
    variable = variable_of(name)
    given = os.environ.get(variable)
    if not given:
        raise DatabaseError(
            f"needs the address of the database {name}",
            f"Set {variable} to it, such as postgresql://reader@localhost/gis.",
            is_passing=False,
        )
    try:
        known = conninfo_to_dict(given)
    except psycopg.Error:  # its words may hold the password
        raise DatabaseError(
            f"needs the database {name}, whose address can't be read",
            f"Correct {variable}.",
            is_passing=False,
        ) from None
    return make_conninfo("", **{**DEFAULTS, **known})


def is_away(error: psycopg.Error) -> bool:
    """Tell whether it is the database that is away, not the question that is wrong."""
    state = error.sqlstate or ""
    return isinstance(error, psycopg.OperationalError) and state[:2] in ("", *AWAY) and state != TIMED_OUT


def to_error(error: psycopg.Error, name: str) -> DatabaseError:
    """Return what psycopg raised as an error for people."""
    if error.sqlstate == TIMED_OUT:
        what = f"waited too long for the database {name}"
        return DatabaseError(what, "Try again later, or ask for less.", is_passing=True)
    if is_away(error):
        cause = next((f": {words}" for said, words in CAUSES.items() if said in str(error)), "")
        what = f"can't reach the database {name}{cause}"
        return DatabaseError(what, "It is tried again every few seconds.", is_passing=True)
    said = quoted(error.diag.message_primary or type(error).__name__)
    what = f"gets no answer from the database {name}: {said}"
    return DatabaseError(what, "Correct the layer in the catalog, or the database.", is_passing=False)
