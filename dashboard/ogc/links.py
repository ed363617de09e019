"""Removes links of answers that lead nowhere, and corrects those to pages of features."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import QueryParams

from dashboard.ogc.question import Question
from geodata.json_object import JsonObject

NOT_OFFERED = ("processes", "job-list", "tiling-schemes")
"""Last parts of the relations of links to other standards that pygeoapi implements."""


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
