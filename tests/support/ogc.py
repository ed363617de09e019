"""Questions to the OGC API, answered without a server around it."""

import json

from dashboard.ogc.dispatch import answer
from dashboard.ogc.endpoint import Question
from dashboard.web.document import Document

ADDRESS = "http://atlas.example/ogc"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
RD = "http://www.opengis.net/def/crs/EPSG/0/28992"


def ask(atlas, path, language="en", **query):
    """Return status and content of an answer, without a server around it."""
    question = Question(ADDRESS, tuple(path.split("/")), tuple(sorted(query.items())), language)
    answered = answer(atlas, question)
    is_document = isinstance(answered, Document)
    return (
        (200, json.loads(answered.content))
        if is_document
        else (answered.status_code, json.loads(answered.body))
    )


def ids(content):
    return [feature["id"] for feature in content["features"]]
