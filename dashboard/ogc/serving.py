"""Answers of `/ogc` as they go out: what was asked before is given again while the data are the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from dashboard.languages import choose_language
from dashboard.responses import Document
from geodata import Atlas

MAX_BYTES = 32_000_000
"""Of answers that are kept, uncompressed."""

MAX_QUERY = 4_000
"""Characters of a query; longer ones are nobody's question."""

QUESTIONS = CapacityLimiter(2)
"""So many answers are made at a time."""


@dataclass(frozen=True)
class Question:
    """What somebody asks of `/ogc`."""

    address: str
    """Of `/ogc`, as the asker wrote it, without a slash at the end."""
    parts: tuple[str, ...]
    """The path below it."""
    query: tuple[tuple[str, str], ...]
    language: str
    """BCP 47."""

    @property
    def parameters(self) -> QueryParams:
        """The query, by name."""
        return QueryParams(list(self.query))


class Answers:
    """The latest answers about one state of the atlas."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self._lock = threading.Lock()
        self._atlas: Atlas | None = None
        self._answers: OrderedDict[Question, Document] = OrderedDict()
        self._bytes = 0

    def find(self, atlas: Atlas, question: Question) -> Document | None:
        """Return the answer that was given before, if the atlas is still the same."""
        with self._lock:
            if atlas is not self._atlas or question not in self._answers:
                return None
            self._answers.move_to_end(question)
            return self._answers[question]

    def keep(self, atlas: Atlas, question: Question, answer: Document) -> None:
        """Keep an answer, and let go of the ones that nobody asked for longest."""
        with self._lock:
            if atlas is not self._atlas:
                self._atlas, self._bytes = atlas, 0
                self._answers.clear()
            if question in self._answers or len(answer.content) > self.max_bytes:
                return
            self._answers[question] = answer
            self._bytes += len(answer.content)
            while self._bytes > self.max_bytes:
                _, old = self._answers.popitem(last=False)
                self._bytes -= len(old.content)


ANSWERS = Answers()


async def answer_question(request: Request, atlas: Atlas, prefix: str) -> Response:
    """Answer a request below `/ogc`, for an atlas in English that is served under a path prefix."""
    question = read_question(request, atlas, prefix)
    known = ANSWERS.find(atlas, question)
    if known is None:
        answer = await to_thread.run_sync(_ask, atlas, question, limiter=QUESTIONS)
        if isinstance(answer, Response):
            return answer
        known = answer
    return known.respond(request)


def read_question(request: Request, atlas: Atlas, prefix: str) -> Question:
    """Read a request; the language is the one asked for, else that of the asker's system."""
    path = f"/{prefix.strip('/')}/ogc" if prefix.strip("/") else "/ogc"
    accepted = request.headers.get("accept-language")
    return Question(
        address=f"{request.url.scheme}://{request.url.netloc}{path}",
        parts=tuple(filter(None, request.path_params.get("path", "").split("/"))),
        query=tuple(sorted(request.query_params.multi_items())),
        language=choose_language(atlas, request.query_params.get("lang"), accepted),
    )


def _ask(atlas: Atlas, question: Question) -> Document | Response:
    from dashboard.ogc.answering import answer  # pygeoapi takes a second to load, and few ask for it

    answered = answer(atlas, question)
    if isinstance(answered, Document):
        _ = answered.compressed  # here, beside the other work
        ANSWERS.keep(atlas, question, answered)
    return answered
