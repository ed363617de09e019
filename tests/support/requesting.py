"""Requests to a server under test, with any status as an answer."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from email.message import Message
from typing import Any

ANSWER_SECONDS = 120


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return what the body says in JSON."""
        return json.loads(self.body)


def request(url: str, method: str = "GET", content: bytes | None = None, **headers: str) -> Answer:
    """Send a request; a status such as 404 is an answer, not an error."""
    sent = urllib.request.Request(url, data=content, headers=headers, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(sent, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.headers, error.read())
