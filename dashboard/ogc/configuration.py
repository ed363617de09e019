"""Builds pygeoapi's configuration from the catalog of an atlas."""

import tomllib
from pathlib import Path

import pyproj
import shapely

from dashboard.ogc.question import DEFAULT_ITEMS, MAX_ITEMS
from geodata import Atlas
from geodata.features.feature_layer import FeatureLayer
from geodata.json_object import JsonObject

STANDARDS: JsonObject = tomllib.loads(Path(__file__).with_name("standards.toml").read_text(encoding="utf-8"))
"""Conformance classes and parameters that pygeoapi does not describe as this server offers them."""

PROVIDER = "dashboard.ogc.provider.LayerProvider"

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
"""WGS 84 as lon/lat, the CRS of the layers."""

EPSG_CODES = (4326, 3857, 3035, 25832, 28992)
"""Offered too if their area meets the atlas: WGS 84 as lat/lon, Web Mercator, LAEA Europe, UTM, Dutch RD."""


def configure(atlas: Atlas, address: str) -> JsonObject:
    """Return pygeoapi's configuration for an atlas served at an address, in the language of the atlas."""
    catalog, layers, page = atlas.catalog, atlas.layers, address.removesuffix("/ogc")
    licenses = [data.layer.license.model_dump() for data in layers.values()]
    is_shared = bool(licenses) and all(one == licenses[0] for one in licenses)
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
            "license": licenses[0] if is_shared else {"name": "see each collection", "url": f"{page}/about"},
            "provider": {"name": catalog.title, "url": f"{page}/"},
            "contact": {"name": catalog.title, "url": f"{page}/about"},
        },
        "resources": {layer_id: _collection(atlas, data, page) for layer_id, data in layers.items()},
    }


def _collection(atlas: Atlas, data: FeatureLayer, page: str) -> JsonObject:
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
        "extents": {"spatial": {"bbox": list(data.bounds or atlas.catalog.home_bbox), "crs": CRS84}},
        "providers": [
            {
                "type": "feature",
                "name": PROVIDER,
                "data": layer.id,
                "id_field": "id",
                "title_field": "name",
                "crs": _crs_list(atlas),
                "storage_crs": CRS84,
            }
        ],
    }


def _crs_list(atlas: Atlas) -> list[str]:
    """Return the CRSs in which features are offered, as the standard names them."""
    home = shapely.box(*atlas.catalog.home_bbox)
    areas = {code: pyproj.CRS.from_epsg(code).area_of_use for code in EPSG_CODES}
    codes = [code for code, area in areas.items() if area and home.intersects(shapely.box(*area.bounds))]
    return [CRS84, *(f"http://www.opengis.net/def/crs/EPSG/0/{code}" for code in codes)]
