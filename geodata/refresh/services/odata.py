"""OData 4, as Statistics Netherlands (CBS) has it: a table's observations, one per region and measure.

`$filter`, `$select` and `@odata.nextLink` of the standard; `Measure`, `Value` and the dimensions are CBS's.
"""

from __future__ import annotations

from typing import Literal

from geodata.errors import RefreshError
from geodata.json_object import JsonObject
from geodata.refresh.services.base import Answer, Record, Service, pages
from geodata.refresh.services.http import Fetcher, Reply

NEXT_LINK = "@odata.nextLink"


class OData(Service):
    """A table of observations."""

    protocol: Literal["odata"]
    filter: str
    """In OData's words: which observations."""
    dimension: str
    """What the records are of, such as `RegioS`."""

    def read(self, fetcher: Fetcher, year: int) -> Answer:
        """Return a record for each member of the dimension, its measures as values."""
        url = f"{self.filled(self.url, year)}/Observations"
        query = {
            "$filter": self.filled(self.filter, year),
            "$select": f"{self.dimension},Measure,Value",
        }
        values: dict[str, JsonObject] = {}
        for reply in pages(fetcher, fetcher.get(url, query), _next_link):
            for row in _rows(reply):
                missing = [name for name in (self.dimension, "Measure", "Value") if name not in row]
                if missing:
                    raise RefreshError(f"{reply.url} has an observation without {', '.join(missing)}")
                member, measure = str(row[self.dimension]).strip(), str(row["Measure"]).strip()
                own = values.setdefault(member, {self.dimension: member})
                if own.setdefault(measure, row["Value"]) != row["Value"]:
                    what = (
                        f"{url} has two values of {measure} for {member}: {own[measure]} and {row['Value']}"
                    )
                    raise RefreshError(f"{what}; name every other dimension in `filter`")
        return Answer([Record(own) for own in values.values()], self.date(year))


def _rows(reply: Reply) -> list[JsonObject]:
    rows = reply.json().get("value")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RefreshError(f"{reply.url} answered no list of observations in `value`")
    return rows


def _next_link(reply: Reply) -> str | None:
    link = reply.json().get(NEXT_LINK)
    return link if isinstance(link, str) else None
