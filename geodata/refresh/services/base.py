"""What all services have in common: they answer with records that are valid on one day."""

import datetime
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import urljoin

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.catalog.base import Entry, HttpUrl
from geodata.errors import RefreshError
from geodata.json_object import JsonObject
from geodata.reading.geojson_geometry import to_geometry
from geodata.refresh.services.http import Fetcher, NotThereError, Reply

YEAR = "$year"
"""Placeholder for the year that is asked for, in any text of a service."""

LINE = "$line"
"""Placeholder for a line in a query, in Overpass's form: latitude, longitude, latitude …"""

YEARS_BACK = 2
"""Number of earlier years that are asked for until one has data."""

MAX_PAGES = 500


class NotAskedError(RefreshError):
    """A service can't be asked because its account is missing; the others can be."""


@dataclass(frozen=True)
class Record:
    """One object of a service."""

    values: JsonObject
    geometry: BaseGeometry | None = None
    """WGS 84 (lon/lat)."""


@dataclass(frozen=True)
class Answer:
    """All records of a service."""

    records: list[Record]
    as_of: datetime.date
    """Day on which the data are valid."""


class Service(Entry, ABC):
    """An address that records are read from."""

    url: HttpUrl
    as_of: str | None = None
    """Day on which its data are valid, as `2026-01-01` or `$year-01-01`, for services that do not say."""

    def ask(self, fetcher: Fetcher, year: int) -> Answer:
        """Return the newest records of a year or, where it has none, of the years before.

        Raises `RefreshError` if the service does not answer, breaks its protocol, or has no records.
        """
        text = self.model_dump_json()
        years = [year - back for back in range(YEARS_BACK + 1)] if YEAR in text else [year]
        for candidate in years:
            service = self.model_validate_json(text.replace(YEAR, str(candidate)))
            try:
                answer = service.read(fetcher)
            except NotThereError:
                if candidate == years[-1]:
                    raise
                continue
            if answer.records:
                return answer
        raise RefreshError(f"{self.url} has no records for {' or '.join(map(str, years))}")

    def along(self, lines: Iterable[BaseGeometry]) -> Self:
        """Return the service, to be asked along lines in WGS 84 (lon/lat)."""
        raise RefreshError(f"{self.url} can't be asked along lines; only Overpass can, with {LINE}")

    @abstractmethod
    def read(self, fetcher: Fetcher) -> Answer:
        """Return all records; `YEAR` is filled in by now."""

    @property
    def date(self) -> datetime.date:
        """Day on which the data are valid, by `as_of`."""
        if self.as_of is None:
            raise RefreshError(f"refresh.toml lacks the day of the data of {self.url}: add `as_of`")
        return datetime.date.fromisoformat(self.as_of)


def read_pages(fetcher: Fetcher, first: Reply, next_link: Callable[[Reply], str | None]) -> Iterator[Reply]:
    """Yield a reply and those that it links to; raises `RefreshError` if the links form a circle."""
    reply, seen = first, {first.url}
    for _ in range(MAX_PAGES):
        yield reply
        link = next_link(reply)
        if link is None:
            return
        reply = fetcher.get(urljoin(reply.url, link))
        if reply.url in seen:
            raise RefreshError(f"{first.url} links to the page {reply.url} twice")
        seen.add(reply.url)
    raise RefreshError(f"{first.url} has more than {MAX_PAGES} pages; narrow its query in refresh.toml")


def to_table(url: str, dimension: str, observations: Iterable[tuple[str, str, object]]) -> list[Record]:
    """Return a record for each member of a dimension; raises `RefreshError` for two values of one measure."""
    values: dict[str, JsonObject] = {}
    for member, measure, value in observations:
        record = values.setdefault(member, {dimension: member})
        if record.setdefault(measure, value) != value:
            what = f"{url} has two values of {measure} for {member}: {record[measure]} and {value}"
            raise RefreshError(f"{what}; fix every other dimension in its query in refresh.toml")
    return [Record(record) for record in values.values()]


def read_collection(reply: Reply) -> JsonObject:
    """Return the FeatureCollection of a reply; raises `RefreshError` if it is none."""
    document = reply.json()
    if document.get("type") != "FeatureCollection" or not isinstance(document.get("features"), list):
        raise RefreshError(f"{reply.url} answered no FeatureCollection, but {reply.content[:200]!r}")
    return document


def to_records(url: str, features: Sequence[object], bbox: Sequence[float] | None) -> list[Record]:
    """Return features as records; raises `RefreshError` if one has no geometry or lies outside `bbox`."""
    records = []
    frame = shapely.box(*(bbox or (-180, -90, 180, 90)))
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        geometry = to_geometry(feature.get("geometry")) if isinstance(feature, dict) else None
        if geometry is None or not isinstance(properties, dict):
            raise RefreshError(f"{url} has feature {number} without properties or without a valid geometry")
        if not frame.intersects(geometry):
            x, y = geometry.representative_point().coords[0]
            raise RefreshError(
                f"{url} has feature {number} at {x:g}, {y:g}, outside the requested {frame.bounds}: "
                "is it in another CRS, or latitude first?"
            )
        records.append(Record(properties, shapely.force_2d(geometry)))
    return records
