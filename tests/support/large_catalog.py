"""The small catalog with a large layer beside it, and the build of that layer."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geodata import Atlas, Layer, read_catalog
from tests.support.small_catalog import SmallCatalog

COUNT = 12_000
HOUSES = """
[layers.houses]
title = "Houses"
kind = "House"
description = "Made-up houses around the one town."
file = "houses.fgb"
geometry_types = ["Point"]
key_fields = ["year"]
license = { name = "CC0", url = "https://example.org/cc0" }
attribution = "Nobody"
vintage = "2026"
retrieved = 2026-01-01
method = "Drawn by lot, from seed 1."
sources = [{ name = "Nobody" }]
style = { color = "#7a5195", radius = 4, fill_opacity = 1.0, category_field = "use", categories = [
    { value = "home", label = "Homes" },
    { value = "shop", label = "Shops", color = "#e07b39" },
] }

[layers.houses.fields.year]
label = "Built in"
type = "year"

[layers.houses.fields.use]
label = "Use"
type = "choice"
choices = { home = "Home", shop = "Shop" }
"""


def houses() -> gpd.GeoDataFrame:
    """Return the made-up houses: feature n, counted from 1, is `House n`; every fourth is a shop."""
    lot = np.random.default_rng(1)
    lonlat = lot.normal([6.5, 52.45], 0.04, (COUNT, 2))
    numbers = np.arange(1, COUNT + 1)
    return gpd.GeoDataFrame(
        {
            "name": [f"House {number}" for number in numbers],
            "year": 1900 + numbers % 120,
            "use": np.where(numbers % 4 == 0, "shop", "home"),
        },
        geometry=shapely.points(lonlat),
        crs=4326,
    )


def write_large_catalog(folder: Path) -> Path:
    """Write the catalog and its files, nothing built yet; return the catalog's path."""
    small = SmallCatalog(folder)
    small.toml += HOUSES
    path = small.write()
    houses().to_file(folder / "houses.fgb", driver="FlatGeobuf", engine="pyogrio", SPATIAL_INDEX="NO")
    return path


def is_ready(atlas: Atlas) -> bool:
    """Tell whether the houses are built."""
    return "houses" in atlas.large


def layer_of(catalog: Path) -> tuple[Layer, Path]:
    """Return the catalog's entry for the houses, and the folder of its files."""
    read = read_catalog(catalog)
    return read.catalog.layers["houses"], read.folder


def left_in(cache: Path) -> list[str]:
    """Return the names in a folder of builds, without locks."""
    return sorted(path.name for path in cache.iterdir() if path.suffix != ".lock")
