"""A PostgreSQL server for tests, in a temporary folder, reached from this machine alone."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg

NEEDED = "TWENTE_ATLAS_NEED_POSTGRES"
"""Environment variable: where it is set, these tests fail rather than be skipped."""

ABSENT = "no PostgreSQL with PostGIS here: install Debian's `postgresql`, `postgis`, `postgresql-*-postgis-*`"

PASSWORD = "not-for-anybody-s-eyes"  # noqa: S105 (of a server that ends with the tests)


def programs() -> Path | None:
    """Return the folder of the newest server's programs that has PostGIS beside it, or `None`."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        version = folder.parent.name
        if Path(f"/usr/share/postgresql/{version}/extension/postgis.control").exists():
            return folder
    return None


class Cluster:
    """A server with the database `gis`; its owner is `owner`, and `atlas_reader` may only read."""

    def __init__(self) -> None:
        found = programs()
        assert found is not None
        self.programs = found
        self.folder = Path(tempfile.mkdtemp(prefix="atlas-postgres-"))
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self.owner = "postgres" if os.geteuid() == 0 else getpass.getuser()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._run(
            "initdb", "--pgdata", self._data, "--encoding", "UTF8", "--locale", "C.UTF-8", "--auth", "trust"
        )
        settings = [
            f"port = {self.port}",
            "listen_addresses = '127.0.0.1'",
            f"unix_socket_directories = '{self.folder}'",
            "fsync = off",
            "autovacuum = off",
            "shared_buffers = 64MB",
        ]
        text = (Path(self._data) / "postgresql.conf").read_text(encoding="utf-8")
        (Path(self._data) / "postgresql.conf").write_text("\n".join([text, *settings, ""]), encoding="utf-8")
        rules = [
            f"local all {self.owner} trust",
            f"host all {self.owner} 127.0.0.1/32 trust",
            "host all all 127.0.0.1/32 scram-sha-256",
        ]
        (Path(self._data) / "pg_hba.conf").write_text("\n".join([*rules, ""]), encoding="utf-8")
        self.start()
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE gis")
            connection.execute(f"CREATE ROLE atlas_reader LOGIN PASSWORD '{PASSWORD}'")
        self.execute("CREATE EXTENSION postgis", "GRANT pg_read_all_data TO atlas_reader")

    @property
    def url(self) -> str:
        """Address for the owner."""
        return self._address("gis")

    @property
    def reader_url(self) -> str:
        """Address for who may only read, with the password in it."""
        return f"postgresql://atlas_reader:{PASSWORD}@127.0.0.1:{self.port}/gis"

    def execute(self, *statements: Any) -> list[Any]:
        """Run statements as the owner, and return the rows of the last one.

        Other sessions see the statistics of what was written as soon as this returns.
        """
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            rows = cursor.fetchall() if cursor.description else []
            connection.execute("SELECT pg_stat_force_next_flush()")
            return rows

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        log = str(self.folder / "server.log")
        self._run("pg_ctl", "--pgdata", self._data, "--log", log, "--wait", "--timeout", "60", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop the server."""
        self._run("pg_ctl", "--pgdata", self._data, "--mode", mode, "--wait", "--timeout", "60", "stop")

    @property
    def is_running(self) -> bool:
        """Whether the server is up."""
        return (Path(self._data) / "postmaster.pid").exists()

    def close(self) -> None:
        """Stop the server, and remove all of it."""
        if self.is_running:
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _address(self, database: str) -> str:
        return f"postgresql://{self.owner}@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        if os.geteuid() == 0:  # which the server refuses to run as
            command = ["runuser", "-u", "postgres", "--", *command]
        subprocess.run(
            command, check=True, timeout=120, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
        )
