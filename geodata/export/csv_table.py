"""Writes a layer as CSV."""

import csv
import io
import json
from typing import BinaryIO

from geodata.atlas.evidence import Card
from geodata.features.layer_data import LayerData

BYTE_ORDER_MARK = "\ufeff"
"""Tells spreadsheets that a text is UTF-8."""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters of a text that a spreadsheet reads as a formula; it knows full-width ones too."""


def write_csv(data: LayerData, _: Card, file: BinaryIO) -> None:
    """Write a layer as CSV; see `to_csv`."""
    file.write(to_csv(data))


def to_csv(data: LayerData) -> bytes:
    """Return a layer as CSV, in WGS 84: points have columns `lon` and `lat`, other geometries `wkt`.

    Texts that a spreadsheet would read as a formula begin with an apostrophe; lists are JSON text.
    """
    names, is_points = list(data.property_types), has_points_only(data)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", *map(_to_cell, names), *(["lon", "lat"] if is_points else ["wkt"])])
    for feature_id, properties in data.properties.items():
        geometry = data.geometries[feature_id]
        cells = [feature_id, *(properties.get(name) for name in names)]
        position = [geometry.x, geometry.y] if is_points else [geometry.wkt]
        writer.writerow([*map(_to_cell, cells), *position])
    return (BYTE_ORDER_MARK + text.getvalue()).encode()


def has_points_only(data: LayerData) -> bool:
    """Tell whether every geometry of a layer is a point."""
    return all(geometry.geom_type == "Point" for geometry in data.geometries.values())


def _to_cell(value: object) -> object:
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    is_formula = isinstance(value, str) and value.startswith(FORMULA_SIGNS)
    return f"'{value}" if is_formula else value
