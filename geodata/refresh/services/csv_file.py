"""CSV files, such as the station lists of Rijden de Treinen and of DB Station&Service."""

import csv
import io
from typing import Literal

import shapely

from geodata.catalog.base import Bbox
from geodata.errors import RefreshError
from geodata.refresh.services.base import Answer, Record, Service
from geodata.refresh.services.http import Fetcher


class CsvFile(Service):
    """A table with a header and a position in each row."""

    protocol: Literal["csv"]
    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8-sig"
    longitude: str
    """Name of the column, in degrees (WGS 84), as `latitude`."""
    latitude: str
    bbox: Bbox
    """All positions of the file have to lie in it; others show that its columns or its CRS changed."""

    def read(self, fetcher: Fetcher) -> Answer:
        """Return a record for each row with a position."""
        text = fetcher.get(self.url).text(self.encoding)
        table = csv.DictReader(io.StringIO(text), delimiter=self.delimiter)
        table.fieldnames = [name.strip() for name in table.fieldnames or ()]
        for name in (self.longitude, self.latitude):
            if name not in table.fieldnames:
                raise RefreshError(
                    f"{self.url} has no column `{name}`; it has {', '.join(table.fieldnames)[:300]}"
                )
        records = []
        for row in table:
            if None in row.values():
                raise RefreshError(
                    f"{self.url} has too few values in line {table.line_num}: it is cut off or has changed"
                )
            values = {name: cell.strip() for name, cell in row.items() if name and cell.strip()}
            if self.longitude in values and self.latitude in values:
                position = values[self.longitude], values[self.latitude]
                records.append(Record(dict(values), self._point(table.line_num, *position)))
        return Answer(records, self.date)

    def _point(self, line: int, longitude: str, latitude: str) -> shapely.Point:
        west, south, east, north = self.bbox
        try:
            lon, lat = (float(text.replace(self.decimal, ".")) for text in (longitude, latitude))
        except ValueError:
            raise RefreshError(f"{self.url} has a position that is no number in line {line}") from None
        if not (west <= lon <= east and south <= lat <= north):
            raise RefreshError(
                f"{self.url} has a position {lon:g}, {lat:g} in line {line}, outside {tuple(self.bbox)}: "
                "are longitude and latitude swapped, or is it in another CRS?"
            )
        return shapely.Point(lon, lat)
