"""Checks the parameters of a question before pygeoapi reads them."""

import re

from pygeoapi.api import API
from pygeoapi.util import get_crs_from_uri
from pyproj import Transformer
from starlette.responses import JSONResponse, Response

from dashboard.ogc.configuration import CRS84
from dashboard.ogc.question import MAX_QUERY, Question
from dashboard.web import assets

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
"""Form of values that pygeoapi would ignore or accept if they make no sense, and the form in words."""


def refusal(status: int, code: str, description: str) -> Response:
    """Return an error in the form of OGC API – Features."""
    content = {"code": code, "description": description}
    return JSONResponse(content, status_code=status, headers=dict(assets.SHARED))


def check(question: Question, known: set[str]) -> Response | None:
    """Return an error for an unknown, repeated or malformed parameter, which pygeoapi would ignore."""
    if sum(len(name) + len(value) for name, value in question.query) > MAX_QUERY:
        return refusal(400, "InvalidParameterValue", f"A query has at most {MAX_QUERY} characters.")
    names = [name for name, _ in question.query]
    for name, value in question.query:
        if names.count(name) > 1:
            return refusal(400, "InvalidParameterValue", f"`{name[:60]}` is given more than once.")
        if name not in known:
            message = f"Unknown parameter `{name[:60]}`. Known: {', '.join(sorted(known))}."
            return refusal(400, "InvalidParameterValue", message)
        if name == "sortby" and not all(part.lstrip("+-") for part in value.split(",")):
            return refusal(
                400, "InvalidParameterValue", "`sortby` has an empty place in its list of properties."
            )
        if name in FORMS and not FORMS[name][0].fullmatch(value):
            return refusal(400, "InvalidParameterValue", f"`{name}` is {FORMS[name][1]}.")
        if name == "f" and value != "json":
            return refusal(400, "InvalidParameterValue", "`f` must be json.")
    return None


def with_plain_box(api: API, parameters: dict[str, str]) -> dict[str, str]:
    """Return the parameters with a `bbox` in another CRS replaced by the box around it in WGS 84 (lon/lat).

    pygeoapi would convert two corners only, and miss features where a side bulges.
    """
    name = parameters.pop("bbox-crs", None)
    if name is None:
        return parameters
    resource = next(iter(api.config["resources"].values()))
    known = resource["providers"][0]["crs"]
    if name not in known:
        raise ValueError(f"Unknown `bbox-crs` {name[:80]}. Known: {', '.join(known)}.")
    try:
        west, south, east, north = (float(part) for part in parameters.get("bbox", "").split(","))
    except ValueError:
        raise ValueError("With `bbox-crs`, `bbox` must be four numbers separated by commas.") from None
    to_crs84 = Transformer.from_crs(get_crs_from_uri(name), get_crs_from_uri(CRS84))
    box = to_crs84.transform_bounds(west, south, east, north)
    return parameters | {"bbox": ",".join(str(value) for value in box)}
