"""OGC API – Features, as PDOK has it: a collection's items, page by page.

Part 1 of the standard: `limit`, `bbox`, properties as parameters, links to the next page, `numberMatched`;
Part 2: the header `Content-Crs`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from geodata.errors import RefreshError
from geodata.refresh.services.base import Answer, Service, pages
from geodata.refresh.services.geojson import read_collection, to_records
from geodata.refresh.services.http import Fetcher, Reply

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


class OgcFeatures(Service):
    """A collection of an OGC API – Features."""

    protocol: Literal["ogc_features"]
    collection: str
    query: dict[str, str] = {}
    """Properties that the items should have."""
    bbox: Annotated[list[float], Field(min_length=4, max_length=4)] | None = None
    """West, south, east, north, in degrees (WGS 84)."""
    limit: int = 100
    """Items per page."""

    def read(self, fetcher: Fetcher, year: int) -> Answer:
        """Return every item of the collection that there is for the year."""
        url = f"{self.filled(self.url, year)}/collections/{self.collection}/items"
        query = {"f": "json", "limit": str(self.limit)}
        query |= {name: self.filled(value, year) for name, value in self.query.items()}
        if self.bbox is not None:
            query["bbox"] = ",".join(f"{value:g}" for value in self.bbox)
        features: list[Any] = []
        matched = None
        for reply in pages(fetcher, fetcher.get(url, query), _next_link):
            crs = reply.headers.get("Content-Crs", CRS84).strip("<>")
            if crs != CRS84:
                raise RefreshError(f"{reply.url} answered in the CRS {crs}, where WGS 84 was asked for")
            document = read_collection(reply)
            features += document["features"]
            matched = document.get("numberMatched", matched)
        unique = [feature for at, feature in enumerate(features) if feature not in features[:at]]
        if isinstance(matched, int) and len(unique) != matched:
            raise RefreshError(f"{url} gave {len(unique)} different items where it said that {matched} match")
        return Answer(to_records(url, unique, self.bbox), self.date(year))


def _next_link(reply: Reply) -> str | None:
    links = reply.json().get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str):
            return str(link["href"])
    return None
