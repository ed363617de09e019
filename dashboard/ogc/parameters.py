"""What may be asked, and what of it is settled before pygeoapi reads it."""

from __future__ import annotations

import re

from pygeoapi.api import API
from pygeoapi.util import get_crs_from_uri
from pyproj import Transformer
from starlette.responses import JSONResponse, Response

from dashboard.ogc.configuration import CRS84, LayerReference
from dashboard.ogc.cql2_filter import Filter
from dashboard.ogc.cql2_parser import parse_filter
from dashboard.ogc.endpoint import MAX_QUERY, Question
from dashboard.web import assets
from geodata import LayerData

COMMON = {"f", "lang"}
PAGE = {"limit", "offset", "sortby", "resulttype"}
WHICH = {"bbox", "bbox-crs", "datetime"}
FILTER = {"filter", "filter-lang", "filter-crs"}
HOW = {"crs", "properties", "skipGeometry"}

TIME = r"T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)"
INSTANT = rf"\d{{4}}-\d\d-\d\d({TIME})?"
FORMS = {
    "resulttype": (re.compile("hits|results"), "hits or results"),
    "skipGeometry": (re.compile("true|false"), "true or false"),
    "datetime": (
        re.compile(rf"{INSTANT}|({INSTANT}|\.\.|)/({INSTANT}|\.\.|)", re.ASCII),
        "a date, or two with a slash between, such as 2024-01-01/..",
    ),
}
"""What values look like, and in words, of parameters that would be passed over where they make no sense."""


def refusal(status: int, code: str, description: str) -> Response:
    """Return an exception as OGC API – Features has it."""
    content = {"code": code, "description": description}
    return JSONResponse(content, status_code=status, headers=dict(assets.SHARED))


def check(question: Question, known: set[str]) -> Response | None:
    """Refuse what would be left out of account otherwise."""
    if sum(len(name) + len(value) for name, value in question.query) > MAX_QUERY:
        return refusal(400, "InvalidParameterValue", f"A query has at most {MAX_QUERY} characters.")
    names = [name for name, _ in question.query]
    for name, value in question.query:
        if names.count(name) > 1:
            return refusal(400, "InvalidParameterValue", f"`{name[:60]}` is there more than once.")
        if name not in known:
            there_are = ", ".join(sorted(known))
            message = f"There is no parameter `{name[:60]}` here. There are: {there_are}."
            return refusal(400, "InvalidParameterValue", message)
        if name == "sortby" and not all(part.lstrip("+-") for part in value.split(",")):
            return refusal(400, "InvalidParameterValue", "`sortby` names no property in one place.")
        if name in FORMS and not FORMS[name][0].fullmatch(value):
            return refusal(400, "InvalidParameterValue", f"`{name}` is {FORMS[name][1]}.")
        if name == "f" and value != "json":
            return refusal(400, "InvalidParameterValue", "`f` is json, the one format that there is.")
    return None


def take_filter(api: API, question: Question, parameters: dict[str, str]) -> Filter | None:
    """Take the filter out of the parameters, if there is one; raises `ValueError` where it can't be."""
    taken = {name: parameters.pop(name) for name in FILTER if name in parameters}
    if not taken:
        return None
    if "filter" not in taken:
        raise ValueError("There is no `filter` for what is said of it.")
    if taken.get("filter-crs", CRS84) != CRS84:
        raise ValueError(f"`filter-crs` is {CRS84}, the one that there is.")
    layer_id = question.parts[1]
    if not isinstance(reference_of(api, layer_id).layer, LayerData):
        raise ValueError(f"`{layer_id}` is a large layer: take `bbox` and properties in place of `filter`.")
    language = taken.get("filter-lang", "cql2-text")
    return parse_filter(taken["filter"], language, reference_of(api, layer_id).fields)


def with_plain_box(api: API, parameters: dict[str, str]) -> dict[str, str]:
    """Return the parameters with a `bbox` of another CRS as the one around it in WGS 84 (lon/lat).

    pygeoapi would bring two corners there, and miss what lies within the bulge of a side.
    """
    name = parameters.pop("bbox-crs", None)
    if name is None:
        return parameters
    resource = next(iter(api.config["resources"].values()))
    known = resource["providers"][0]["crs"]
    if name not in known:
        raise ValueError(f"`bbox-crs` is {name[:80]}. There are: {', '.join(known)}.")
    try:
        west, south, east, north = (float(part) for part in parameters.get("bbox", "").split(","))
    except ValueError:
        raise ValueError("With `bbox-crs`, `bbox` is four numbers with commas between.") from None
    to_crs84 = Transformer.from_crs(get_crs_from_uri(name), get_crs_from_uri(CRS84))
    box = to_crs84.transform_bounds(west, south, east, north)
    return parameters | {"bbox": ",".join(str(value) for value in box)}


def reference_of(api: API, layer_id: str) -> LayerReference:
    """Return the layer that a collection is of."""
    reference: LayerReference = api.config["resources"][layer_id]["providers"][0]["data"]
    return reference
