"""Answers of `/ogc` as they go out: what was asked before is given again while the data are the same."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from dataclasses import dataclass
from urllib.parse import urlencode

from anyio import CapacityLimiter, to_thread
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from dashboard.i18n.languages import choose_language
from dashboard.ogc.feature_pages import WholePage
from dashboard.web.document import Document
from geodata import Atlas

MAX_BYTES = 32_000_000
"""Of answers that are kept, uncompressed."""

MAX_QUERY = 4_000
"""Characters of a query; longer ones are nobody's question."""

MAX_WHOLE = 64
AT_ONCE = 2_000_000
"""Bytes of an answer that is put together between others."""

LIMIT = re.compile("[1-9][0-9]{0,3}|10000")
"""How many features may come on one page."""

Place = tuple[str, tuple[str, ...], str]

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
    def place(self) -> Place:
        """What is asked, without the query."""
        return self.address, self.parts, self.language

    @property
    def limit(self) -> int | None:
        """How many features may come, where the query says nothing else."""
        known = dict(self.query)
        is_plain = len(known) == len(self.query) and known.keys() <= {"limit", "lang"}
        found = LIMIT.fullmatch(known.get("limit", ""))
        return int(found[0]) if is_plain and found else None

    @property
    def url(self) -> str:
        """The whole address."""
        return f"{self.address}/{'/'.join(self.parts)}?{urlencode(self.query)}"

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
        self._whole: OrderedDict[Place, WholePage] = OrderedDict()
        """All of a layer, however many features were allowed."""
        self._bytes = 0

    def find(self, atlas: Atlas, question: Question) -> Document | None:
        """Return what was answered before, or the same features out of it, while the atlas is the same."""
        with self._lock:
            if atlas is not self._atlas:
                return None
            if question in self._answers:
                self._answers.move_to_end(question)
                return self._answers[question]
            whole = self._whole.get(question.place)
        limit = question.limit
        # A large one takes its time, which others should not wait for.
        if whole is None or limit is None or limit < len(whole.lines.ids) or len(whole.content) > AT_ONCE:
            return None
        return whole.with_link(question.url)

    def keep(self, atlas: Atlas, question: Question, answer: Document) -> None:
        """Keep an answer, and let go of the ones that nobody asked for longest."""
        with self._lock:
            if atlas is not self._atlas:
                self._atlas, self._bytes = atlas, 0
                self._answers.clear()
                self._whole.clear()
            if isinstance(answer, WholePage) and question.limit is not None:
                self._whole[question.place] = answer
                if len(self._whole) > MAX_WHOLE:
                    self._whole.popitem(last=False)
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
    from dashboard.ogc.dispatch import answer  # pygeoapi takes a second to load, and few ask for it

    answered = answer(atlas, question)
    if isinstance(answered, Document):
        _ = answered.compressed  # here, beside the other work
        ANSWERS.keep(atlas, question, answered)
    return answered
