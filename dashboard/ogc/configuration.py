"""What pygeoapi is told of an atlas: made of the catalog, so that there is no second list of layers."""

from __future__ import annotations

from functools import cached_property

import pyproj
import shapely

from geodata import Atlas
from geodata.features.feature_layer import FeatureLayer
from geodata.json_object import JsonObject

Configuration = JsonObject

PROVIDER = "dashboard.ogc.provider.LayerProvider"

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
"""WGS 84 as lon/lat: how the layers are kept."""

EPSG_CODES = (4326, 3857, 3035, 25832, 28992)
"""Beside it, where their area meets that of the atlas: WGS 84 as lat/lon, web maps, Europe, UTM, Dutch RD."""

DEFAULT_ITEMS = 1_000
MAX_ITEMS = 10_000
"""Features on one page: unless said otherwise, and at most."""


class LayerReference:
    """A layer of one state of the atlas; a copy of a configuration that has it refers to the same."""

    def __init__(self, atlas: Atlas, layer_id: str) -> None:
        self.atlas = atlas
        self.layer_id = layer_id

    def __deepcopy__(self, memo: object) -> LayerReference:
        """Return itself: pygeoapi copies configurations whole."""
        return self

    @cached_property
    def fields(self) -> dict[str, JsonObject]:
        """The properties of its features as JSON Schema has them."""
        from dashboard.ogc.provider import fields_of  # which needs what is here

        return fields_of(self.layer)

    @property
    def layer(self) -> FeatureLayer:
        """The layer with its features."""
        return self.atlas.layers[self.layer_id]


def configure(atlas: Atlas, address: str) -> Configuration:
    """Return pygeoapi's configuration for an atlas, in its language, that is served at an address."""
    catalog, layers, page = atlas.catalog, atlas.layers, address.removesuffix("/ogc")
    licenses = [data.layer.license.model_dump() for data in layers.values()]
    is_one = bool(licenses) and all(one == licenses[0] for one in licenses)
    return {
        "server": {
            "url": address,
            "languages": [atlas.language],
            "limits": {"default_items": DEFAULT_ITEMS, "max_items": MAX_ITEMS, "on_exceed": "throttle"},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {
                "title": catalog.title,
                "description": catalog.summary,
                "keywords": [],
                "terms_of_service": f"{page}/about",
                "url": f"{page}/",
            },
            "license": licenses[0] if is_one else {"name": "as each collection says", "url": f"{page}/about"},
            "provider": {"name": catalog.title, "url": f"{page}/"},
            "contact": {"name": catalog.title, "url": f"{page}/about"},
        },
        "resources": {layer_id: _collection(atlas, data, page) for layer_id, data in layers.items()},
    }


def _collection(atlas: Atlas, data: FeatureLayer, page: str) -> Configuration:
    layer = data.layer
    return {
        "type": "collection",
        "title": layer.title,
        "description": layer.description,
        "keywords": [layer.kind],
        "links": [
            {"rel": "license", "type": "text/html", "title": layer.license.name, "href": layer.license.url},
            {
                "rel": "describedby",
                "type": "text/html",
                "title": layer.attribution,
                "href": f"{page}/about#{layer.id}",
            },
        ],
        "extents": {"spatial": {"bbox": _bbox(atlas, data), "crs": CRS84}},
        "providers": [
            {
                "type": "feature",
                "name": PROVIDER,
                "data": LayerReference(atlas, layer.id),
                "id_field": "id",
                "title_field": "name",
                "crs": _crs_list(atlas),
                "storage_crs": CRS84,
            }
        ],
    }


def _bbox(atlas: Atlas, data: FeatureLayer) -> list[float]:
    """Return west, south, east, north of a layer; of the atlas where there is no feature."""
    return list(data.bounds or atlas.catalog.home_bbox)


def _crs_list(atlas: Atlas) -> list[str]:
    """Return the CRSs in which features are given out, as the standard names them."""
    home = shapely.box(*atlas.catalog.home_bbox)
    areas = {code: pyproj.CRS.from_epsg(code).area_of_use for code in EPSG_CODES}
    codes = [code for code, area in areas.items() if area and home.intersects(shapely.box(*area.bounds))]
    return [CRS84, *(f"http://www.opengis.net/def/crs/EPSG/0/{code}" for code in codes)]
