"""A layer's evidence card: where it is from, under which terms, of when, how it was made, how sure it is."""

from __future__ import annotations

from geodata.features.feature_layer import FeatureLayer
from geodata.json_object import JsonObject

Card = JsonObject
"""JSON-ready values, by the names that `evidence_card` gives them."""


def evidence_card(data: FeatureLayer) -> Card:
    """Return a layer's evidence as JSON-ready values, in the language of its catalog entry.

    `accuracy_m` is in metres, `retrieved` an ISO 8601 date, `sha256` that of the layer's file; `url`,
    `vintage` and `license` of a source are null where they are not known.
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
