"""The rows of a table: which features of a layer pass the filters, in which order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from geodata import Atlas, LayerData
from geodata.features.feature_layer import FeaturePage, PageQuery
from geodata.json_object import JsonObject

ROWS_PER_PAGE = 200
"""Of large layers; the others are shown whole."""


@dataclass(frozen=True)
class Filters:
    """What somebody wants to see of a layer."""

    text: str = ""
    wanted: Mapping[str, list[str]] = field(default_factory=dict)
    """Field → the values of which it must have one."""
    order: str = "name"
    """Field to sort by."""
    bounds: tuple[float, float, float, float] | None = None
    """West, south, east, north of where to look, in degrees (WGS 84); `None` for everywhere."""
    page: int = 1
    """Of a large layer's rows, from 1."""


@dataclass(frozen=True)
class Rows:
    """What passes the filters."""

    properties: dict[str, JsonObject]
    """By feature id, in the order asked for: all, or those of one page."""
    total: int
    """Features that pass."""
    count: int
    """Features of the layer."""
    page: int = 1
    pages: int = 1


def find_rows(atlas: Atlas, layer_id: str, filters: Filters) -> Rows:
    """Return the features of a layer that pass the filters."""
    data = atlas.layers[layer_id]
    size = ROWS_PER_PAGE if data.is_large else max(1, data.count)

    def look(page: int) -> FeaturePage:
        return data.page(
            PageQuery(
                offset=(page - 1) * size,
                limit=size,
                sort=filters.order,
                text=filters.text,
                among=filters.wanted,
                bbox=filters.bounds,
            )
        )

    found = look(filters.page)
    pages = max(1, math.ceil(found.total / size))
    if filters.page > pages:
        found = look(pages)
    return Rows(
        {feature.id: feature.properties for feature in found.features},
        total=found.total,
        count=data.count,
        page=min(filters.page, pages),
        pages=pages,
    )


def has_several(atlas: Atlas, layer_id: str, name: str) -> bool:
    """Tell whether a field has different values, so that filtering by it makes sense."""
    data = atlas.layers[layer_id]
    return not isinstance(data, LayerData) or data.gdf[name].nunique(dropna=False) > 1
