"""A catalog with the same layers and more features, valid by the project's own rules."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

from geodata import DEFAULT_CATALOG, read_catalog

COORDINATE_DECIMALS = 6
STEP_DEGREES = (0.013, 0.007)
"""How far each copy is moved, in degrees of longitude and latitude."""

JsonObject = dict[str, Any]


def write_bigger_catalog(folder: Path, times: int) -> Path:
    """Write a catalog with `times` times the features of the atlas's own into a folder; returns its path."""
    source = read_catalog(DEFAULT_CATALOG)
    (folder / "layers").mkdir(parents=True)
    for layer in source.catalog.layers.values():
        collection = json.loads((source.folder / layer.path).read_text(encoding="utf-8"))
        target = folder / layer.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(multiply(collection, times), ensure_ascii=False), encoding="utf-8")
    if source.catalog.basemap is not None:
        shutil.copytree(source.folder / source.catalog.basemap.folder, folder / source.catalog.basemap.folder)
    text = re.sub(
        r"^count = (\d+)$",
        lambda match: f"count = {int(match[1]) * times}",
        source.path.read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
    path = folder / "catalog.toml"
    path.write_text(text, encoding="utf-8")
    return path


def multiply(collection: JsonObject, times: int) -> JsonObject:
    """Return a collection with each feature `times` times, each copy with its own place, id and name."""
    features = [_copy(feature, number) for number in range(times) for feature in collection["features"]]
    positions = [
        position for feature in features for position in _positions(feature["geometry"]["coordinates"])
    ]
    lons, lats = [position[0] for position in positions], [position[1] for position in positions]
    return {**collection, "bbox": [min(lons), min(lats), max(lons), max(lats)], "features": features}


def _copy(feature: JsonObject, number: int) -> JsonObject:
    if number == 0:
        return feature
    copy: JsonObject = {key: value for key, value in feature.items() if key != "bbox"}
    copy["id"] = f"{feature['id']}_{number + 1}"
    copy["properties"] = {**feature["properties"], "name": f"{feature['properties']['name']} ({number + 1})"}
    geometry = feature["geometry"]
    copy["geometry"] = {**geometry, "coordinates": _move(geometry["coordinates"], number)}
    return copy


def _move(coordinates: list[Any], number: int) -> list[Any]:
    if isinstance(coordinates[0], int | float):
        return [
            round(value + number * step, COORDINATE_DECIMALS)
            for value, step in zip(coordinates, STEP_DEGREES, strict=False)
        ]
    return [_move(part, number) for part in coordinates]


def _positions(coordinates: list[Any]) -> list[list[float]]:
    if isinstance(coordinates[0], int | float):
        return [coordinates]
    return [position for part in coordinates for position in _positions(part)]
