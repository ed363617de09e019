"""Reads, checks, measures and exports the layers of an atlas, which a catalog describes.

Each name is imported when it is first used, because the libraries behind it take a second to load.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geodata.atlas.atlas import Atlas
    from geodata.atlas.languages import in_language
    from geodata.atlas.loading import load_atlas, load_layer
    from geodata.catalog.page_schema import Chapter, Chart
    from geodata.catalog.reading import read_catalog
    from geodata.catalog.schema import Catalog, Layer
    from geodata.catalog.toml_file import DEFAULT_CATALOG
    from geodata.check.all_rules import check_atlas
    from geodata.errors import AtlasError, CatalogError, Problem, UnknownLayerError
    from geodata.features.feature import Feature
    from geodata.features.layer_data import LayerData
    from geodata.large.build import build_layer
    from geodata.network.border import border_lens
    from geodata.network.reach import reach_from
    from geodata.network.scenarios import compare, load_network
    from geodata.network.shortest_paths import all_minutes, ways_from
    from geodata.uploads.admit import admit
    from geodata.uploads.prepare_large import prepare_large

MODULES = {
    "read_catalog": "geodata.catalog.reading",
    "DEFAULT_CATALOG": "geodata.catalog.toml_file",
    "check_atlas": "geodata.check.all_rules",
    "AtlasError": "geodata.errors",
    "CatalogError": "geodata.errors",
    "Problem": "geodata.errors",
    "UnknownLayerError": "geodata.errors",
    "Feature": "geodata.features.feature",
    "in_language": "geodata.atlas.languages",
    "Atlas": "geodata.atlas.atlas",
    "LayerData": "geodata.features.layer_data",
    "load_atlas": "geodata.atlas.loading",
    "load_layer": "geodata.atlas.loading",
    "build_layer": "geodata.large.build",
    "admit": "geodata.uploads.admit",
    "prepare_large": "geodata.uploads.prepare_large",
    "border_lens": "geodata.network.border",
    "reach_from": "geodata.network.reach",
    "compare": "geodata.network.scenarios",
    "load_network": "geodata.network.scenarios",
    "all_minutes": "geodata.network.shortest_paths",
    "ways_from": "geodata.network.shortest_paths",
    "Catalog": "geodata.catalog.schema",
    "Chapter": "geodata.catalog.page_schema",
    "Chart": "geodata.catalog.page_schema",
    "Layer": "geodata.catalog.schema",
}
"""Public name → the module that has it."""

__all__ = [
    "DEFAULT_CATALOG",
    "Atlas",
    "AtlasError",
    "Catalog",
    "CatalogError",
    "Chapter",
    "Chart",
    "Feature",
    "Layer",
    "LayerData",
    "Problem",
    "UnknownLayerError",
    "admit",
    "all_minutes",
    "border_lens",
    "build_layer",
    "check_atlas",
    "compare",
    "in_language",
    "load_atlas",
    "load_layer",
    "load_network",
    "prepare_large",
    "reach_from",
    "read_catalog",
    "ways_from",
]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(MODULES[name]), name)
    return value
