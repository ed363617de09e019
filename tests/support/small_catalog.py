"""A catalog of two layers, small enough to break on purpose."""

from __future__ import annotations

import copy
import json
import tomllib
from pathlib import Path
from typing import Any

from geodata import Atlas, Layer, load_atlas

CATALOG = """
title = "Test Atlas"
tagline = "Two layers"
summary = "A catalog to break."
home_bbox = [6.0, 52.0, 7.0, 53.0]
located_in = ["areas"]

[overview]
heading = "Somewhere"
text = ["A place."]

[[overview.figures]]
label = "people"
feature = "towns.one"
field = "population"

[layers.areas]
title = "Areas"
kind = "Area"
description = "Squares."
geometry_types = ["Polygon"]
count = 1
license = { name = "CC0", url = "https://example.org/cc0" }
attribution = "Nobody"
vintage = "2026"
retrieved = 2026-01-01
method = "Drawn."
sources = [{ name = "Nobody" }]
style = { color = "#336699", fill_opacity = 0.2 }

[layers.towns]
title = "Towns"
kind = "Town"
description = "Points."
geometry_types = ["Point"]
count = 2
key_fields = ["population"]
license = { name = "CC0", url = "https://example.org/cc0" }
attribution = "Nobody"
vintage = "2026"
retrieved = 2026-01-01
method = "Drawn."
sources = [{ name = "Nobody" }]
style = { color = "#993333", radius = 8, fill_opacity = 1.0, label_minzoom = 1 }

[layers.towns.fields.population]
label = "Inhabitants"
type = "integer"
minimum = 0
required = true

[layers.towns.fields.area]
label = "Area"
type = "string"
refers_to = "areas"
"""

COMMON = {"description": "A thing.", "source": "Nobody"}

AREAS = {
    "type": "FeatureCollection",
    "bbox": [6.2, 52.2, 6.8, 52.8],
    "features": [
        {
            "type": "Feature",
            "id": "square",
            "properties": {"name": "Square", **COMMON},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[6.2, 52.2], [6.8, 52.2], [6.8, 52.8], [6.2, 52.8], [6.2, 52.2]]],
            },
        }
    ],
}

TOWNS = {
    "type": "FeatureCollection",
    "bbox": [6.4, 52.4, 6.9, 52.5],
    "features": [
        {
            "type": "Feature",
            "id": "one",
            "properties": {"name": "One", "population": 1000, "area": "square", **COMMON},
            "geometry": {"type": "Point", "coordinates": [6.4, 52.4]},
        },
        {
            "type": "Feature",
            "id": "two",
            "properties": {"name": "Two", "population": 2000, **COMMON},
            "geometry": {"type": "Point", "coordinates": [6.9, 52.5]},
        },
    ],
}

BASEMAP = """
[basemap]
folder = "basemap"
streets = "streets.pmtiles"
title = "Built-in"
attribution = "Nobody"
license = { name = "CC0", url = "https://example.org/cc0" }
vintage = "2026"
method = "Drawn."
"""
"""The table of a base map with street tiles, to be put into a catalog."""


class SmallCatalog:
    """A catalog of two layers in a folder of its own, to be changed and loaded."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "catalog.toml"
        self.toml = CATALOG
        self.layers: dict[str, Any] = {"areas": copy.deepcopy(AREAS), "towns": copy.deepcopy(TOWNS)}

    def write(self) -> Path:
        """Write catalog and layers; a layer given as text or bytes is written as it is."""
        (self.path.parent / "layers").mkdir(exist_ok=True)
        self.path.write_text(self.toml, encoding="utf-8")
        for layer_id, content in self.layers.items():
            data = json.dumps(content) if isinstance(content, dict) else content
            file = self.path.parent / "layers" / f"{layer_id}.geojson"
            file.write_bytes(data.encode() if isinstance(data, str) else data)
        return self.path

    def load(self) -> Atlas:
        """Write and load."""
        return load_atlas(self.write())

    def feature(self, layer_id: str, number: int = 0) -> dict[str, Any]:
        """Return a feature, to be changed in place."""
        feature: dict[str, Any] = self.layers[layer_id]["features"][number]
        return feature


def towns_layer() -> Layer:
    """Return the catalog's entry for the towns."""
    return Layer.model_validate({**tomllib.loads(CATALOG)["layers"]["towns"], "id": "towns"})
