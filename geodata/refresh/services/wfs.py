"""Web Feature Service 2.0 with GeoJSON answers, such as that of the BKG for administrative areas (VG250)."""

from typing import Literal

from geodata.catalog.base import Bbox
from geodata.errors import RefreshError
from geodata.refresh.services.base import Answer, Service, read_collection, to_records
from geodata.refresh.services.http import Fetcher


class Wfs(Service):
    """A feature type of a WFS."""

    protocol: Literal["wfs"]
    type_name: str
    since: str | None = None
    """Property with the day of a feature's last change; a day after `as_of` shows that the data are newer."""
    sort_by: str
    """Property that features are sorted by; without it pages may overlap."""
    bbox: Bbox
    count: int = 500
    """Features per page."""

    def read(self, fetcher: Fetcher) -> Answer:
        """Return all features in the bbox."""
        features: list[object] = []
        matched: object = None
        while not isinstance(matched, int) or len(features) < matched:
            reply = fetcher.get(self.url, self._query(len(features)))
            document = read_collection(reply)
            matched = document.get("numberMatched", document.get("totalFeatures"))
            if not isinstance(matched, int):
                raise RefreshError(f"{reply.url} does not say how many features match")
            fresh = [feature for feature in document["features"] if feature not in features]
            if not fresh and len(features) < matched:
                raise RefreshError(f"{self.url} gave {len(features)} of {matched} features, then nothing new")
            features += fresh
        records = to_records(self.url, features, self.bbox)
        days = (str(record.values.get(self.since, ""))[:10] for record in records if self.since)
        newest = max(days, default="")
        if newest > self.date.isoformat():
            what = f"{self.url} has an area that is unchanged since {newest}, after {self.date}"
            raise RefreshError(f"{what}; enter the day of the newer data as `as_of` in refresh.toml")
        return Answer(records, self.date)

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
