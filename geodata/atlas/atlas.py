"""The atlas in memory: a catalog with its layers, its languages and the problems found on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.catalog.schema import Catalog
from geodata.errors import Problem, UnknownLayerError
from geodata.features.feature import Feature
from geodata.features.feature_layer import FeatureLayer
from geodata.features.layer_data import LayerData
from geodata.i18n.po_file import Translation
from geodata.large.layer import LargeLayer

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True, eq=False)
class Atlas:
    """A catalog and its layers in one state of their files; compared by identity, so it can key a cache."""

    catalog: Catalog
    folder: Path
    layers: dict[str, FeatureLayer]
    """Layers that could be loaded, in the order of the catalog, by id."""
    problems: tuple[Problem, ...]
    translations: dict[str, Translation] = field(default_factory=dict)
    """Translations by language (BCP 47), without English."""
    language: str = "en"
    """Language of the texts in `catalog` and in the properties of features."""
    english: Atlas | None = None
    """The atlas in English that this one is translated from."""
    waiting: tuple[str, ...] = ()
    """Ids of large layers without a build."""
    base: Atlas | None = None
    """The atlas that all sessions share, if this is the one of a session with uploads."""

    @property
    def shared(self) -> Atlas:
        """The atlas that all sessions share; caches keep their values for it."""
        return self.base or self

    @property
    def in_memory(self) -> dict[str, LayerData]:
        """The layers whose features are in memory."""
        return {key: data for key, data in self.layers.items() if isinstance(data, LayerData)}

    @property
    def large(self) -> dict[str, LargeLayer]:
        """The layers that are too large for memory."""
        return {key: data for key, data in self.layers.items() if isinstance(data, LargeLayer)}

    def layer(self, layer_id: str) -> LayerData:
        """Return a layer in memory by its id; raises `UnknownLayerError`."""
        found = self.layers.get(layer_id)
        if not isinstance(found, LayerData):
            raise UnknownLayerError(layer_id, list(self.in_memory))
        return found

    def projected(self, layer_id: str) -> gpd.GeoDataFrame:
        """Return a layer in memory in EPSG:3035, with texts in English: all languages share it."""
        return (self.english or self).layer(layer_id).projected

    def feature(self, reference: str) -> Feature | None:
        """Return the feature at `<layer>.<feature id>`, or `None` if there is none."""
        layer_id, _, feature_id = reference.partition(".")
        return self.layers[layer_id].feature(feature_id) if layer_id in self.layers else None
