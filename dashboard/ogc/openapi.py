"""The OpenAPI document of `/ogc`: pygeoapi's, for what is offered here, and whole without another host."""

from __future__ import annotations

from pygeoapi.openapi import get_oas_30

from dashboard.ogc.configuration import Configuration
from geodata.json_object import JsonObject

Json = JsonObject

PATHS = ("/", "/openapi", "/conformance", "/collections")
LEFT_OUT = ("#/components/parameters/vendorSpecificParameters", "ui")
"""Parameters that pygeoapi knows and this server refuses."""

PARAMETERS: Json = {
    "f": {
        "name": "f",
        "in": "query",
        "description": "The format of the answer.",
        "schema": {"type": "string", "enum": ["json"], "default": "json"},
    },
    "featureId": {
        "name": "featureId",
        "in": "path",
        "description": "The id of a feature.",
        "required": True,
        "schema": {"type": "string"},
    },
    "sortby": {
        "name": "sortby",
        "in": "query",
        "description": "Properties to sort by, with commas between; a minus before one turns its order.",
        "style": "form",
        "explode": False,
        "schema": {"type": "array", "items": {"type": "string"}},
    },
    "filter": {
        "name": "filter",
        "in": "query",
        "description": "A condition in CQL2. Not for large layers.",
        "schema": {"type": "string"},
    },
    "filter-lang": {
        "name": "filter-lang",
        "in": "query",
        "description": "The language of the filter.",
        "schema": {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"},
    },
    "filter-crs": {
        "name": "filter-crs",
        "in": "query",
        "description": "The CRS of geometries in the filter: WGS 84 as lon/lat.",
        "schema": {"type": "string", "format": "uri"},
    },
    "datetime": {
        "name": "datetime",
        "in": "query",
        "description": "A time or an interval. The features here have no time of their own, and all pass.",
        "schema": {"type": "string"},
    },
}

MEDIA_TYPES = {"Features": "application/geo+json", "Feature": "application/geo+json"}
"""Of answers, by what the standard calls them; JSON for the others."""


def describe_api(configuration: Configuration) -> Json:
    """Return the OpenAPI 3.0 document of a configuration."""
    document: Json = get_oas_30(configuration)
    components = document["components"]
    used = ("lang", "skipGeometry", "crs", "bbox", "bbox-crs", "offset")
    components["parameters"] = {name: components["parameters"][name] for name in used} | PARAMETERS
    components["schemas"] = {}
    components["responses"] = {"200": components["responses"]["200"]}
    offered = ("server", *configuration["resources"])
    document["tags"] = [tag for tag in document["tags"] if tag["name"] in offered]
    document["paths"] = {
        path: {"get": _operation(path, methods["get"])}
        for path, methods in document["paths"].items()
        if path in PATHS or path.startswith("/collections/")
    }
    return document


def _operation(path: str, operation: Json) -> Json:
    parameters = [_parameter(parameter) for parameter in operation["parameters"]]
    if path.endswith("/items"):
        added = ("datetime", "filter", "filter-lang", "filter-crs")
        parameters += [{"$ref": f"#/components/parameters/{name}"} for name in added]
    kept = [entry for entry in parameters if entry.get("$ref", entry.get("name")) not in LEFT_OUT]
    answers = {status: _answer(answer) for status, answer in operation["responses"].items()}
    return {**operation, "parameters": kept, "responses": answers}


def _parameter(parameter: Json) -> Json:
    """Return a parameter as it is, or as this document has it where pygeoapi points to another host."""
    reference = parameter.get("$ref", "#")
    if not reference.startswith("#"):
        name = reference.rsplit("/", 1)[1].removesuffix(".yaml")
        return {"$ref": f"#/components/parameters/{name}"}
    if "schema" in parameter and "values" in parameter["schema"]:
        schema = dict(parameter["schema"])
        values = schema.pop("values")
        return {**parameter, "schema": {**schema, "enum": values}}
    return parameter


def _answer(answer: Json) -> Json:
    """Return what an answer is; its schema is in the standard, which a reader need not fetch."""
    reference = answer.get("$ref", "")
    if not reference or reference == "#/components/responses/200":
        return answer
    name = reference.rsplit("/", 1)[1].removesuffix(".yaml")
    content = {MEDIA_TYPES.get(name, "application/json"): {"schema": {"type": "object"}}}
    return {"description": f"{name}, as in OGC API – Features", "content": content}
