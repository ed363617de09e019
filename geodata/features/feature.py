"""One feature, wherever its layer keeps it."""

from dataclasses import dataclass
from typing import Any

from geodata.catalog.schema import Layer
from geodata.json_object import JsonObject


@dataclass(frozen=True)
class Feature:
    """One feature, with the layer that it belongs to."""

    layer: Layer
    id: str
    properties: JsonObject
    geometry: Any
    """Shapely geometry, WGS 84 (lon/lat)."""

    @property
    def reference(self) -> str:
        """Address of the feature: `<layer>.<feature id>`."""
        return f"{self.layer.id}.{self.id}"


def name_of(layer: Layer, number: int, name: object) -> str:
    """Return the name of a feature, or its kind and number if it has none."""
    return str(name) if name not in (None, "") else f"{layer.kind} {number}"
