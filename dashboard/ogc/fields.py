"""Describes the properties of a layer in the words of JSON Schema."""

from geodata.catalog.schema import Layer
from geodata.features.feature_layer import FeatureLayer
from geodata.json_object import JsonObject

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
"""Type of a field in the catalog, or of a column of a large layer → type in JSON Schema; others are texts."""


def fields_of(data: FeatureLayer) -> dict[str, JsonObject]:
    """Return the properties of a layer, with their types and, where declared, labels and units."""
    return {name: _field(data.layer, name, kind) for name, kind in data.property_types.items()}


def _field(layer: Layer, name: str, kind: str) -> JsonObject:
    declared = layer.fields.get(name)
    field: JsonObject = {"type": TYPES.get(declared.type if declared else kind, "string")}
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
