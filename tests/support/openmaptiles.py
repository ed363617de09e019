"""Writes small archives of vector tiles in the OpenMapTiles schema."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geodata.large.tippecanoe import TileCutter


def write_tiles(path: Path, layers: Mapping[str, Sequence[tuple[BaseGeometry, Mapping[str, Any]]]]) -> Path:
    """Write layers as tiles of zoom 14; the ending says whether as PMTiles or as MBTiles."""
    sources = {name: path.with_name(f"{name}.geojsonl") for name in layers}
    for name, features in layers.items():
        rows = (
            {"type": "Feature", "properties": properties, "geometry": mapping(shape)}
            for shape, properties in features
        )
        sources[name].write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    with TileCutter(sources, path, range(14, 15)) as cutter:
        cutter.wait()
    for source in sources.values():
        source.unlink()
    return path
