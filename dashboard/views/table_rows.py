"""Finds the rows of a table: the features of a layer that pass filters, by the page."""

import math
from dataclasses import dataclass, replace

from geodata import Feature
from geodata.features.feature_layer import FeatureLayer, FeaturePage, PageQuery

ROWS_PER_PAGE = 200
"""Rows on a page of a large layer; other layers have one page."""


@dataclass(frozen=True)
class Rows:
    """One page of the features that pass filters."""

    features: list[Feature]
    total: int
    """Number of features that pass."""
    page: int = 1
    """Number of this page, from 1."""
    pages: int = 1


def find_rows(data: FeatureLayer, filters: PageQuery, page: int = 1) -> Rows:
    """Return a page of the features that pass filters; the last page if there are fewer pages."""
    size = ROWS_PER_PAGE if data.is_large else max(1, data.count)

    def look(number: int) -> FeaturePage:
        return data.page(replace(filters, offset=(number - 1) * size, limit=size))

    found = look(page)
    pages = max(1, math.ceil(found.total / size))
    if page > pages:
        found = look(pages)
    return Rows(found.features, found.total, min(page, pages), pages)
