"""OGC API – Features, such as that of PDOK: the items of a collection, page by page.

Part 1 of the standard: `limit`, `bbox`, properties as parameters, links to the next page, `numberMatched`;
Part 2: the header `Content-Crs`.
"""

from typing import Literal

from geodata.catalog.base import Bbox
from geodata.errors import RefreshError
from geodata.refresh.services.base import Answer, Service, read_collection, read_pages, to_records
from geodata.refresh.services.http import Fetcher, Reply

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


class OgcFeatures(Service):
    """A collection of an OGC API – Features."""

    protocol: Literal["ogc_features"]
    collection: str
    query: dict[str, str] = {}
    """Property → value that the items have."""
    bbox: Bbox | None = None
    limit: int = 100
    """Items per page."""

    def read(self, fetcher: Fetcher) -> Answer:
        """Return all items of the collection."""
        url = f"{self.url}/collections/{self.collection}/items"
        query = {"f": "json", "limit": str(self.limit), **self.query}
        if self.bbox is not None:
            query["bbox"] = ",".join(f"{value:g}" for value in self.bbox)
        unique: list[object] = []
        matched = None
        for reply in read_pages(fetcher, fetcher.get(url, query), _next_link):
            crs = reply.headers.get("Content-Crs", CRS84).strip("<>")
            if crs != CRS84:
                raise RefreshError(f"{reply.url} answered in the CRS {crs} instead of WGS 84")
            document = read_collection(reply)
            unique += [feature for feature in document["features"] if feature not in unique]
            matched = document.get("numberMatched", matched)
        if isinstance(matched, int) and len(unique) != matched:
            raise RefreshError(f"{url} gave {len(unique)} different items, but counts {matched}")
        return Answer(to_records(url, unique, self.bbox), self.date)


def _next_link(reply: Reply) -> str | None:
    links = reply.json().get("links")
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "next" and isinstance(link.get("href"), str):
            return str(link["href"])
    return None
