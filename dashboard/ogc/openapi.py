"""Makes the OpenAPI document of `/ogc` from that of pygeoapi: without references to other hosts."""

from __future__ import annotations

from pygeoapi.openapi import get_oas_30

from dashboard.ogc.configuration import Configuration
from geodata.json_object import JsonObject

PATHS = ("/", "/openapi", "/conformance", "/collections")
LEFT_OUT = ("#/components/parameters/vendorSpecificParameters", "ui")
"""Parameters of pygeoapi that this server rejects."""

PYGEOAPI_PARAMETERS = ("lang", "skipGeometry", "crs", "bbox", "bbox-crs", "offset")
FILTERS = ("datetime", "filter", "filter-lang", "filter-crs")
"""Parameters of items that pygeoapi does not describe."""


def _in_query(name: str, description: str, **schema: object) -> JsonObject:
    schema = {"type": "string", **schema}
    return {"name": name, "in": "query", "description": description, "schema": schema}


PARAMETERS: JsonObject = {
    "f": _in_query("f", "The format of the answer.", enum=["json"], default="json"),
    "featureId": {
        **_in_query("featureId", "The id of a feature."),
        "in": "path",
        "required": True,
    },
    "sortby": {
        **_in_query(
            "sortby",
            "Properties to sort by, separated by commas; a minus before one reverses its order.",
            type="array",
            items={"type": "string"},
        ),
        "style": "form",
        "explode": False,
    },
    "filter": _in_query("filter", "A condition in CQL2. Not for large layers."),
    "filter-lang": _in_query(
        "filter-lang", "The language of the filter.", enum=["cql2-text", "cql2-json"], default="cql2-text"
    ),
    "filter-crs": _in_query(
        "filter-crs", "The CRS of geometries in the filter: WGS 84 as lon/lat.", format="uri"
    ),
    "datetime": _in_query(
        "datetime", "A time or an interval. The features have no time of their own, and all pass."
    ),
}

MEDIA_TYPES = {"Features": "application/geo+json", "Feature": "application/geo+json"}
"""Name of an answer in the standard → its media type; JSON for the others."""


def describe_api(configuration: Configuration) -> JsonObject:
    """Return the OpenAPI 3.0 document of a configuration."""
    document: JsonObject = get_oas_30(configuration)
    components = document["components"]
    kept = {name: components["parameters"][name] for name in PYGEOAPI_PARAMETERS}
    components["parameters"] = kept | PARAMETERS
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


def _operation(path: str, operation: JsonObject) -> JsonObject:
    parameters = [_parameter(parameter) for parameter in operation["parameters"]]
    if path.endswith("/items"):
        parameters += [{"$ref": f"#/components/parameters/{name}"} for name in FILTERS]
    kept = [entry for entry in parameters if entry.get("$ref", entry.get("name")) not in LEFT_OUT]
    answers = {status: _answer(answer) for status, answer in operation["responses"].items()}
    return {**operation, "parameters": kept, "responses": answers}


def _parameter(parameter: JsonObject) -> JsonObject:
    """Return a parameter; one that pygeoapi refers to on another host is taken from this document."""
    reference = parameter.get("$ref", "#")
    if not reference.startswith("#"):
        name = reference.rsplit("/", 1)[1].removesuffix(".yaml")
        return {"$ref": f"#/components/parameters/{name}"}
    if "schema" in parameter and "values" in parameter["schema"]:
        schema = dict(parameter["schema"])
        values = schema.pop("values")
        return {**parameter, "schema": {**schema, "enum": values}}
    return parameter


def _answer(answer: JsonObject) -> JsonObject:
    """Return an answer without pygeoapi's reference to its schema on another host."""
    reference = answer.get("$ref", "")
    if not reference or reference == "#/components/responses/200":
        return answer
    name = reference.rsplit("/", 1)[1].removesuffix(".yaml")
    content = {MEDIA_TYPES.get(name, "application/json"): {"schema": {"type": "object"}}}
    return {"description": f"{name}, as in OGC API – Features", "content": content}
