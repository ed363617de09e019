"""Web Feature Service 2.0 with GeoJSON answers, as the BKG has it for its administrative areas (VG250)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from geodata.errors import RefreshError
from geodata.refresh.fetching import Fetcher
from geodata.refresh.geojson import read_collection, to_records
from geodata.refresh.service import MAX_PAGES, Answer, Service


class Wfs(Service):
    """A feature type of a WFS."""

    protocol: Literal["wfs"]
    type_name: str
    sort_by: str
    """Property that features are sorted by, without which pages may overlap."""
    bbox: Annotated[list[float], Field(min_length=4, max_length=4)]
    """West, south, east, north, in degrees (WGS 84)."""
    count: int = 500
    """Features per page."""

    def read(self, fetcher: Fetcher, year: int) -> Answer:
        """Return every feature in the box."""
        url = self.filled(self.url, year)
        features: list[Any] = []
        for _ in range(MAX_PAGES):
            reply = fetcher.get(url, self._query(len(features)))
            document = read_collection(reply)
            matched = document.get("numberMatched", document.get("totalFeatures"))
            if not isinstance(matched, int):
                raise RefreshError(f"{reply.url} does not say how many features match")
            fresh = [feature for feature in document["features"] if feature not in features]
            if not fresh and len(features) < matched:
                raise RefreshError(f"{url} gave {len(features)} of {matched} features, then nothing new")
            features += fresh
            if len(features) >= matched:
                return Answer(to_records(url, features, self.bbox), self.date(year))
        raise RefreshError(f"{url} has more than {MAX_PAGES} pages; narrow its box in refresh.toml")

    def _query(self, start: int) -> dict[str, str]:
        return {
            "service": "WFS",
            "version": "2.0.0",
            "request": "GetFeature",
            "typeNames": self.type_name,
            "outputFormat": "application/json",
            "srsName": "EPSG:4326",
            "bbox": ",".join(f"{value:g}" for value in self.bbox) + ",EPSG:4326",
            "sortBy": self.sort_by,
            "count": str(self.count),
            "startIndex": str(start),
        }
