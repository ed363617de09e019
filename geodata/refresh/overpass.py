"""OpenStreetMap through the Overpass API: a query in Overpass QL, answered as JSON.

An answer that the server could not finish is a 200 with a `remark`; it is refused.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

import shapely
from pydantic import Field

from geodata.errors import RefreshError
from geodata.refresh.fetching import Fetcher
from geodata.refresh.service import Answer, Record, Service

BBOX = "$bbox"
"""Stands for the box in a query, in Overpass's order: south, west, north, east."""


class Overpass(Service):
    """A query for nodes; of ways and relations, `out center` gives the position."""

    protocol: Literal["overpass"]
    query: str
    """Overpass QL with `[out:json]`."""
    bbox: Annotated[list[float], Field(min_length=4, max_length=4)]
    """West, south, east, north, in degrees (WGS 84)."""

    def read(self, fetcher: Fetcher, year: int) -> Answer:
        """Return a record for each element, its tags as values."""
        west, south, east, north = self.bbox
        query = self.filled(self.query, year).replace(BBOX, f"{south:g},{west:g},{north:g},{east:g}")
        reply = fetcher.post(self.url, {"data": query})
        document = reply.json()
        if "remark" in document:
            raise RefreshError(f"{self.url} did not finish: {document['remark']}")
        elements = document.get("elements")
        if not isinstance(elements, list):
            raise RefreshError(f"{self.url} answered no `elements`")
        return Answer([self._to_record(element) for element in elements], self._date(document))

    def _to_record(self, element: Any) -> Record:
        try:
            place = element.get("center", element)
            point = shapely.Point(float(place["lon"]), float(place["lat"]))
            tags = dict(element.get("tags", {}))
        except (AttributeError, TypeError, LookupError, ValueError):
            raise RefreshError(f"{self.url} has an element without a position: {element!r:.200}") from None
        if not shapely.box(*self.bbox).intersects(point):
            raise RefreshError(f"{self.url} has an element at {point.x:g}, {point.y:g}, outside the box")
        return Record(tags, point)

    def _date(self, document: dict[str, Any]) -> datetime.date:
        """Return the day of the database that was asked."""
        try:
            return datetime.datetime.fromisoformat(document["osm3s"]["timestamp_osm_base"]).date()
        except (LookupError, TypeError, ValueError):
            raise RefreshError(f"{self.url} does not say what day its data are of") from None
