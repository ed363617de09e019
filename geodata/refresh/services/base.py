"""What every service of a plan has in common, whatever its protocol."""

from __future__ import annotations

import datetime
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from shapely.geometry.base import BaseGeometry

from geodata.catalog.base import Entry, HttpUrl
from geodata.errors import RefreshError
from geodata.json_object import JsonObject
from geodata.refresh.services.http import Fetcher, NotThereError, Reply

YEAR = "$year"
"""Stands for the year that is asked for, in addresses, queries and dates."""

AROUND = "$line"
"""Stands for a line in a query, as Overpass has it: latitude, longitude, latitude …"""

MAX_PAGES = 500


class NotAskedError(RefreshError):
    """A service can't be asked here, for want of an account; the others can."""


@dataclass(frozen=True)
class Record:
    """One thing that a service tells of."""

    values: JsonObject
    geometry: BaseGeometry | None = None
    """WGS 84 (lon/lat)."""


@dataclass(frozen=True)
class Answer:
    """All that a service told."""

    records: list[Record]
    as_of: datetime.date
    """What day the data are of."""


class Service(Entry, ABC):
    """Where records come from."""

    url: HttpUrl
    as_of: str | None = None
    """What day its data are of, as `2026-01-01` or `$year-01-01`; not for those that say it themselves."""
    years_back: Annotated[int, Field(ge=0)] = 2
    """With `$year`: how many years before the one asked for are tried, until there are data."""

    def ask(self, fetcher: Fetcher, year: int) -> Answer:
        """Return the newest records that there are, of this year or a little before.

        Raises
        ------
        RefreshError
            If it can't be asked, answers what its protocol does not allow, or has nothing.
        """
        tried = [year]
        if YEAR in self.model_dump_json():
            tried = [year - back for back in range(self.years_back + 1)]
        for candidate in tried:
            try:
                answer = self.read(fetcher, candidate)
            except NotThereError:
                if candidate == tried[-1]:
                    raise
                continue
            if answer.records:
                return answer
        raise RefreshError(f"{self.url} has no records for {' or '.join(map(str, tried))}")

    def of_lines(self, lines: Iterable[BaseGeometry]) -> Service:
        """Return the same, to be asked along some lines, WGS 84 (lon/lat)."""
        raise RefreshError(f"{self.url} can't be asked along lines; only Overpass can, with {AROUND}")

    @abstractmethod
    def read(self, fetcher: Fetcher, year: int) -> Answer:
        """Return the records of a year."""

    def filled(self, text: str, year: int) -> str:
        """Return a text of the plan with the year in it."""
        return text.replace(YEAR, str(year))

    def date(self, year: int) -> datetime.date:
        """Return what day the data are of, by the plan."""
        if self.as_of is None:
            raise RefreshError(
                f"refresh.toml does not say what day the data of {self.url} are of: add `as_of`"
            )
        return datetime.date.fromisoformat(self.filled(self.as_of, year))


def pages(fetcher: Fetcher, first: Reply, next_link: Callable[[Reply], str | None]) -> Iterator[Reply]:
    """Yield a reply and those that it leads to; raises `RefreshError` where they lead round in a circle."""
    reply, seen = first, {first.url}
    for _ in range(MAX_PAGES):
        yield reply
        link = next_link(reply)
        if link is None:
            return
        reply = fetcher.follow(reply, link)
        if reply.url in seen:
            raise RefreshError(f"{first.url} leads to the page {reply.url} twice")
        seen.add(reply.url)
    raise RefreshError(f"{first.url} has more than {MAX_PAGES} pages; narrow its query in refresh.toml")
