"""A small layer of another format than GeoJSON, as the GeoJSON that the map draws."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping

from geodata.build_report import Column
from geodata.errors import Problem
from geodata.feature_table import name_of, to_columns
from geodata.formats import MAX_COUNT
from geodata.schema import Layer
from geodata.shapes import Tally, sort_out
from geodata.source_check import check_source
from geodata.sources import open_source, read_batches
from geodata.validation import MAX_DECIMALS, JsonObject


def convert(layer: Layer, folder: Path) -> tuple[bytes, list[JsonObject], list[Problem]] | None:
    """Return a layer's file as GeoJSON (RFC 7946), its features, and what is wrong with it.

    The id of a feature is its number in the file, counted from 1, as in large layers. `None` where there are
    so many features that the layer is a large one.

    Raises
    ------
    SourceError
        If the file can't be read.
    """
    source = open_source(layer, folder)
    if source.count > MAX_COUNT:
        return None
    tally, count_in = Tally(), 0
    features: list[JsonObject] = []
    columns: list[Column] = []
    for batch in read_batches(source):
        places, geometries = sort_out(batch.geometries, layer.geometry_types, tally)
        shapes = shapely.orient_polygons(shapely.transform(geometries, lambda xy: np.round(xy, MAX_DECIMALS)))
        rows = batch.table.take(places).to_pylist()
        features += [
            _to_feature(layer, batch.first + place, row, geometry)
            for place, row, geometry in zip(places.tolist(), rows, shapes, strict=True)
        ]
        columns = to_columns(batch.table.schema)
        count_in = batch.first + len(batch.table) - 1
        if count_in > MAX_COUNT:
            return None
    document = {"type": "FeatureCollection", "name": layer.id, "features": features}
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return content, features, list(check_source(layer, count_in, tally.left_out, columns))


def _to_feature(layer: Layer, number: int, row: dict[str, Any], geometry: Any) -> JsonObject:
    properties = {name: _to_json(value) for name, value in row.items()}
    properties = {name: value for name, value in properties.items() if value is not None}
    properties["name"] = name_of(layer, number, properties.get(layer.name_field))
    return {
        "type": "Feature",
        "id": str(number),
        "properties": properties,
        "geometry": mapping(geometry),
    }


def _to_json(value: Any) -> Any:
    """Return a value as JSON has it; dates as ISO 8601, and nothing for what is no number."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_to_json(item) for item in value]
    if isinstance(value, dict):
        return {key: _to_json(item) for key, item in value.items()}
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, str | int) else str(value)
