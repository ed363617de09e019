"""The corpus of odd and hostile files, what is expected of each, and what other readers say of them."""

from __future__ import annotations

import io
import json
import tomllib
import warnings
from pathlib import Path
from typing import Any

import geopandas as gpd
from geojson_pydantic import FeatureCollection
from geojson_pydantic.geometries import parse_geometry_obj
from pydantic import ValidationError

from geodata.reading.gdal import pyogrio
from tests.support.small_catalog import SmallCatalog

HERE = Path(__file__).parents[1] / "data"
DOCUMENT: dict[str, Any] = tomllib.loads((HERE / "expected.toml").read_text(encoding="utf-8"))
EXPECTED: dict[str, dict[str, Any]] = DOCUMENT["files"]
"""Path of a file → its outcome, as the file says."""

ENTRY = """
[layers.{id}]
title = "Odd"
kind = "Thing"
description = "A file of the corpus."
file = {file}
geometry_types = ["Point", "LineString", "Polygon", "MultiPoint", "GeometryCollection"]
license = {{ name = "CC0", url = "https://example.org/cc0" }}
attribution = "Nobody"
vintage = "2026"
retrieved = 2026-01-01
method = "Drawn."
sources = [{{ name = "Nobody" }}]
style = {{ color = "#336699" }}
"""


def paths() -> list[Path]:
    """Return the files of the corpus."""
    return sorted(path for folder in ("odd", "hostile") for path in (HERE / folder).iterdir())


def key_of(path: Path) -> str:
    """Return the key of a file in `EXPECTED`."""
    return f"{path.parent.name}/{path.name}"


def layer_ids() -> dict[str, str]:
    """Return the id of the layer for each file, in a catalog of them all."""
    return {key_of(path): f"odd_{number}" for number, path in enumerate(paths())}


def write_catalog(folder: Path) -> Path:
    """Write a catalog that names every file of the corpus beside two plain layers."""
    small = SmallCatalog(folder)
    for key, layer_id in layer_ids().items():
        small.toml += ENTRY.format(id=layer_id, file=json.dumps(str(HERE / key)))
    return small.write()


def count_by_gdal(path: Path) -> int:
    """Return how many features with a shape GeoPandas reads; none where it gives up."""
    content = path.read_bytes()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if path.suffix == ".parquet":
                frames = [gpd.read_parquet(io.BytesIO(content))]
            else:
                tables = [(n, kind) for n, (_, kind) in enumerate(pyogrio.list_layers(content))]
                frames = [pyogrio.read_dataframe(content, layer=n) for n, kind in tables if kind is not None]
    except Exception:
        return 0
    shapes = [shape for frame in frames for shape in frame.geometry]
    return sum(shape is not None and not shape.is_empty for shape in shapes)


def is_valid_by_pydantic(path: Path) -> bool:
    """Tell whether a file is GeoJSON as the models of geojson-pydantic have it."""
    try:
        document = json.loads(path.read_bytes())
        if document.get("type") == "FeatureCollection":
            FeatureCollection.model_validate(document)
        elif document.get("type") == "Feature":
            FeatureCollection.model_validate({"type": "FeatureCollection", "features": [document]})
        else:
            parse_geometry_obj(document)
    except (ValidationError, ValueError, AttributeError, TypeError, KeyError, RecursionError):
        return False
    return True
