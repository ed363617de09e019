"""The rows of a table: which features of a layer pass the filters, in which order."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shapely import box

from dashboard.i18n.formatting import sort_key
from geodata import Atlas, LayerData
from geodata.catalog.schema import DataField
from geodata.json_object import JsonObject
from geodata.large.layer import LargeLayer

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
    if layer_id in atlas.large:
        return _find_in_large(atlas.large[layer_id], filters)
    return _find(atlas.layers[layer_id], filters)


def has_several(atlas: Atlas, layer_id: str, name: str) -> bool:
    """Tell whether a field has different values, so that filtering by it makes sense."""
    if layer_id in atlas.large:
        return True
    return len({row.get(name) for row in atlas.layers[layer_id].properties.values()}) > 1


def _find(data: LayerData, filters: Filters) -> Rows:
    view = box(*filters.bounds) if filters.bounds else None
    needle = sort_key(filters.text)
    found = {
        feature_id: row
        for feature_id, row in data.properties.items()
        if (view is None or data.geometries[feature_id].intersects(view))
        and all(row.get(name) in values for name, values in filters.wanted.items())
        and needle in sort_key(_text_of(row, data.layer.fields))
    }
    ids = sorted(found, key=lambda key: sort_key(str(found[key].get("name", key))))
    if filters.order != "name":
        ids.sort(key=lambda key: _rank(found[key].get(filters.order)))
    return Rows({key: found[key] for key in ids}, total=len(ids), count=data.count)


def _find_in_large(large: LargeLayer, filters: Filters) -> Rows:
    def look(page: int) -> Any:
        return large.page(
            offset=(page - 1) * ROWS_PER_PAGE,
            limit=ROWS_PER_PAGE,
            sort=filters.order,
            text=filters.text,
            among=filters.wanted,
            bbox=filters.bounds,
        )

    found = look(filters.page)
    pages = max(1, math.ceil(found.total / ROWS_PER_PAGE))
    if filters.page > pages:
        found = look(pages)
    return Rows(
        {feature.id: feature.properties for feature in found.features},
        total=found.total,
        count=large.count,
        page=min(filters.page, pages),
        pages=pages,
    )


def _rank(value: object) -> tuple[int, float, str]:
    """Return what a column is sorted by: large numbers first, then texts, at the end what is not known."""
    if value is None:
        return 2, 0.0, ""
    if isinstance(value, int | float):
        return 0, -float(value), ""
    return 1, 0.0, sort_key(str(value))


def _text_of(row: JsonObject, fields: dict[str, DataField]) -> str:
    """Return all that a feature says, as one text to look through."""
    words_of = [
        fields[name].choices.get(str(value), str(value)) if name in fields else str(value)
        for name, value in row.items()
    ]
    return " ".join(words_of)
