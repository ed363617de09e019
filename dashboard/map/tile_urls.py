"""Serves tiles and features of large layers, and makes their addresses."""

import json

from shapely.geometry import mapping
from starlette.responses import Response

from dashboard.map.data_urls import GEOJSON
from dashboard.web import assets
from dashboard.web.document import FOR_EVER, REVALIDATE
from geodata.json_object import JsonObject
from geodata.large.layer import LargeLayer

TILE = "application/vnd.mapbox-vector-tile"


def tile_options(large: LargeLayer) -> JsonObject:
    """Return the addresses of a large layer's tiles and features, as JSON-ready values.

    The addresses are templates with `{z}`, `{x}`, `{y}` and `{id}`, relative to the server's root; `bbox` is
    west, south, east, north in degrees (WGS 84), `overview` the first picture, by zoom.
    """
    layer_id, report = large.layer.id, large.report
    return {
        "url": f"./tiles/{layer_id}/{{z}}/{{x}}/{{y}}.mvt?v={large.key}",
        "feature_url": f"./features/{layer_id}/{{id}}.json?v={large.key}",
        "detail_zoom": report.detail_zoom,
        "max_zoom": report.max_zoom,
        "bbox": list(report.bbox),
        "count": report.count,
        "overview": report.overview,
    }


def tile_answer(content: bytes | None, is_current: bool) -> Response:
    """Respond with a vector tile, gzipped as it is stored; 204 for an empty one.

    Current is what an address with its version asked for: it never changes.
    """
    if content is None:
        return Response(status_code=204, headers=_headers(is_current))
    return Response(content, media_type=TILE, headers={**_headers(is_current), "Content-Encoding": "gzip"})


def feature_answer(large: LargeLayer, feature_id: str, version: str | None) -> Response | None:
    """Respond with one feature as GeoJSON; `None` for an unknown id."""
    feature = large.feature(feature_id)
    if feature is None:
        return None
    document = {
        "type": "Feature",
        "id": feature.id,
        "properties": feature.properties,
        "geometry": mapping(feature.geometry),
    }
    content = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Response(content, media_type=GEOJSON, headers=_headers(version == large.key))


def _headers(is_current: bool) -> dict[str, str]:
    return {**assets.SHARED, "Cache-Control": FOR_EVER if is_current else REVALIDATE}
