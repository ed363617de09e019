"""One layer in memory: the bytes that are served, a record for each feature, and its GeoDataFrame."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from shapely.geometry.base import BaseGeometry

from geodata.catalog.schema import Layer
from geodata.features.cleaning import Mended, mend, to_content, to_feature
from geodata.features.feature import Feature
from geodata.json_object import JsonObject

if TYPE_CHECKING:
    import geopandas as gpd

MEASURING_CRS = "EPSG:3035"
"""ETRS89-extended / LAEA Europe: equal-area, and lengths are within 0.1 % in the Netherlands and Germany."""


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
        """The features in EPSG:4326, indexed by feature id: a column for each field, typed by the catalog.

        `integer` and `year` are `Int64`, `number` is `Float64`, `boolean` is `boolean`, `date` is
        `datetime64[s]`, texts are `string`; lists and what the catalog does not declare are objects.
        """
        from geodata.features.frame import build_frame  # loads pandas, which takes a second

        return build_frame(self.layer, self.properties, self.geometries.values())

    @cached_property
    def projected(self) -> gpd.GeoDataFrame:
        """The same in EPSG:3035, in meters; its spatial index is `projected.sindex`."""
        return self.gdf.to_crs(MEASURING_CRS)

    def feature(self, feature_id: str) -> Feature | None:
        """Return the feature with this id, or `None`."""
        if feature_id not in self.properties:
            return None
        return Feature(self.layer, feature_id, self.properties[feature_id], self.geometries[feature_id])


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
