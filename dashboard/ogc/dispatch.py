"""Questions to OGC API – Features, put to pygeoapi; what it can do beyond that is not offered."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import pygeoapi.api
from pygeoapi.api import API, APIRequest, itemtypes
from pyproj.exceptions import ProjError
from starlette.responses import Response

from dashboard.ogc.configuration import configure
from dashboard.ogc.conformance import conforms_to
from dashboard.ogc.cql2_filter import ASKED, FilterError
from dashboard.ogc.endpoint import Question
from dashboard.ogc.feature_pages import build_page, lines_of
from dashboard.ogc.links import correct_pages, is_offered
from dashboard.ogc.openapi import describe_api
from dashboard.ogc.parameters import (
    COMMON,
    FILTER,
    HOW,
    PAGE,
    WHICH,
    check,
    reference_of,
    refusal,
    take_filter,
    with_plain_box,
)
from dashboard.web import assets
from dashboard.web.document import Document
from geodata import Atlas, LayerData, in_language
from geodata.atlas.per_atlas import per_atlas
from geodata.errors import DatabaseError

log = logging.getLogger(__name__)

# It would set up the whole process's log to its own liking, and write every mistyped address into it.
pygeoapi.api.setup_logger = lambda _: None
logging.getLogger("pygeoapi").setLevel(logging.CRITICAL)

Ask = Callable[[API, APIRequest], tuple[dict[str, str], int, str]]


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
            known = COMMON | PAGE | WHICH | FILTER | HOW | set(reference_of(api, layer_id).fields)
        case ("collections", layer_id, "items", feature_id):
            ask = partial(itemtypes.get_collection_item, dataset=layer_id, identifier=feature_id)
            known = COMMON | {"crs"}
        case _:
            return refusal(404, "NotFound", "There is nothing at this address. Begin at /ogc.")
    return check(question, known) or _ask(api, ask, question)


def _ask(api: API, ask: Ask, question: Question) -> Document | Response:
    parameters = dict(question.parameters)
    try:
        ASKED.set(take_filter(api, question, parameters))
        asked = Asked(with_plain_box(api, parameters), {})
    except (ValueError, ProjError) as error:
        return refusal(400, "InvalidParameterValue", str(error))
    try:
        headers, status, content = ask(api, APIRequest(asked, api.locales))
    except FilterError as error:  # seen only when it is held against a feature
        return refusal(400, "InvalidParameterValue", str(error))
    document = json.loads(content)
    if status != 200:
        return refusal(int(status), document["code"], document["description"])
    for part in (document, *document.get("collections", [])):
        if "links" in part:
            part["links"] = [link for link in part["links"] if is_offered(link, question.address)]
    for described in document["properties"].values() if "$schema" in document else ():
        if "values" in described:  # pygeoapi's word for JSON Schema's
            described["enum"] = described.pop("values")
    kept = {name: value for name, value in headers.items() if name in ("Content-Language", "Content-Crs")}
    media_type = headers["Content-Type"]
    if "timeStamp" in document:
        correct_pages(document, question)
    if "features" in document or document.get("type") == "Feature":
        media_type = "application/geo+json"
    kept |= dict(assets.SHARED) | {"Vary": "Accept-Encoding, Accept-Language"}
    features = document.get("features")
    if features and isinstance(features[0], str):
        reference = reference_of(api, question.parts[1])
        lines = lines_of(reference.atlas, reference.layer_id)
        return build_page(lines, document.pop("features"), document, media_type, kept)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return Document(text.encode(), media_type, kept)


def _openapi(api: API, request: APIRequest) -> tuple[dict[str, str], int, str]:
    headers, status, _ = pygeoapi.api.openapi_(api, request)
    return headers, status, json.dumps(describe_api(api.config))


def _conformance(api: API, request: APIRequest) -> tuple[dict[str, str], int, str]:
    layers = [reference_of(api, layer_id).layer for layer_id in api.config["resources"]]
    can_filter = all(isinstance(layer, LayerData) for layer in layers)
    content = json.dumps({"conformsTo": conforms_to(can_filter=can_filter)})
    return request.get_response_headers(), 200, content


@per_atlas(maxsize=12)
def _api(atlas: Atlas, address: str) -> API:
    return API(configure(atlas, address), {})
