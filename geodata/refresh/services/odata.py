"""OData 4 of Statistics Netherlands (CBS): the observations of a table, by region and measure.

`$filter`, `$select` and `@odata.nextLink` belong to the standard, `Measure`, `Value` and dimensions to CBS.
"""

from collections.abc import Iterator
from typing import Literal

from geodata.errors import RefreshError
from geodata.refresh.services.base import Answer, Service, read_pages, to_table
from geodata.refresh.services.http import Fetcher, Reply


class OData(Service):
    """A table of observations."""

    protocol: Literal["odata"]
    filter: str
    """OData expression that selects the observations."""
    dimension: str
    """Dimension whose members become the records, such as `RegioS`."""

    def read(self, fetcher: Fetcher) -> Answer:
        """Return a record for each member of the dimension, with its measures as values."""
        query = {"$filter": self.filter, "$select": f"{self.dimension},Measure,Value"}
        first = fetcher.get(f"{self.url}/Observations", query)
        rows = (row for reply in read_pages(fetcher, first, _next_link) for row in self._rows(reply))
        return Answer(to_table(self.url, self.dimension, rows), self.date)

    def _rows(self, reply: Reply) -> Iterator[tuple[str, str, object]]:
        """Yield member, measure and value of each observation."""
        rows = reply.json().get("value")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise RefreshError(f"{reply.url} answered no list of observations in `value`")
        for row in rows:
            missing = [name for name in (self.dimension, "Measure", "Value") if name not in row]
            if missing:
                raise RefreshError(f"{reply.url} has an observation without {', '.join(missing)}")
            yield str(row[self.dimension]).strip(), str(row["Measure"]).strip(), row["Value"]


def _next_link(reply: Reply) -> str | None:
    link = reply.json().get("@odata.nextLink")
    return link if isinstance(link, str) else None
