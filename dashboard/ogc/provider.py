"""The features of a layer as pygeoapi asks for them: small ones from memory, large ones from their build."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyproj
import shapely
from pygeoapi.provider.base import BaseProvider, ProviderInvalidQueryError, ProviderItemNotFoundError
from shapely.geometry import mapping

from dashboard.ogc.configuration import LayerReference
from dashboard.ogc.cql2_filter import ASKED, passes
from geodata import Feature, LayerData
from geodata.catalog.schema import Layer
from geodata.features.feature_layer import FeatureLayer, PageQuery
from geodata.json_object import JsonObject
from geodata.large.layer import LargeLayer

Json = JsonObject

TYPES = {
    "integer": "integer",
    "year": "integer",
    "number": "number",
    "boolean": "boolean",
    "list": "array",
    "numbers": "array",
    "services": "array",
    "json": "array",
}
"""Type of a field in the catalog, or of a column of a build → that of JSON Schema; text for the others."""


class LayerProvider(BaseProvider):  # type: ignore[misc]
    """A provider of pygeoapi over one layer of one state of the atlas."""

    data: LayerReference

    def __init__(self, definition: Mapping[str, Any]) -> None:
        super().__init__(definition)
        self._fields = self.get_fields()

    def get_fields(self) -> dict[str, Json]:
        """Return the properties that there are, with their types and, where declared, labels and units."""
        return self.data.fields

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
        crs_transform_spec: Any = None,
        **_: object,
    ) -> Json:
        """Return a page of the features that pass; see pygeoapi's `BaseProvider`.

        Raises
        ------
        ProviderInvalidQueryError
            If the layer can't answer a question of this kind.
        """
        data = self.data.layer
        ask = _page_of_large if isinstance(data, LargeLayer) else _page_of_small
        count = 0 if resulttype == "hits" else limit
        features, total = ask(data, offset, count, _to_box(bbox), properties, sortby)  # type: ignore[arg-type]
        names = set(select_properties)
        is_plain = not (isinstance(data, LargeLayer) or names or skip_geometry or crs_transform_spec)
        return {
            "type": "FeatureCollection",
            # Plain ones are there as JSON already: only which they are is said.
            "features": [feature.id for feature in features]
            if is_plain
            else _to_geojson(features, names, skip_geometry, crs_transform_spec),
            "numberMatched": total,
            "numberReturned": len(features),
        }

    def get(self, identifier: str, crs_transform_spec: Any = None, **_: object) -> Json:
        """Return one feature; raises `ProviderItemNotFoundError`."""
        data = self.data.layer
        found = data.feature(identifier)
        if found is None:
            message = f"`{data.layer.id}` has no feature `{identifier[:60]}`."
            raise ProviderItemNotFoundError(message, user_msg=message)
        return _to_geojson([found], set(), False, crs_transform_spec)[0]


def fields_of(data: FeatureLayer) -> dict[str, Json]:
    """Return the properties of a layer as JSON Schema has them."""
    return {name: _field(data.layer, name, kind) for name, kind in data.property_types.items()}


def invalid(message: str) -> ProviderInvalidQueryError:
    """Return the error for a question that can't be answered."""
    return ProviderInvalidQueryError(message, user_msg=message)


def _field(layer: Layer, name: str, kind: str) -> Json:
    declared = layer.fields.get(name)
    field: Json = {"type": TYPES.get(declared.type if declared else kind, "string")}
    if declared is None:
        return field
    field["title"] = declared.label
    if declared.type == "date":
        field["format"] = "date"
    if declared.unit:
        field["x-ogc-unit"] = declared.unit
    if declared.choices:
        field["values"] = list(declared.choices)
    return field


def _page_of_small(
    data: LayerData,
    offset: int,
    limit: int,
    box: tuple[float, float, float, float] | None,
    properties: Sequence[tuple[str, str]],
    sortby: Sequence[Mapping[str, str]],
) -> tuple[list[Feature], int]:
    ids = [
        feature_id
        for feature_id, row in data.properties.items()
        if all(_matches(row.get(name), text) for name, text in properties)
    ]
    asked = ASKED.get()
    if asked is not None:
        ids = [key for key in ids if passes(asked, data.properties[key], data.geometries[key])]
    if box is not None:
        view = _boxes(box)
        ids = [feature_id for feature_id in ids if data.geometries[feature_id].intersects(view)]
    for sort in reversed(sortby):
        name, is_descending = sort["property"], sort["order"] == "-"
        known = [key for key in ids if data.properties[key].get(name) is not None]
        others = [key for key in ids if data.properties[key].get(name) is None]
        known.sort(key=lambda key, name=name: _rank(data.properties[key][name]), reverse=is_descending)  # type: ignore[misc]
        ids = known + others
    return [_feature(data, feature_id) for feature_id in ids[offset : offset + limit]], len(ids)


def _page_of_large(
    large: LargeLayer,
    offset: int,
    limit: int,
    box: tuple[float, float, float, float] | None,
    properties: Sequence[tuple[str, str]],
    sortby: Sequence[Mapping[str, str]],
) -> tuple[list[Feature], int]:
    if len(sortby) > 1:
        raise invalid("Features of a large layer are sorted by one property only.")
    if box is not None and box[0] > box[2]:
        raise invalid("A `bbox` across the antimeridian is not supported for a large layer. Ask twice.")
    types = large.property_types
    among: dict[str, list[Any]] = {}
    for name, text in properties:
        if types.get(name) in (None, "json"):
            raise invalid(f"Features of `{large.layer.id}` can't be filtered by `{name}`.")
        among[name] = [_to_value(text, types[name])]
    [sort] = sortby or [{}]
    page = large.page(
        PageQuery(
            offset=min(offset, large.count),
            limit=limit,
            sort=sort.get("property"),
            descending=sort["order"] == "-" if sort else None,
            among=among,
            bbox=box,
        )
    )
    return page.features, page.total


def _feature(data: LayerData, feature_id: str) -> Feature:
    return Feature(data.layer, feature_id, data.properties[feature_id], data.geometries[feature_id])


def _to_geojson(
    features: Sequence[Feature], names: set[str], skip_geometry: bool, transform: Any
) -> list[Json]:
    """Return features as GeoJSON, with these of their properties, or all, in the CRS that was asked for."""
    geometries = np.array([feature.geometry for feature in features], dtype=object)
    if transform is not None and not skip_geometry:
        to_crs = pyproj.Transformer.from_crs(
            pyproj.CRS.from_wkt(transform.source_crs_wkt), pyproj.CRS.from_wkt(transform.target_crs_wkt)
        )
        geometries = shapely.transform(
            geometries, lambda x, y: np.array(to_crs.transform(x, y)), interleaved=False
        )
    return [
        {
            "type": "Feature",
            "id": feature.id,
            "properties": {
                name: value for name, value in feature.properties.items() if not names or name in names
            },
            "geometry": None if skip_geometry else mapping(geometry),
        }
        for feature, geometry in zip(features, geometries, strict=True)
    ]


def _matches(value: Any, text: str) -> bool:
    """Tell whether a property has a value as an address writes it; a list, whether it holds it."""
    if isinstance(value, list):
        return any(_matches(item, text) for item in value)
    if isinstance(value, bool):
        return text.lower() == str(value).lower()
    if isinstance(value, int | float):
        return bool(_to_value(text, "number") == value)
    return value is not None and str(value) == text


def _to_value(text: str, kind: str) -> Any:
    """Return a value of an address as a column of this type has it; what is none stays a text."""
    if kind == "boolean":
        return {"true": 1, "false": 0}.get(text.lower(), text)
    if kind in ("integer", "number"):
        try:
            return float(text)
        except ValueError:
            return text
    return text


def _rank(value: Any) -> tuple[int, float, str]:
    """Return what features are sorted by: numbers by size, then texts by the alphabet."""
    return (0, float(value), "") if isinstance(value, int | float) else (1, 0.0, str(value))


def _to_box(bbox: Sequence[float]) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of a box, which may have heights too."""
    if not bbox:
        return None
    if not all(map(math.isfinite, bbox)):
        raise invalid("`bbox` has a number that is none.")
    half = len(bbox) // 2
    west, south, east, north = (*bbox[:2], *bbox[half : half + 2])
    return west, south, east, north


def _boxes(box: tuple[float, float, float, float]) -> Any:
    """Return the shape of a box; one that begins east of where it ends goes across the antimeridian."""
    west, south, east, north = box
    if west <= east:
        return shapely.box(west, south, east, north)
    return shapely.union(shapely.box(west, south, 180, north), shapely.box(-180, south, east, north))
