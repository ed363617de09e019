"""The layers of Twente Atlas: a catalog, its GeoJSON files, and what holds them to their claims."""

from geodata.catalog import DEFAULT_CATALOG, read_catalog
from geodata.check import check_atlas
from geodata.errors import AtlasError, CatalogError, Problem, UnknownLayerError
from geodata.feature import Feature
from geodata.languages import in_language
from geodata.loading import Atlas, LayerData, load_atlas
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
    "check_atlas",
    "in_language",
    "load_atlas",
    "read_catalog",
]
