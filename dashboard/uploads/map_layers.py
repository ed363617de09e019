"""Describes the uploaded layers of a session for the map."""

from dashboard.map.builder import layer_options
from dashboard.map.tile_urls import tile_options
from dashboard.uploads.model import UploadedLayer, UploadSession
from geodata.json_object import JsonObject
from geodata.large.built_layer import BuiltLayer


def uploads_for_map(session: UploadSession) -> JsonObject:
    """Return the token and the layers with their addresses, as JSON-ready values."""
    layers = [_options(session.token, upload) for upload in session.layers.values()]
    return {"token": session.token, "layers": layers}


def _options(token: str, upload: UploadedLayer) -> JsonObject:
    data, layer = upload.data, upload.data.layer
    source: JsonObject
    if isinstance(data, BuiltLayer):
        source = {
            "tiles": {
                **tile_options(data),
                "url": f"./own/{token}/tiles/{layer.id}/{{z}}/{{x}}/{{y}}.mvt",
                "feature_url": f"./own/{token}/features/{layer.id}/{{id}}.json",
            }
        }
    else:
        source = {"url": f"./own/{token}/layers/{layer.id}.geojson"}
    return {
        **layer_options(layer),
        "text_properties": [],
        "title": layer.title,
        "count": data.count,
        "evidence": None,
        "visible": True,
        **source,
    }
