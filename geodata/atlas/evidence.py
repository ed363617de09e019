"""The evidence card of a layer: its sources, license, vintage, method and accuracy."""

from geodata.features.feature_layer import FeatureLayer
from geodata.json_object import JsonObject

Card = JsonObject
"""JSON-ready values by the keys of `evidence_card`."""


def evidence_card(data: FeatureLayer) -> Card:
    """Return the evidence of a layer as JSON-ready values, in the language of its catalog entry.

    `accuracy_m` is in meters, `retrieved` an ISO 8601 date, `sha256` the hash of the layer's file; `url`,
    `vintage` and `license` of a source are null if unknown.
    """
    layer = data.layer
    return {
        "id": layer.id,
        "title": layer.title,
        "description": layer.description,
        "features": data.count,
        "geometry_types": layer.geometry_types,
        "license": layer.license.model_dump(),
        "attribution": layer.attribution,
        "vintage": layer.vintage,
        "retrieved": layer.retrieved.isoformat(),
        "method": layer.method,
        "accuracy_m": layer.accuracy_m,
        "sources": [source.model_dump() for source in layer.sources],
        "sha256": data.sha256,
    }
