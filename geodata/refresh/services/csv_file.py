"""CSV files at an address, such as the station lists of Rijden de Treinen and of DB Station&Service."""

from __future__ import annotations

import csv
import io
from typing import Annotated, Literal

import shapely
from pydantic import Field

from geodata.errors import RefreshError
from geodata.json_object import JsonObject
from geodata.refresh.services.base import Answer, Record, Service
from geodata.refresh.services.http import Fetcher


class CsvFile(Service):
    """A table with a header, and a position in each row."""

    protocol: Literal["csv"]
    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8-sig"
    longitude: str
    """Name of the column, in degrees (WGS 84)."""
    latitude: str
    bbox: Annotated[list[float], Field(min_length=4, max_length=4)]
    """West, south, east, north of what the whole file may hold: where a row lies elsewhere, it changed."""

    def read(self, fetcher: Fetcher, year: int) -> Answer:
        """Return a record for each row that has a position."""
        url = self.filled(self.url, year)
        rows = list(csv.reader(io.StringIO(fetcher.get(url).text(self.encoding)), delimiter=self.delimiter))
        if not rows:
            raise RefreshError(f"{url} is empty")
        header = [name.strip() for name in rows[0]]
        for name in (self.longitude, self.latitude):
            if name not in header:
                raise RefreshError(f"{url} has no column `{name}`; it has {', '.join(header)[:300]}")
        records = []
        for number, row in enumerate(rows[1:], 2):
            if not row:
                continue
            if len(row) < len(header):
                what = f"{url} has {len(row)} of {len(header)} values in line {number}"
                raise RefreshError(f"{what}: it is cut off or has changed")
            values: JsonObject = {
                name: cell.strip() for name, cell in zip(header, row, strict=False) if cell.strip()
            }
            if self.longitude in values and self.latitude in values:
                records.append(Record(values, self._point(url, number, values)))
        return Answer(records, self.date(year))

    def _point(self, url: str, number: int, values: JsonObject) -> shapely.Point:
        west, south, east, north = self.bbox
        try:
            lon, lat = (
                float(values[name].replace(self.decimal, ".")) for name in (self.longitude, self.latitude)
            )
        except ValueError:
            raise RefreshError(f"{url} has no numbers as position in line {number}") from None
        if not (west <= lon <= east and south <= lat <= north):
            raise RefreshError(
                f"{url} has a position {lon:g}, {lat:g} in line {number}, outside {tuple(self.bbox)}: "
                "are longitude and latitude swapped, or is it in another CRS?"
            )
        return shapely.Point(lon, lat)
