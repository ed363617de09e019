"""GENESIS of Destatis and the statistical offices of the Länder: a table as a flat file (`ffcsv`).

REST 2020: `data/tablefile` by POST; the header `username` holds a token, or a name with `password`. One row
per value: `time`, `<n>_variable_code` and `<n>_variable_attribute_code` for each dimension, empty for its
total, `value_variable_code` and `value`.
"""

import csv
import datetime
import io
import json
import os
import zipfile
from collections.abc import Iterator
from typing import Literal

from geodata.errors import RefreshError
from geodata.json_object import JsonObject
from geodata.refresh.services.base import Answer, NotAskedError, Service, to_table
from geodata.refresh.services.http import Fetcher, NotThereError, Reply

NOTHING_FOUND = 104
"""Status code of the JSON that replaces a table without values."""

NO_VALUES = ("", "-", ".", "...", "/", "x")
"""Cells that hold no value."""

MAX_TABLE_BYTES = 50_000_000
"""Size of a table out of an archive."""

DATES = ("%Y-%m-%d", "%d.%m.%Y")


class Genesis(Service):
    """A table of values by region."""

    protocol: Literal["genesis"]
    table: str
    query: dict[str, str] = {}
    """Further parameters of `data/tablefile`, such as `regionalkey`."""
    variable: str
    """Code of the dimension whose members become the records, such as `GEMEIN`."""
    key_digits: int = 0
    """Length to which keys are filled with zeros: towns that are districts have only 5."""
    credentials: str
    """Prefix of the environment variables `<this>_TOKEN`, or `<this>_USER` and `<this>_PASSWORD`."""

    def read(self, fetcher: Fetcher) -> Answer:
        """Return a record for each region, with its values by their code."""
        form = {
            "name": self.table,
            "area": "all",
            "compress": "false",
            "format": "ffcsv",
            "job": "false",
            "language": "de",
            **self.query,
        }
        reply = fetcher.post(f"{self.url}/data/tablefile", form, self._login())
        rows = list(self._rows(reply))
        if not rows:
            raise NotThereError(f"{self.table} of {self.url} has no values for {self.query}")
        times = {time for *_, time in rows}
        if len(times) > 1:
            raise RefreshError(f"{self.table} of {self.url} has several dates: {', '.join(sorted(times))}")
        return Answer(to_table(reply.url, self.variable, (row[:3] for row in rows)), _to_date(reply, *times))

    def _login(self) -> dict[str, str]:
        token, user, password = (
            os.environ.get(f"{self.credentials}_{name}") for name in ("TOKEN", "USER", "PASSWORD")
        )
        if token:
            return {"username": token, "password": ""}
        if user and password:
            return {"username": user, "password": password}
        raise NotAskedError(
            f"{self.url} requires an account (free of charge); set {self.credentials}_TOKEN, "
            f"or {self.credentials}_USER and {self.credentials}_PASSWORD"
        )

    def _rows(self, reply: Reply) -> Iterator[tuple[str, str, str, str]]:
        """Yield key, code, value and time of each value that is a total of all other dimensions."""
        table = csv.DictReader(io.StringIO(_read_table(reply)), delimiter=";")
        if "value" not in (table.fieldnames or ()):
            raise RefreshError(f"{reply.url} answered no table, but {reply.content[:200]!r}")
        numbers = [
            number
            for name in table.fieldnames or ()
            if name.endswith("_variable_code") and (number := name.partition("_")[0]).isdigit()
        ]
        for row in table:
            if None in row.values():
                raise RefreshError(f"{reply.url} is cut off within a line")
            try:
                dimensions = {
                    row[f"{number}_variable_code"]: row[f"{number}_variable_attribute_code"]
                    for number in numbers
                }
                key, cell = dimensions.pop(self.variable, None), row["value"].strip()
                measure, time = row["value_variable_code"], row["time"]
            except KeyError as error:
                raise RefreshError(f"{reply.url} has no column {error}; has its format changed?") from None
            if key and not any(dimensions.values()) and cell not in NO_VALUES:
                yield key.ljust(self.key_digits, "0"), measure, cell, time


def _read_table(reply: Reply) -> str:
    """Return the text of a table, out of its archive if it has one."""
    content = reply.content
    if content.lstrip().startswith(b"{"):
        raise _refusal(reply, reply.json())
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                [entry] = archive.infolist()
                if entry.file_size > MAX_TABLE_BYTES:
                    raise RefreshError(
                        f"{reply.url} has a table of {entry.file_size:,} bytes; narrow its query"
                    )
                content = archive.read(entry)
        except (zipfile.BadZipFile, ValueError):
            raise RefreshError(f"{reply.url} has an archive that is not one table") from None
    return Reply(reply.url, content, reply.headers).text("utf-8-sig")


def _refusal(reply: Reply, document: JsonObject) -> RefreshError:
    """Return the error that a JSON document in place of a table means."""
    status = document.get("Status")
    code, text = (status.get("Code"), status.get("Content")) if isinstance(status, dict) else (None, None)
    if code == NOTHING_FOUND:
        return NotThereError(f"{reply.url}: {text}")
    said = text if isinstance(text, str) else json.dumps(document, ensure_ascii=False)
    return RefreshError(f"{reply.url} answered, in place of a table: {said[:300]}")


def _to_date(reply: Reply, text: str) -> datetime.date:
    for form in DATES:
        try:
            return datetime.datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise RefreshError(f"{reply.url} has a time that is no day: {text[:40]!r}")
