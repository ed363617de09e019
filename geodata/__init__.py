"""The layers of Twente Atlas: a catalog, its GeoJSON files, and what holds them to their claims."""

from geodata.catalog import DEFAULT_CATALOG, read_catalog
from geodata.check import check_atlas
from geodata.errors import AtlasError, CatalogError, Problem, UnknownLayerError
from geodata.feature import Feature
from geodata.languages import in_language
from geodata.loading import Atlas, LayerData, load_atlas
from geodata.network.lens import border_lens
from geodata.network.reach import reach_from
from geodata.network.scenarios import compare, load_network
from geodata.network.ways import all_minutes, ways_from
from geodata.schema import Catalog, Chapter, Chart, Layer

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
    "all_minutes",
    "border_lens",
    "check_atlas",
    "compare",
    "in_language",
    "load_atlas",
    "load_network",
    "reach_from",
    "read_catalog",
    "ways_from",
]
