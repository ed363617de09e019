"""Gives pygeoapi the features of a layer: a provider over one state of the atlas."""

import json
import math
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pyproj
import shapely
from pygeoapi.provider.base import BaseProvider, ProviderInvalidQueryError, ProviderItemNotFoundError
from pygeofilter import ast

from dashboard.ogc.configuration import CRS84
from dashboard.ogc.cql2_filter import GEOMETRY, Filter, FilterError, matches
from dashboard.ogc.cql2_parser import parse_filter
from dashboard.ogc.fields import fields_of
from geodata import Atlas, Feature, LayerData
from geodata.features.feature_layer import Bbox, FeatureLayer, PageQuery
from geodata.json_object import JsonObject


@dataclass(frozen=True)
class Asked:
    """The question that is being answered, beside what pygeoapi reads of it."""

    atlas: Atlas
    """In the language of the answer."""
    filter: Mapping[str, str]
    """The parameters `filter`, `filter-lang` and `filter-crs`; pygeoapi reads another language in them."""


ASKED: ContextVar[Asked] = ContextVar("asked")


class CrsTransform(Protocol):
    """pygeoapi's request for other coordinates."""

    source_crs_wkt: str
    target_crs_wkt: str


class LayerProvider(BaseProvider):  # type: ignore[misc]
    """The features of the layer whose id is `data` in the configuration."""

    def __init__(self, definition: Mapping[str, object]) -> None:
        super().__init__(definition)
        self.layer: FeatureLayer = ASKED.get().atlas.layers[self.data]
        self._fields = self.get_fields()

    def get_fields(self) -> dict[str, JsonObject]:
        """Return the properties of the features in the words of JSON Schema."""
        return fields_of(self.layer)

    def query(
        self,
        offset: int = 0,
        limit: int = 10,
        resulttype: str = "results",
        bbox: Sequence[float] = (),
        properties: Sequence[tuple[str, str]] = (),
        sortby: Sequence[Mapping[str, str]] = (),
        select_properties: Sequence[str] = (),
        skip_geometry: bool = False,
        crs_transform_spec: CrsTransform | None = None,
        **_: object,
    ) -> JsonObject:
        """Return a page of the features that pass, each as a text in GeoJSON; see pygeoapi's `BaseProvider`.

        Raises `ProviderInvalidQueryError` if the layer can't answer such a question.
        """
        data, count = self.layer, 0 if resulttype == "hits" else limit
        values = {name: _to_value(text, data.property_types[name]) for name, text in properties}
        try:
            box = _to_bbox(bbox)
            if isinstance(data, LayerData):
                condition = parse_filter(ASKED.get().filter, CRS84, self.get_fields())
                features, total = _page_in_memory(data, offset, count, condition, box, values, sortby)
            else:
                features, total = _page_of_large(data, offset, count, box, values, sortby)
        except FilterError as error:
            raise ProviderInvalidQueryError(str(error), user_msg=str(error)) from None
        return {
            "type": "FeatureCollection",
            "features": to_geojson(features, select_properties, skip_geometry, crs_transform_spec),
            "numberMatched": total,
            "numberReturned": len(features),
        }

    def get(self, identifier: str, crs_transform_spec: CrsTransform | None = None, **_: object) -> JsonObject:
        """Return one feature; raises `ProviderItemNotFoundError`."""
        found = self.layer.feature(identifier)
        if found is None:
            message = f"`{self.data}` has no feature `{identifier[:60]}`."
            raise ProviderItemNotFoundError(message, user_msg=message)
        [text] = to_geojson([found], (), False, crs_transform_spec)
        feature: JsonObject = json.loads(text)
        return feature


def _page_in_memory(
    data: LayerData,
    offset: int,
    limit: int,
    condition: Filter | None,
    box: Bbox | None,
    values: Mapping[str, object],
    sortby: Sequence[Mapping[str, str]],
) -> tuple[list[Feature], int]:
    """Return a page of a layer in memory, and the number of features that pass."""
    conditions = [] if condition is None else [condition]
    for name, value in values.items():
        conditions.append(False if value is None else ast.Equal(ast.Attribute(name), value))
    if box is not None:
        conditions.append(ast.GeometryIntersects(ast.Attribute(GEOMETRY), _to_shape(box)))
    found = data.gdf
    for one in conditions:
        found = found[matches(one, found)]
    for sort in reversed(sortby):
        name = sort["property"]
        found = found.astype({name: "string"}) if found[name].dtype == "object" else found
        found = found.sort_values(name, ascending=sort["order"] != "-", kind="stable")
    return data.features(found.index[offset : offset + limit]), len(found)


def _page_of_large(
    data: FeatureLayer,
    offset: int,
    limit: int,
    box: Bbox | None,
    values: Mapping[str, object],
    sortby: Sequence[Mapping[str, str]],
) -> tuple[list[Feature], int]:
    """Return a page of a large layer, and the number of features that pass."""
    if ASKED.get().filter:
        raise FilterError(
            f"`{data.layer.id}` is a large layer: use `bbox` and properties instead of `filter`."
        )
    if len(sortby) > 1:
        raise FilterError("A large layer is sorted by one property only.")
    if box is not None and box[0] > box[2]:
        raise FilterError("A `bbox` across the antimeridian is not supported for a large layer. Ask twice.")
    for name in values:
        if data.property_types[name] == "json":
            raise FilterError(f"Features of `{data.layer.id}` can't be filtered by `{name}`.")
    [sort] = sortby or [{}]
    page = data.page(
        PageQuery(
            offset=min(offset, data.count),
            limit=limit,
            sort=sort.get("property"),
            descending=sort.get("order") == "-",
            among={name: [value] for name, value in values.items()},
            bbox=box,
        )
    )
    return page.features, page.total


def to_geojson(
    features: Sequence[Feature],
    names: Sequence[str],
    skip_geometry: bool,
    transform: CrsTransform | None,
) -> list[str]:
    """Return features as GeoJSON texts, with these of their properties, or all, in the CRS asked for."""
    geometries = np.array([None if skip_geometry else feature.geometry for feature in features], dtype=object)
    if transform is not None:
        to_crs = pyproj.Transformer.from_crs(
            pyproj.CRS.from_wkt(transform.source_crs_wkt), pyproj.CRS.from_wkt(transform.target_crs_wkt)
        )
        geometries = shapely.transform(
            geometries, lambda x, y: np.array(to_crs.transform(x, y)), interleaved=False
        )
    return [
        _to_feature(feature, names, geometry)
        for feature, geometry in zip(features, shapely.to_geojson(geometries), strict=True)
    ]


def _to_feature(feature: Feature, names: Sequence[str], geometry: str | None) -> str:
    properties = {name: value for name, value in feature.properties.items() if not names or name in names}
    members = {"type": "Feature", "id": feature.id, "properties": properties}
    text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    return f'{text[:-1]},"geometry":{geometry or "null"}}}'


def _to_value(text: str, kind: str) -> object:
    """Return a value of an address as a property of this type has it; `None` if none can have it."""
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    if kind in ("integer", "year", "number", "numbers"):
        try:
            return float(text)
        except ValueError:
            return None
    return text


def _to_bbox(bbox: Sequence[float]) -> Bbox | None:
    """Return west, south, east, north of a box, which may have heights too."""
    if not bbox:
        return None
    if not all(map(math.isfinite, bbox)):
        raise FilterError("`bbox` has a value that is not a finite number.")
    half = len(bbox) // 2
    west, south, east, north = (*bbox[:2], *bbox[half : half + 2])
    return west, south, east, north


def _to_shape(box: Bbox) -> shapely.Geometry:
    """Return the shape of a box; one whose west is east of its east crosses the antimeridian."""
    west, south, east, north = box
    if west <= east:
        return shapely.box(west, south, east, north)
    return shapely.union(shapely.box(west, south, 180, north), shapely.box(-180, south, east, north))
