"""Answers requests below `/ogc`, and keeps the latest answers about each state of the atlas."""

import threading
from collections import OrderedDict

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response

from dashboard.i18n.languages import choose_language
from dashboard.ogc.question import Question
from dashboard.web.document import Document
from geodata import Atlas
from geodata.atlas.per_atlas import per_atlas

MAX_BYTES = 32_000_000
"""Maximum size of the answers that are kept, uncompressed."""

AT_ONCE = CapacityLimiter(2)
"""Maximum number of answers that are made at a time."""


class Answers:
    """The latest answers; those that nobody asked for longest make room for new ones."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._answers: OrderedDict[Question, Document] = OrderedDict()

    def find(self, question: Question) -> Document | None:
        """Return the answer to a question if it is kept."""
        with self._lock:
            if question in self._answers:
                self._answers.move_to_end(question)
            return self._answers.get(question)

    def keep(self, question: Question, answer: Document) -> None:
        """Keep an answer unless it is larger than all of the room."""
        if len(answer.content) <= self.max_bytes:
            with self._lock:
                self._answers[question] = answer
                while sum(len(kept.content) for kept in self._answers.values()) > self.max_bytes:
                    self._answers.popitem(last=False)


@per_atlas()
def kept_answers(_: Atlas) -> Answers:
    """Return the answers about one state of the atlas."""
    return Answers()


async def answer_question(request: Request, atlas: Atlas, prefix: str) -> Response:
    """Answer a request below `/ogc`, for an atlas in English that is served under a path prefix."""
    question = read_question(request, atlas, prefix)
    known = kept_answers(atlas).find(question)
    if known is None:
        answer = await to_thread.run_sync(_answer, atlas, question, limiter=AT_ONCE)
        if isinstance(answer, Response):
            return answer
        known = answer
    return known.respond(request)


def read_question(request: Request, atlas: Atlas, prefix: str) -> Question:
    """Read a request; the language is that of `lang`, else the one that the client prefers."""
    path = f"/{prefix.strip('/')}/ogc" if prefix.strip("/") else "/ogc"
    accepted = request.headers.get("accept-language")
    return Question(
        address=f"{request.url.scheme}://{request.url.netloc}{path}",
        parts=tuple(filter(None, request.path_params.get("path", "").split("/"))),
        query=tuple(sorted(request.query_params.multi_items())),
        language=choose_language(atlas, request.query_params.get("lang"), accepted),
    )


def _answer(atlas: Atlas, question: Question) -> Document | Response:
    from dashboard.ogc.dispatch import answer  # loads pygeoapi, which takes a second

    answered = answer(atlas, question)
    if isinstance(answered, Document):
        _ = answered.compressed  # compresses it in this thread
        kept_answers(atlas).keep(question, answered)
    return answered
