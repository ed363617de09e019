"""One layer in memory: the bytes that are served, a record for each feature, and its GeoDataFrame."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from geodata.catalog.schema import Layer
from geodata.features.cleaning import Mended, mend, to_content, to_feature
from geodata.json_object import JsonObject

if TYPE_CHECKING:
    import geopandas as gpd


@dataclass(frozen=True)
class LayerData:
    """A layer with its data."""

    layer: Layer
    content: bytes
    """What is served, and what the map draws: the file as it is on disk, or what could be mended of it."""
    sha256: str
    """Of `content`, in hexadecimal."""
    properties: dict[str, JsonObject]
    """Of each usable feature, by its id, in the order of the file."""
    geometries: dict[str, BaseGeometry]
    """Of the same features, WGS 84 (lon/lat)."""

    @property
    def count(self) -> int:
        """Number of usable features."""
        return len(self.properties)

    @cached_property
    def gdf(self) -> gpd.GeoDataFrame:
        """The features as a frame of `properties` and `geometry`, indexed by feature id, EPSG:4326.

        Properties stay one object per feature: a column each would turn integers with gaps into floats.
        """
        import geopandas as gpd  # takes a second, and what the page shows needs no frame

        columns = {"properties": list(self.properties.values())}
        geometry = list(self.geometries.values())
        return gpd.GeoDataFrame(columns, geometry=geometry, index=list(self.properties), crs="EPSG:4326")


def to_layer_data(layer: Layer, content: bytes, features: list[JsonObject]) -> LayerData:
    """Return a layer with those of the GeoJSON features that can be shown.

    What can be mended without guessing is; `content` is then what came of it. `check_features` names it all.
    """
    return to_data(layer, content, mend(features))


def to_data(layer: Layer, content: bytes, mended: Mended) -> LayerData:
    """Return a layer with mended features; `content` is kept if it says the same."""
    same = None if mended.is_changed else content
    return make_layer(layer, mended.ids, mended.properties, mended.geometries, same)


def make_layer(
    layer: Layer,
    ids: list[str],
    properties: list[JsonObject],
    geometries: list[BaseGeometry],
    content: bytes | None = None,
) -> LayerData:
    """Return a layer of its features; `content` is made of them unless there is a file that says the same."""
    if content is None:
        content = to_content(layer.id, map(to_feature, ids, properties, geometries))
    return LayerData(
        layer,
        content,
        hashlib.sha256(content).hexdigest(),
        dict(zip(ids, properties, strict=True)),
        dict(zip(ids, geometries, strict=True)),
    )
