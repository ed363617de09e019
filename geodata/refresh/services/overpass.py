"""OpenStreetMap through the Overpass API: a query in Overpass QL, answered as JSON.

An answer that the server could not finish is a 200 with a `remark`; it is refused.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Annotated, Literal

import shapely
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from geodata.errors import RefreshError
from geodata.json_object import JsonObject
from geodata.refresh.services.base import AROUND, Answer, Record, Service
from geodata.refresh.services.http import Fetcher
from geodata.spatial.measuring import project, unproject

BBOX = "$bbox"
"""Stands for the box in a query, in Overpass's order: south, west, north, east."""


COARSE_M = 200
"""How coarse lines are put into a query, which should be well less than its `around`."""


class Overpass(Service):
    """A query for nodes; of ways and relations, `out center` gives the position, `out geom` the line."""

    protocol: Literal["overpass"]
    query: str
    """Overpass QL with `[out:json]`; one with `$line` is asked once for each line."""
    bbox: Annotated[list[float], Field(min_length=4, max_length=4)]
    """West, south, east, north, in degrees (WGS 84)."""

    lines: list[str] = []
    """What stands for `$line`; filled from a layer, not by the plan."""

    def of_lines(self, lines: Iterable[BaseGeometry]) -> Overpass:
        """Return the same, to be asked along some lines."""
        return self.model_copy(update={"lines": [_to_query(line) for line in lines]})

    def read(self, fetcher: Fetcher, year: int) -> Answer:
        """Return a record for each element, its tags as values."""
        documents = [self._ask(fetcher, query) for query in self._queries(year)]
        elements = {
            (element.get("type"), element.get("id"), number if "id" not in element else None): element
            for document in documents
            for number, element in enumerate(document["elements"])
        }
        records = [self._to_record(element) for element in elements.values()]
        return Answer(records, min(self._date(document) for document in documents))

    def _queries(self, year: int) -> list[str]:
        west, south, east, north = self.bbox
        query = self.filled(self.query, year).replace(BBOX, f"{south:g},{west:g},{north:g},{east:g}")
        if AROUND not in query:
            return [query]
        if not self.lines:
            raise RefreshError(
                f"{self.url} is asked along lines ({AROUND}): name it in `beside` of refresh.toml"
            )
        return [query.replace(AROUND, line) for line in self.lines]

    def _ask(self, fetcher: Fetcher, query: str) -> JsonObject:
        document: JsonObject = fetcher.post(self.url, {"data": query}).json()
        if "remark" in document:
            raise RefreshError(f"{self.url} did not finish: {document['remark']}")
        elements = document.get("elements")
        if not isinstance(elements, list) or not all(isinstance(element, dict) for element in elements):
            raise RefreshError(f"{self.url} answered no `elements`")
        return document

    def _to_record(self, element: JsonObject) -> Record:
        try:
            places = element.get("geometry") or [element.get("center", element)]
            lonlat = [(float(place["lon"]), float(place["lat"])) for place in places]
            shape = shapely.LineString(lonlat) if len(lonlat) > 1 else shapely.Point(lonlat[0])
            tags = dict(element.get("tags", {}))
        except (AttributeError, TypeError, LookupError, ValueError):
            raise RefreshError(f"{self.url} has an element without a position: {element!r:.200}") from None
        if not shapely.box(*self.bbox).intersects(shape):
            x, y = shapely.get_coordinates(shape)[0]
            raise RefreshError(f"{self.url} has an element at {x:g}, {y:g}, outside the box")
        return Record(tags, shape)

    def _date(self, document: JsonObject) -> datetime.date:
        """Return the day of the database that was asked."""
        try:
            return datetime.datetime.fromisoformat(document["osm3s"]["timestamp_osm_base"]).date()
        except (LookupError, TypeError, ValueError):
            raise RefreshError(f"{self.url} does not say what day its data are of") from None


def _to_query(line: BaseGeometry) -> str:
    """Return a line as a query has it."""
    coarse = unproject(project(line).simplify(COARSE_M))
    return ",".join(f"{lat:.4f},{lon:.4f}" for lon, lat in shapely.get_coordinates(coarse))
