"""Puts questions to pygeoapi, and removes from its answers what `/ogc` does not offer."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlsplit

import pygeoapi.api
from pygeoapi.api import API, APIRequest, itemtypes
from pyproj.exceptions import ProjError
from starlette.datastructures import QueryParams
from starlette.responses import Response

from dashboard.ogc.configuration import STANDARDS, configure
from dashboard.ogc.fields import fields_of
from dashboard.ogc.openapi import describe_api
from dashboard.ogc.parameters import COMMON, FILTER, HOW, PAGE, WHICH, check, refusal, with_plain_box
from dashboard.ogc.provider import ASKED, Asked
from dashboard.ogc.question import Question
from dashboard.web import assets
from dashboard.web.document import Document
from geodata import Atlas, in_language
from geodata.atlas.per_atlas import per_atlas
from geodata.errors import DatabaseError
from geodata.json_object import JsonObject

NOT_OFFERED = ("processes", "job-list", "tiling-schemes")
"""Last parts of the relations of links to other standards that pygeoapi implements."""


log = logging.getLogger(__name__)

# pygeoapi would configure the logging of the whole process, and log every mistyped address.
pygeoapi.api.setup_logger = lambda _: None
logging.getLogger("pygeoapi").setLevel(logging.CRITICAL)

Ask = Callable[[API, APIRequest], tuple[dict[str, str], int, str]]


@dataclass(frozen=True)
class ParsedRequest:
    """A request in the form that pygeoapi reads."""

    query_params: Mapping[str, str]
    headers: Mapping[str, str]
    scope: dict[str, str] = field(default_factory=lambda: {"path": "/"})


def answer(english: Atlas, question: Question) -> Document | Response:
    """Answer a question about an atlas; errors are in the form of the standard."""
    atlas = in_language(english, question.language)
    try:
        return _answer(atlas, _api(atlas, question.address), question)
    except DatabaseError as error:
        return refusal(503, "NoApplicableCode", f"The layer {error}")
    except Exception:
        log.exception("no answer to %s", question)
        return refusal(500, "NoApplicableCode", "Something went wrong here; the server's log says what.")


def _answer(atlas: Atlas, api: API, question: Question) -> Document | Response:
    layers = atlas.layers
    match question.parts:
        case ():
            ask, known = pygeoapi.api.landing_page, COMMON
        case ("openapi",):
            ask, known = _openapi, COMMON
        case ("conformance",):
            ask, known = partial(_conformance, atlas), COMMON
        case ("collections",):
            ask, known = pygeoapi.api.describe_collections, COMMON
        case ("collections", layer_id, *_) if layer_id not in layers:
            return refusal(
                404, "NotFound", f"Unknown collection `{layer_id[:60]}`. Known: {', '.join(layers)}."
            )
        case ("collections", layer_id):
            ask, known = partial(pygeoapi.api.describe_collections, dataset=layer_id), COMMON
        case ("collections", layer_id, "schema"):
            ask, known = partial(pygeoapi.api.get_collection_schema, dataset=layer_id), COMMON
        case ("collections", layer_id, "queryables"):
            ask, known = partial(itemtypes.get_collection_queryables, dataset=layer_id), COMMON
        case ("collections", layer_id, "items"):
            ask = partial(itemtypes.get_collection_items, dataset=layer_id)
            known = COMMON | PAGE | WHICH | FILTER | HOW | set(fields_of(layers[layer_id]))
        case ("collections", layer_id, "items", feature_id):
            ask = partial(itemtypes.get_collection_item, dataset=layer_id, identifier=feature_id)
            known = COMMON | {"crs"}
        case _:
            return refusal(404, "NotFound", "Unknown address. Begin at /ogc.")
    return check(question, known) or _ask(atlas, api, ask, question)


def _ask(atlas: Atlas, api: API, ask: Ask, question: Question) -> Document | Response:
    parameters = question.parameters
    condition = {name: parameters.pop(name) for name in FILTER if name in parameters}
    ASKED.set(Asked(atlas, condition))
    try:
        request = ParsedRequest(with_plain_box(api, parameters), {})
    except (ValueError, ProjError) as error:
        return refusal(400, "InvalidParameterValue", str(error))
    headers, status, content = ask(api, APIRequest(request, api.locales))
    document: JsonObject = json.loads(content)
    if status != 200:
        return refusal(int(status), document["code"], document["description"])
    for part in (document, *document.get("collections", [])):
        if "links" in part:
            part["links"] = [link for link in part["links"] if is_offered(link, question.address)]
    for described in document["properties"].values() if "$schema" in document else ():
        if "values" in described:  # pygeoapi's name for JSON Schema's `enum`
            described["enum"] = described.pop("values")
    kept = {name: value for name, value in headers.items() if name in ("Content-Language", "Content-Crs")}
    kept |= dict(assets.SHARED) | {"Vary": "Accept-Encoding, Accept-Language"}
    media_type = headers["Content-Type"]
    if "features" in document:
        correct_pages(document, question)
        media_type = "application/geo+json"
    elif document.get("type") == "Feature":
        media_type = "application/geo+json"
    return Document(_to_json(document).encode(), media_type, kept)


def _to_json(document: JsonObject) -> str:
    """Return a document as JSON; its features, if any, are texts in GeoJSON already."""
    features = document.pop("features", None)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text if features is None else f'{text[:-1]},"features":[{",".join(features)}]}}'


def _openapi(api: API, request: APIRequest) -> tuple[dict[str, str], int, str]:
    headers, status, _ = pygeoapi.api.openapi_(api, request)
    return headers, status, json.dumps(describe_api(api.config))


def _conformance(atlas: Atlas, _: API, request: APIRequest) -> tuple[dict[str, str], int, str]:
    classes = STANDARDS["conformance"]
    offered = classes["always"] + ([] if atlas.large else classes["filters"])
    content = {"conformsTo": [f"http://www.opengis.net/spec/{name}" for name in offered]}
    return request.get_response_headers(), 200, json.dumps(content)


@per_atlas(maxsize=12)
def _api(atlas: Atlas, address: str) -> API:
    return API(configure(atlas, address), {})


def is_offered(link: Mapping[str, str], address: str) -> bool:
    """Tell whether a link leads somewhere; `/ogc` offers features only, and no HTML or RDF."""
    is_ours = link["href"].startswith(address)
    is_json = "json" in link["type"] and "ld+json" not in link["type"]
    return not link["rel"].endswith(NOT_OFFERED) and (is_json or not is_ours)


def correct_pages(document: JsonObject, question: Question) -> None:
    """Correct the links to this, the previous and the next page.

    pygeoapi's link to this page has no offset, it links to a next page from a full last one, and it does not
    know the filter.
    """
    returned, parameters = document["numberReturned"], question.parameters
    is_last = not returned or int(parameters.get("offset", 0)) + returned >= document["numberMatched"]
    document["links"] = [link for link in document["links"] if not (is_last and link["rel"] == "next")]
    for link in document["links"]:
        if link["rel"] in ("next", "prev"):
            offset = QueryParams(urlsplit(link["href"]).query)["offset"]
            link["href"] = question.url(parameters | {"offset": offset})
        elif link["rel"] == "self":
            link["href"] = question.url(parameters)
