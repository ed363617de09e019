"""Questions to OGC API – Features, put to pygeoapi; what it can do beyond that is not offered."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

import pygeoapi.api
from pygeoapi.api import API, APIRequest, itemtypes
from pygeoapi.util import get_crs_from_uri
from pyproj import Transformer
from pyproj.exceptions import ProjError
from starlette.responses import JSONResponse, Response

from dashboard import assets
from dashboard.ogc.configuration import CRS84, configure
from dashboard.ogc.openapi import describe_api
from dashboard.ogc.serving import MAX_QUERY, Question
from dashboard.responses import Document
from geodata import Atlas, in_language
from geodata.errors import DatabaseError

log = logging.getLogger(__name__)

# It would set up the whole process's log to its own liking, and write every mistyped address into it.
pygeoapi.api.setup_logger = lambda _: None
logging.getLogger("pygeoapi").setLevel(logging.CRITICAL)

Ask = Callable[[API, APIRequest], tuple[dict[str, str], int, str]]

SPEC = "http://www.opengis.net/spec"
CONFORMS_TO = [
    f"{SPEC}/ogcapi-common-1/1.0/conf/core",
    f"{SPEC}/ogcapi-common-1/1.0/conf/landing-page",
    f"{SPEC}/ogcapi-common-1/1.0/conf/json",
    f"{SPEC}/ogcapi-common-1/1.0/conf/oas30",
    f"{SPEC}/ogcapi-common-2/1.0/conf/collections",
    f"{SPEC}/ogcapi-features-1/1.0/conf/core",
    f"{SPEC}/ogcapi-features-1/1.0/conf/oas30",
    f"{SPEC}/ogcapi-features-1/1.0/conf/geojson",
    f"{SPEC}/ogcapi-features-2/1.0/conf/crs",
    f"{SPEC}/ogcapi-features-3/1.0/conf/queryables",
    f"{SPEC}/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    f"{SPEC}/ogcapi-features-5/1.0/conf/schemas",
]

COMMON = {"f", "lang"}
PAGE = {"limit", "offset", "sortby", "resulttype"}
WHICH = {"bbox", "bbox-crs", "datetime"}
HOW = {"crs", "properties", "skipGeometry"}

NOT_OFFERED = ("processes", "job-list", "tiling-schemes")
"""Ends of the names of relations to what pygeoapi has beyond features."""


@dataclass(frozen=True)
class Asked:
    """A request as pygeoapi reads one."""

    query_params: Mapping[str, str]
    headers: Mapping[str, str]
    scope: dict[str, str] = field(default_factory=lambda: {"path": "/"})


def answer(atlas: Atlas, question: Question) -> Document | Response:
    """Answer a question about an atlas (in English); what is wrong with it is said in the standard's form."""
    try:
        return _answer(atlas, question)
    except DatabaseError as error:
        return refusal(503, "NoApplicableCode", f"The layer {error}")
    except Exception:
        log.exception("no answer to %s", question)
        return refusal(500, "NoApplicableCode", "Something went wrong here; the server's log says what.")


def refusal(status: int, code: str, description: str) -> Response:
    """Return an exception as OGC API – Features has it."""
    content = {"code": code, "description": description}
    return JSONResponse(content, status_code=status, headers=dict(assets.SHARED))


def _answer(atlas: Atlas, question: Question) -> Document | Response:
    api = _api(in_language(atlas, question.language), question.address)
    collections = api.config["resources"]
    match question.parts:
        case ():
            ask, known = pygeoapi.api.landing_page, COMMON
        case ("openapi",):
            ask, known = _openapi, COMMON
        case ("conformance",):
            ask, known = _conformance, COMMON
        case ("collections",):
            ask, known = pygeoapi.api.describe_collections, COMMON
        case ("collections", layer_id, *_) if layer_id not in collections:
            there_are = ", ".join(collections)
            return refusal(404, "NotFound", f"There is no `{layer_id[:60]}`. There are: {there_are}.")
        case ("collections", layer_id):
            ask, known = partial(pygeoapi.api.describe_collections, dataset=layer_id), COMMON
        case ("collections", layer_id, "schema"):
            ask, known = partial(pygeoapi.api.get_collection_schema, dataset=layer_id), COMMON
        case ("collections", layer_id, "queryables"):
            ask, known = partial(itemtypes.get_collection_queryables, dataset=layer_id), COMMON
        case ("collections", layer_id, "items"):
            ask = partial(itemtypes.get_collection_items, dataset=layer_id)
            known = COMMON | PAGE | WHICH | HOW | set(_fields(api, layer_id))
        case ("collections", layer_id, "items", feature_id):
            ask = partial(itemtypes.get_collection_item, dataset=layer_id, identifier=feature_id)
            known = COMMON | {"crs"}
        case _:
            return refusal(404, "NotFound", "There is nothing at this address. Begin at /ogc.")
    return _check(question, known) or _ask(api, ask, question)


def _check(question: Question, known: set[str]) -> Response | None:
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
        if name == "f" and value != "json":
            return refusal(400, "InvalidParameterValue", "`f` is json, the one format that there is.")
    return None


def _ask(api: API, ask: Ask, question: Question) -> Document | Response:
    parameters = dict(question.parameters)
    try:
        asked = Asked(_with_plain_box(api, parameters), {})
    except (ValueError, ProjError) as error:
        return refusal(400, "InvalidParameterValue", str(error))
    headers, status, content = ask(api, APIRequest(asked, api.locales))
    document = json.loads(content)
    if status != 200:
        return refusal(int(status), document["code"], document["description"])
    for part in (document, *document.get("collections", [])):
        if "links" in part:
            part["links"] = [link for link in part["links"] if _is_offered(link, question.address)]
    for described in document["properties"].values() if "$schema" in document else ():
        if "values" in described:  # pygeoapi's word for JSON Schema's
            described["enum"] = described.pop("values")
    kept = {name: headers[name] for name in ("Content-Language", "Content-Crs") if name in headers}
    media_type = headers["Content-Type"]
    if "timeStamp" in document:
        _correct_pages(document, question)
    if "features" in document or document.get("type") == "Feature":
        media_type = "application/geo+json"
    return Document(
        json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(),
        media_type,
        dict(assets.SHARED) | kept | {"Vary": "Accept-Encoding, Accept-Language"},
    )


def _with_plain_box(api: API, parameters: dict[str, str]) -> dict[str, str]:
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


def _is_offered(link: Mapping[str, str], address: str) -> bool:
    """Tell whether a link leads somewhere: there is no HTML and no RDF here, and nothing but features."""
    is_ours = link["href"].startswith(address)
    is_json = "json" in link["type"] and "ld+json" not in link["type"]
    return not link["rel"].endswith(NOT_OFFERED) and (is_json or not is_ours)


def _correct_pages(document: dict[str, Any], question: Question) -> None:
    """Make the links to this and the next page right.

    pygeoapi's have no offset in the first, and lead on from a last page that is full.
    """
    returned = document["numberReturned"]
    is_last = (
        not returned or int(question.parameters.get("offset", 0)) + returned >= document["numberMatched"]
    )
    document["links"] = [link for link in document["links"] if not (is_last and link["rel"] == "next")]
    for link in document["links"]:
        if link["rel"] == "self":
            link["href"] = f"{question.address}/{'/'.join(question.parts)}?{question.parameters}"


def _openapi(api: API, request: APIRequest) -> tuple[dict[str, str], int, str]:
    headers, status, _ = pygeoapi.api.openapi_(api, request)
    return headers, status, json.dumps(describe_api(api.config))


def _conformance(api: API, request: APIRequest) -> tuple[dict[str, str], int, str]:
    return request.get_response_headers(), 200, json.dumps({"conformsTo": CONFORMS_TO})


def _fields(api: API, layer_id: str) -> dict[str, Any]:
    from dashboard.ogc.provider import fields_of

    reference = api.config["resources"][layer_id]["providers"][0]["data"]
    return fields_of(reference.layer)


@lru_cache(maxsize=12)
def _api(atlas: Atlas, address: str) -> API:
    return API(configure(atlas, address), {})
