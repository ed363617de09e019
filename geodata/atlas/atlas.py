"""The atlas in memory: a catalog with its layers, its languages and the problems found on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
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


class Waiting(Enum):
    """What there is of a large layer that is to be built."""

    WAITING = "waiting"


WAITING = Waiting.WAITING


@dataclass(frozen=True, eq=False)
class Atlas:
    """A catalog and its layers; as a key of a cache, an atlas is one state of its files."""

    catalog: Catalog
    folder: Path
    layers: dict[str, FeatureLayer]
    """In the order of the catalog; layers that could not be loaded or are to be built are not in it."""
    problems: tuple[Problem, ...]
    translations: dict[str, Translation] = field(default_factory=dict)
    """Languages beside English, by their tag (BCP 47)."""
    language: str = "en"
    """Language of the texts in `catalog` and in the features' properties."""
    english: Atlas | None = None
    """The atlas that this one is a translation of."""
    waiting: tuple[str, ...] = ()
    """Ids of large layers that are to be built."""

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
