"""Makes the OpenAPI document of `/ogc` from that of pygeoapi: without references to other hosts."""

from pygeoapi.openapi import get_oas_30

from dashboard.ogc.configuration import STANDARDS
from geodata.json_object import JsonObject

PATHS = ("/", "/openapi", "/conformance", "/collections")
LEFT_OUT = ("#/components/parameters/vendorSpecificParameters", "ui")
"""Parameters of pygeoapi that this server rejects."""

PYGEOAPI_PARAMETERS = ("lang", "skipGeometry", "crs", "bbox", "bbox-crs", "offset")
FILTERS = ("datetime", "filter", "filter-lang", "filter-crs")
"""Parameters of items that pygeoapi does not describe."""

MEDIA_TYPES = {"Features": "application/geo+json", "Feature": "application/geo+json"}
"""Name of an answer in the standard → its media type; JSON for the others."""


def describe_api(configuration: JsonObject) -> JsonObject:
    """Return the OpenAPI 3.0 document of a configuration."""
    document: JsonObject = get_oas_30(configuration)
    components = document["components"]
    kept = {name: components["parameters"][name] for name in PYGEOAPI_PARAMETERS}
    components["parameters"] = kept | STANDARDS["parameters"]
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
