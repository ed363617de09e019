"""The entry that a catalog would have for a table that nobody described; what nobody knows of it is empty."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from geodata.catalog.schema import Layer, License, Source
from geodata.catalog.style_schema import LayerStyle
from geodata.features.properties import Properties

KEY_FIELDS = 3
"""So many of its fields a popup shows."""

STYLE = LayerStyle(
    color="#b5305f",
    dark_color="#ff8fb4",
    weight=2.5,
    opacity=1,
    fill_opacity=0.25,
    radius=6,
    symbol_maxzoom=9,
    symbol_fill_opacity=0.9,
    label_minzoom=12,
)
"""Of a layer that nobody styled."""


def made_entry(
    layer_id: str,
    file: str,
    title: str,
    kind: str,
    properties: Properties,
    geometry_types: Sequence[Any],
) -> Layer:
    """Return the entry for a table of a file.

    License, attribution, vintage, method and description are empty texts; `retrieved` is today (UTC).
    """
    return Layer(
        id=layer_id,
        title=title,
        kind=kind,
        description="",
        geometry_types=list(geometry_types) or ["Point"],
        name_field="name",
        key_fields=list(properties.fields)[:KEY_FIELDS],
        license=License.model_construct(name="", url=""),
        attribution="",
        vintage="",
        retrieved=datetime.datetime.now(datetime.UTC).date(),
        method="",
        sources=[Source(name=file)],
        fields=properties.fields,
        style=STYLE,
    )
