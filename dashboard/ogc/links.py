"""Links of answers: those that lead somewhere, and to the pages that were asked for."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import QueryParams

from dashboard.ogc.endpoint import Question
from geodata.json_object import JsonObject

NOT_OFFERED = ("processes", "job-list", "tiling-schemes")
"""Ends of the names of relations to what pygeoapi has beyond features."""


def is_offered(link: Mapping[str, str], address: str) -> bool:
    """Tell whether a link leads somewhere: there is no HTML and no RDF here, and nothing but features."""
    is_ours = link["href"].startswith(address)
    is_json = "json" in link["type"] and "ld+json" not in link["type"]
    return not link["rel"].endswith(NOT_OFFERED) and (is_json or not is_ours)


def correct_pages(document: JsonObject, question: Question) -> None:
    """Make the links to this and the next page right.

    pygeoapi's have no offset in the first, and lead on from a last page that is full.
    """
    returned = document["numberReturned"]
    is_last = (
        not returned or int(question.parameters.get("offset", 0)) + returned >= document["numberMatched"]
    )
    document["links"] = [link for link in document["links"] if not (is_last and link["rel"] == "next")]
    for link in document["links"]:
        page = dict(question.parameters)
        if link["rel"] in ("next", "prev"):  # what pygeoapi was not shown, such as a filter, has to be in it
            page["offset"] = QueryParams(urlsplit(link["href"]).query)["offset"]
        if link["rel"] in ("self", "next", "prev"):
            link["href"] = f"{question.address}/{'/'.join(question.parts)}?{urlencode(page)}"
