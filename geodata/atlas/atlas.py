"""The atlas in memory: a catalog with its layers, its languages and the problems found on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from geodata.catalog.schema import Catalog
from geodata.errors import Problem, UnknownLayerError
from geodata.features.feature import Feature
from geodata.features.layer_data import LayerData
from geodata.i18n.po_file import Translation
from geodata.large.layer import LargeLayer


class Waiting(Enum):
    """What there is of a large layer that is to be built."""

    WAITING = "waiting"


WAITING = Waiting.WAITING


@dataclass(frozen=True, eq=False)
class Atlas:
    """A catalog and its layers; as a key of a cache, an atlas is one state of its files."""

    catalog: Catalog
    folder: Path
    layers: dict[str, LayerData]
    """In the order of the catalog; layers that could not be loaded are not in it."""
    problems: tuple[Problem, ...]
    translations: dict[str, Translation] = field(default_factory=dict)
    """Languages beside English, by their tag (BCP 47)."""
    language: str = "en"
    """Language of the texts in `catalog` and in the features' properties."""
    english: Atlas | None = None
    """The atlas that this one is a translation of."""
    large: dict[str, LargeLayer] = field(default_factory=dict)
    """Layers too large for memory whose build is ready; none of them is in `layers`."""
    waiting: tuple[str, ...] = ()
    """Ids of large layers that are to be built."""

    def layer(self, layer_id: str) -> LayerData:
        """Return a layer by its id; raises `UnknownLayerError`."""
        try:
            return self.layers[layer_id]
        except KeyError:
            raise UnknownLayerError(layer_id, list(self.layers)) from None

    def feature(self, reference: str) -> Feature | None:
        """Return the feature at `<layer>.<feature id>`, or `None` where there is none."""
        layer_id, _, feature_id = reference.partition(".")
        if layer_id in self.large:
            return self.large[layer_id].feature(feature_id)
        data = self.layers.get(layer_id)
        return data.feature(feature_id) if data else None
