"""Web Feature Service 2.0 with GeoJSON answers, as the BKG has it for its administrative areas (VG250)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from geodata.errors import RefreshError
from geodata.refresh.services.base import MAX_PAGES, Answer, Record, Service
from geodata.refresh.services.geojson import read_collection, to_records
from geodata.refresh.services.http import Fetcher


class Wfs(Service):
    """A feature type of a WFS."""

    protocol: Literal["wfs"]
    type_name: str
    since: str | None = None
    """Property with the day since which a feature is as it is; one after `as_of` gives a newer state away."""
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
                records = to_records(url, features, self.bbox)
                self._require_state(records, self.date(year))
                return Answer(records, self.date(year))
        raise RefreshError(f"{url} has more than {MAX_PAGES} pages; narrow its box in refresh.toml")

    def _require_state(self, records: Sequence[Record], as_of: datetime.date) -> None:
        if self.since is None:
            return
        newest = max((str(record.values.get(self.since, ""))[:10] for record in records), default="")
        if newest > as_of.isoformat():
            what = f"{self.url} has an area that is as it is since {newest}, after {as_of}"
            raise RefreshError(f"{what}; put the day of its newer state into `as_of` in refresh.toml")

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
