"""GENESIS, as Destatis and the statistical offices of the Länder have it: a table as a flat file (`ffcsv`).

REST 2020: `data/tablefile` by POST, whoever asks named in the header `username` (a token, or a name with
`password`). One row per value: `time`, `<n>_variable_code` and `<n>_variable_attribute_code` for each
dimension, empty for its total, `value_variable_code` and `value`.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from geodata.errors import RefreshError
from geodata.json_object import JsonObject
from geodata.refresh.services.base import Answer, NotAskedError, Record, Service
from geodata.refresh.services.http import Fetcher, NotThereError, Reply

NOTHING_FOUND = 104
"""Status in JSON that comes in place of a table."""

NO_VALUES = ("", "-", ".", "...", "/", "x")
MAX_BYTES = 50_000_000
"""Of a table, unpacked."""

GERMAN_DATE = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")


class Genesis(Service):
    """A table of values by region."""

    protocol: Literal["genesis"]
    table: str
    query: dict[str, str] = {}
    """More parameters of `data/tablefile`, such as `regionalkey`."""
    variable: str
    """Code of the dimension that the records are of, such as `GEMEIN`."""
    key_digits: int = 0
    """How long keys are made with zeros: a town that is its own district is listed by the district's five."""
    credentials: str
    """In the environment, `<this>_TOKEN`, or `<this>_USER` and `<this>_PASSWORD`."""

    def read(self, fetcher: Fetcher, year: int) -> Answer:
        """Return a record for each region, its values by their code."""
        form = {
            "name": self.table,
            "area": "all",
            "compress": "false",
            "format": "ffcsv",
            "job": "false",
            "language": "de",
            **{name: self.filled(value, year) for name, value in self.query.items()},
        }
        reply = fetcher.post(f"{self.filled(self.url, year)}/data/tablefile", form, self._login())
        values: dict[str, JsonObject] = {}
        times = set()
        for key, measure, value, time in self._rows(reply):
            own = values.setdefault(key, {self.variable: key})
            if own.setdefault(measure, value) != value:
                raise RefreshError(
                    f"{reply.url} has two values of {measure} for {key}: {own[measure]} and {value}"
                )
            times.add(time)
        if not values:
            raise NotThereError(f"{self.table} of {self.url} has no values for {year}")
        if len(times) > 1:
            raise RefreshError(f"{self.table} of {self.url} has several dates: {', '.join(sorted(times))}")
        return Answer([Record(own) for own in values.values()], _to_date(reply, times.pop()))

    def _login(self) -> dict[str, str]:
        token = os.environ.get(f"{self.credentials}_TOKEN")
        user, password = (os.environ.get(f"{self.credentials}_{name}") for name in ("USER", "PASSWORD"))
        if token:
            return {"username": token, "password": ""}
        if user and password:
            return {"username": user, "password": password}
        raise NotAskedError(
            f"{self.url} wants an account (free of charge); set {self.credentials}_TOKEN, "
            f"or {self.credentials}_USER and {self.credentials}_PASSWORD"
        )

    def _rows(self, reply: Reply) -> Iterator[tuple[str, str, str, str]]:
        """Yield key, code, value and time of each value that is a total of every other dimension."""
        table = csv.DictReader(io.StringIO(_read_table(reply)), delimiter=";")
        if "value" not in (table.fieldnames or ()):
            raise RefreshError(f"{reply.url} answered what is no table: {reply.content[:200]!r}")
        for row in table:
            numbers = [name.partition("_")[0] for name in row if name and name.endswith("_variable_code")]
            try:
                dimensions = {
                    row[f"{number}_variable_code"]: row[f"{number}_variable_attribute_code"]
                    for number in numbers
                    if number.isdigit()
                }
                key, cell = dimensions.pop(self.variable, None), (row["value"] or "").strip()
                measure, time = row["value_variable_code"], row["time"]
            except KeyError as error:
                raise RefreshError(f"{reply.url} has no column {error}; has its format changed?") from None
            if None in (measure, time, row["value"]):
                raise RefreshError(f"{reply.url} is cut off within a line")
            if key and not any(dimensions.values()) and cell not in NO_VALUES:
                yield key.ljust(self.key_digits, "0"), measure, cell, time


def _read_table(reply: Reply) -> str:
    """Return the table, out of the archive that it may come in."""
    content = reply.content
    if content.lstrip().startswith(b"{"):
        _refuse(reply, reply.json())
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                [entry] = archive.infolist()
                if entry.file_size > MAX_BYTES:
                    raise RefreshError(
                        f"{reply.url} has a table of {entry.file_size:,} bytes; narrow its query"
                    )
                content = archive.read(entry)
        except (zipfile.BadZipFile, ValueError):
            raise RefreshError(f"{reply.url} has an archive that is not one table") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefreshError(f"{reply.url} is not text in UTF-8") from None


def _refuse(reply: Reply, document: Mapping[str, Any]) -> None:
    """Raise what stands in the place of a table."""
    status = document.get("Status")
    code, text = (status.get("Code"), status.get("Content")) if isinstance(status, dict) else (None, None)
    if code == NOTHING_FOUND:
        raise NotThereError(f"{reply.url}: {text}")
    said = text if isinstance(text, str) else json.dumps(document, ensure_ascii=False)
    raise RefreshError(f"{reply.url} answered, in place of a table: {said[:300]}")


def _to_date(reply: Reply, text: str) -> datetime.date:
    found = GERMAN_DATE.fullmatch(text)
    try:
        return datetime.date.fromisoformat("-".join(found.groups()[::-1]) if found else text)
    except ValueError:
        raise RefreshError(f"{reply.url} has a time that is no day: {text[:40]!r}") from None
