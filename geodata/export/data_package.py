"""Writes layers as a Frictionless data package: a CSV each, and their description in `datapackage.json`."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import BinaryIO

from geodata.atlas.evidence import Card
from geodata.catalog.schema import DataField
from geodata.export.csv_table import has_points_only, to_csv
from geodata.export.zip_file import to_zip
from geodata.features.layer_data import LayerData
from geodata.json_object import JsonObject

Descriptor = JsonObject

TYPES = {
    "year": "year",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "list": "array",
    "numbers": "array",
    "services": "array",
}
"""Type of a field in the catalog → that of the Table Schema; text for the others."""

COMMON: dict[str, Descriptor] = {
    "name": {"type": "string"},
    "description": {"type": "string"},
    "note": {"type": "string"},
    "source": {"type": "string"},
    "accuracy_m": {"type": "number", "unit": "m", "constraints": {"minimum": 0}},
}
"""Fields that every layer may have without declaring them."""

ID_FIELD: Descriptor = {
    "name": "id",
    "type": "string",
    "constraints": {"required": True, "unique": True},
}
LON_LAT_FIELDS: list[Descriptor] = [
    {
        "name": name,
        "type": "number",
        "unit": "°",
        "constraints": {"required": True, "minimum": -limit, "maximum": limit},
    }
    for name, limit in (("lon", 180), ("lat", 90))
]
WKT_FIELD: Descriptor = {"name": "wkt", "type": "string", "constraints": {"required": True}}


def write_layer_package(data: LayerData, card: Card, file: BinaryIO) -> None:
    """Write a layer as a data package; see `write_package`."""
    layer = data.layer
    write_package([data], [card], file, name=layer.id, title=layer.title, description=layer.description)


def write_package(
    layers: Sequence[LayerData],
    cards: Sequence[Card],
    file: BinaryIO,
    *,
    name: str,
    title: str,
    description: str,
) -> None:
    """Write a data package (a zip) of layers; the evidence card of each is in its resource.

    References between layers in the package are foreign keys. Beyond the standard, a field may have a `unit`,
    and a choice its labels as `categories`.
    """
    tables = {data.layer.id: to_csv(data) for data in layers}
    resources = [_resource(data, tables, card) for data, card in zip(layers, cards, strict=True)]
    licenses = [license_ for resource in resources for license_ in resource["licenses"]]
    package = {
        "profile": "data-package",
        "name": to_name(name),
        "title": title,
        "description": description,
        "licenses": [one for number, one in enumerate(licenses) if one not in licenses[:number]],
        "resources": resources,
    }
    content = json.dumps(package, ensure_ascii=False, indent=2)
    files = {f"{layer_id}.csv": table for layer_id, table in tables.items()}
    file.write(to_zip({"datapackage.json": f"{content}\n".encode(), **files}))


def to_name(text: str) -> str:
    """Return a text as the name of a package: lower case, digits, hyphens and underscores."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-") or "atlas"


def _resource(data: LayerData, tables: Mapping[str, bytes], card: Card) -> Descriptor:
    """Return the description of one layer."""
    layer = data.layer
    table = tables[layer.id]
    described = [_field(name, layer.fields.get(name)) for name in data.property_types]
    keys = [
        {"fields": [name], "reference": {"resource": field.refers_to, "fields": ["id"]}}
        for name, field in layer.fields.items()
        if field.refers_to in tables and field.type == "string" and name in data.property_types
    ]
    schema = {
        "fields": [ID_FIELD, *described, *(LON_LAT_FIELDS if has_points_only(data) else [WKT_FIELD])],
        "primaryKey": ["id"],
        "missingValues": [""],
        **({"foreignKeys": keys} if keys else {}),
    }
    return {
        "profile": "tabular-data-resource",
        "name": layer.id,
        "path": f"{layer.id}.csv",
        "title": layer.title,
        "description": layer.description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(table),
        "hash": f"sha256:{hashlib.sha256(table).hexdigest()}",
        # Open Definition's ids have hyphens where people write spaces.
        "licenses": [
            {
                "name": re.sub(r"[^-\w.]+", "-", layer.license.name),
                "path": layer.license.url,
                "title": layer.license.name,
            }
        ],
        "sources": [_source(source) for source in card["sources"]],
        "schema": schema,
        "evidence": card,
    }


def _source(source: JsonObject) -> Descriptor:
    facts = {"title": source["name"], "path": source["url"]}
    facts |= {name: source[name] for name in ("vintage", "license")}
    return {name: value for name, value in facts.items() if value is not None}


def _field(name: str, field: DataField | None) -> Descriptor:
    """Return the description of a property in the Table Schema."""
    if field is None:
        return {"name": name, **COMMON.get(name, {"type": "any"})}
    kind = TYPES.get(field.type, "string")
    constraints: Descriptor = {}
    if kind != "array":  # limits of lists hold for their items, which the standard can't describe
        limits = {"minimum": field.minimum, "maximum": field.maximum}
        number = int if kind in ("integer", "year") else float
        constraints = {key: number(value) for key, value in limits.items() if value is not None}
        constraints |= {"enum": list(field.choices)} if field.choices else {}
    constraints |= {"required": True} if field.required else {}
    described: Descriptor = {"name": name, "title": field.label, "type": kind}
    described |= {"format": "uri"} if field.type == "url" else {}
    described |= {"unit": field.unit} if field.unit else {}
    described |= {"constraints": constraints} if constraints else {}
    if field.choices:
        described["categories"] = [{"value": key, "label": label} for key, label in field.choices.items()]
    return described
