"""One layer in memory: the bytes that are served, a record for each feature, and its GeoDataFrame."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.catalog.schema import Layer
from geodata.features.cleaning import to_content, to_feature
from geodata.features.feature import Feature
from geodata.features.feature_layer import (
    COMMON_TYPES,
    NOT_COLUMNS,
    Bbox,
    FeatureLayer,
    FeaturePage,
    PageQuery,
)
from geodata.features.folding import fold
from geodata.json_object import JsonObject

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import pyarrow as pa
    from geopandas.array import GeometryArray

MEASURING_CRS = "EPSG:3035"
"""ETRS89-extended / LAEA Europe: equal-area, and lengths are within 0.1 % in the Netherlands and Germany."""


@dataclass(frozen=True, eq=False)
class LayerData(FeatureLayer):
    """A layer in memory."""

    content: bytes
    """GeoJSON that is served and drawn by the map: the file itself, or its features if some were repaired."""
    properties: dict[str, JsonObject]
    """Properties of each feature by its id, in the order of the file."""
    geometries: dict[str, BaseGeometry]
    """Geometry of each feature by its id, in WGS 84 (lon/lat)."""

    is_large: ClassVar[bool] = False

    @property
    def count(self) -> int:
        """See `FeatureLayer`."""
        return len(self.properties)

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of `content`, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def bounds(self) -> Bbox | None:
        """See `FeatureLayer`."""
        if not self.geometries:
            return None
        west, south, east, north = shapely.total_bounds(list(self.geometries.values())).tolist()
        return west, south, east, north

    @property
    def geometry_types(self) -> list[str]:
        """See `FeatureLayer`."""
        return sorted({geometry.geom_type for geometry in self.geometries.values()})

    @property
    def property_types(self) -> dict[str, str]:
        """See `FeatureLayer`."""
        names = dict.fromkeys(name for row in self.properties.values() for name in row)
        fields = self.layer.fields
        types = {name: fields[name].type if name in fields else COMMON_TYPES.get(name) for name in names}
        return {name: kind or "string" for name, kind in types.items() if name not in NOT_COLUMNS}

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

    @cached_property
    def shapes(self) -> GeometryArray:
        """The geometries of `projected` with its spatial index: an array answers faster than a frame."""
        return self.projected.geometry.array

    def feature(self, feature_id: str) -> Feature | None:
        """See `FeatureLayer`."""
        if feature_id not in self.properties:
            return None
        return Feature(self.layer, feature_id, self.properties[feature_id], self.geometries[feature_id])

    def features(self, feature_ids: Iterable[str]) -> list[Feature]:
        """Return the features with these ids; raises `KeyError` for an unknown id."""
        return [Feature(self.layer, key, self.properties[key], self.geometries[key]) for key in feature_ids]

    def page(self, query: PageQuery) -> FeaturePage:
        """See `FeatureLayer`; features with equal values are sorted by name."""
        from geodata.features.frame_query import arrange, select

        found = arrange(select(self.gdf, self._texts, query), query)
        shown = found.index[query.offset : query.offset + query.limit]
        return FeaturePage(self.features(shown), len(found))

    def search(self, text: str, limit: int = 8) -> list[Feature]:
        """See `FeatureLayer`; it looks for names."""
        query = fold(text)
        names = {key: fold(str(row.get("name", key))) for key, row in self.properties.items()}
        hits = [(name, key) for key, name in names.items() if query and query in name]
        found = sorted((not name.startswith(query), name, key) for name, key in hits)
        return self.features(key for *_, key in found[:limit])

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See `FeatureLayer`."""
        from geodata.features.frame import to_batches

        return to_batches(self.gdf)

    @cached_property
    def _texts(self) -> pd.Series:
        from geodata.features.frame_query import texts_of

        return texts_of(self.layer, self.properties)


def make_layer(
    layer: Layer,
    ids: list[str],
    properties: list[JsonObject],
    geometries: list[BaseGeometry],
    content: bytes | None = None,
) -> LayerData:
    """Return a layer with these features; `content`, their GeoJSON, is made of them unless given."""
    if content is None:
        content = to_content(layer.id, map(to_feature, ids, properties, geometries))
    records = dict(zip(ids, properties, strict=True))
    return LayerData(layer, content, records, dict(zip(ids, geometries, strict=True)))
