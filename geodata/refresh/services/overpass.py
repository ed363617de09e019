"""OpenStreetMap through the Overpass API: a query in Overpass QL, answered as JSON.

An answer with a `remark` is incomplete, although its status is 200, and is refused.
"""

import datetime
from collections.abc import Iterable
from typing import Literal, Self

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.catalog.base import Bbox
from geodata.errors import RefreshError
from geodata.json_object import JsonObject
from geodata.refresh.services.base import LINE, Answer, Record, Service
from geodata.refresh.services.http import Fetcher
from geodata.spatial.measuring import project, unproject

BBOX = "$bbox"
"""Placeholder for the bbox in a query, in Overpass's order: south, west, north, east."""

LINE_TOLERANCE_M = 200
"""Tolerance to which lines in a query are simplified; far less than the `around` of the query."""


class Overpass(Service):
    """A query for nodes, or for ways and relations with `out center` (a position) or `out geom` (a line)."""

    protocol: Literal["overpass"]
    query: str
    """Overpass QL with `[out:json]`; a query with `$line` is asked once for each line."""
    bbox: Bbox
    lines: list[str] = []
    """Lines to put in place of `$line`; set by `along`, not in the plan."""

    def along(self, lines: Iterable[BaseGeometry]) -> Self:
        """Return the service, to be asked along lines in WGS 84 (lon/lat)."""
        return self.model_copy(update={"lines": [_to_query(line) for line in lines]})

    def read(self, fetcher: Fetcher) -> Answer:
        """Return a record for each element, with its tags as values."""
        documents = [self._ask(fetcher, query) for query in self._queries()]
        elements = {
            (element.get("type"), element.get("id"), number if "id" not in element else None): element
            for document in documents
            for number, element in enumerate(document["elements"])
        }
        records = [self._to_record(element) for element in elements.values()]
        return Answer(records, min(self._date_of(document) for document in documents))

    def _queries(self) -> list[str]:
        west, south, east, north = self.bbox
        query = self.query.replace(BBOX, f"{south:g},{west:g},{north:g},{east:g}")
        if LINE not in query:
            return [query]
        if not self.lines:
            raise RefreshError(
                f"{self.url} is asked along lines ({LINE}): use it as a `track` in refresh.toml"
            )
        return [query.replace(LINE, line) for line in self.lines]

    def _ask(self, fetcher: Fetcher, query: str) -> JsonObject:
        document = fetcher.post(self.url, {"data": query}).json()
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
            raise RefreshError(f"{self.url} has an element at {x:g}, {y:g}, outside the bbox")
        return Record(tags, shape)

    def _date_of(self, document: JsonObject) -> datetime.date:
        """Return the day of the database."""
        try:
            return datetime.datetime.fromisoformat(document["osm3s"]["timestamp_osm_base"]).date()
        except (LookupError, TypeError, ValueError):
            raise RefreshError(f"{self.url} does not say on which day its data are valid") from None


def _to_query(line: BaseGeometry) -> str:
    simplified = unproject(project(line).simplify(LINE_TOLERANCE_M))
    return ",".join(f"{lat:.4f},{lon:.4f}" for lon, lat in shapely.get_coordinates(simplified))
