"""Infers a catalog entry for a table without one; unknown texts are empty."""

import datetime
from collections.abc import Collection
from typing import get_args

from geodata.catalog.schema import GeometryType, Layer, License, Source
from geodata.catalog.style_schema import LayerStyle
from geodata.features.properties import Properties

KEY_FIELDS = 3
"""Number of fields that a popup shows."""

STYLE = LayerStyle(
    color="#b5305f",
    dark_color="#ff8fb4",
    weight=2.5,
    opacity=1,
    fill_opacity=0.25,
    radius=6,
    grouped=False,
    symbol_maxzoom=9,
    symbol_fill_opacity=0.9,
    label_minzoom=12,
)
"""Style of uploaded layers."""


def infer_entry(
    layer_id: str,
    file: str,
    title: str,
    kind: str,
    properties: Properties,
    geometry_types: Collection[str],
) -> Layer:
    """Return the catalog entry of a table.

    License, attribution, vintage, method and description are empty texts; `retrieved` is today (UTC).
    """
    types = [name for name in sorted(get_args(GeometryType)) if name in geometry_types]
    return Layer(
        id=layer_id,
        title=title,
        kind=kind,
        description="",
        geometry_types=types or ["Point"],
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
