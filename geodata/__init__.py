"""Reads, checks, measures and exports the layers of an atlas, which a catalog describes.

Each name is imported when it is first used, because the libraries behind it take a second to load.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geodata.atlas.atlas import Atlas as Atlas
    from geodata.atlas.languages import in_language as in_language
    from geodata.atlas.loading import load_atlas as load_atlas, load_layer as load_layer
    from geodata.catalog.chart_schema import Chart as Chart
    from geodata.catalog.page_schema import Chapter as Chapter
    from geodata.catalog.reading import read_catalog as read_catalog
    from geodata.catalog.schema import Catalog as Catalog, Layer as Layer
    from geodata.catalog.toml_file import DEFAULT_CATALOG as DEFAULT_CATALOG
    from geodata.check.all_rules import check_atlas as check_atlas, find_warnings as find_warnings
    from geodata.errors import (
        AtlasError as AtlasError,
        CatalogError as CatalogError,
        Problem as Problem,
        UnknownLayerError as UnknownLayerError,
    )
    from geodata.features.feature import Feature as Feature
    from geodata.features.layer_data import LayerData as LayerData
    from geodata.large.build import build_layer as build_layer
    from geodata.network.border import border_lens as border_lens
    from geodata.network.reach import reach_from as reach_from
    from geodata.network.scenarios import compare as compare, load_network as load_network
    from geodata.network.shortest_paths import all_minutes as all_minutes, ways_from as ways_from
    from geodata.uploads.admit import admit as admit
    from geodata.uploads.prepare_large import prepare_large as prepare_large

MODULES = {
    name: module
    for module, names in {
        "geodata.atlas.atlas": ["Atlas"],
        "geodata.atlas.languages": ["in_language"],
        "geodata.atlas.loading": ["load_atlas", "load_layer"],
        "geodata.catalog.chart_schema": ["Chart"],
        "geodata.catalog.page_schema": ["Chapter"],
        "geodata.catalog.reading": ["read_catalog"],
        "geodata.catalog.schema": ["Catalog", "Layer"],
        "geodata.catalog.toml_file": ["DEFAULT_CATALOG"],
        "geodata.check.all_rules": ["check_atlas", "find_warnings"],
        "geodata.errors": ["AtlasError", "CatalogError", "Problem", "UnknownLayerError"],
        "geodata.features.feature": ["Feature"],
        "geodata.features.layer_data": ["LayerData"],
        "geodata.large.build": ["build_layer"],
        "geodata.network.border": ["border_lens"],
        "geodata.network.reach": ["reach_from"],
        "geodata.network.scenarios": ["compare", "load_network"],
        "geodata.network.shortest_paths": ["all_minutes", "ways_from"],
        "geodata.uploads.admit": ["admit"],
        "geodata.uploads.prepare_large": ["prepare_large"],
    }.items()
    for name in names
}
"""Public name → the module that has it."""

__all__ = [*MODULES]


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(MODULES[name]), name)
    return value
