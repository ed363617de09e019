"""Asking services: one request at a time, politely, and no other host than those that were chosen."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError

from geodata.errors import RefreshError
from geodata.json_object import JsonObject

USER_AGENT = f"twente-atlas/{version('twente-atlas')} (layers of an atlas, refreshed by hand)"

BUSY = (429, 500, 502, 503, 504)
"""Answers after which the same request may succeed a little later."""


class NotThereError(RefreshError):
    """A service has nothing at an address (404)."""


@dataclass(frozen=True)
class Patience:
    """How long is waited, and how often; all in seconds."""

    retries: int = 4
    connect: float = 15
    read: float = 120
    """Between two pieces of an answer. Overpass may work on one for a minute."""
    backoff: float = 2
    """Doubled with each retry, up to `backoff_max`."""
    backoff_max: float = 60
    retry_after_max: float = 300
    """A service that asks for more is left alone until another day."""
    pause: float = 1
    """Between two requests."""


@dataclass(frozen=True)
class Reply:
    """What a service answered, whole."""

    url: str
    content: bytes
    headers: Mapping[str, str]

    def json(self) -> JsonObject:
        """Return the JSON object that was answered; raises `RefreshError` where it is none, or cut off."""
        try:
            document = json.loads(self.content)
        except ValueError as error:
            raise RefreshError(f"{self.url} answered what is no whole JSON: {error}") from None
        if not isinstance(document, dict):
            raise RefreshError(f"{self.url} answered a JSON {type(document).__name__}, not an object")
        return document

    def text(self, encoding: str) -> str:
        """Return the text that was answered; raises `RefreshError` where it is in another encoding."""
        try:
            return self.content.decode(encoding)
        except UnicodeDecodeError as error:
            raise RefreshError(f"{self.url} is not in {encoding} (byte {error.start})") from None


class _Retry(urllib3.Retry):
    """Waits as long as a service asks for, and gives up where that is too long, rather than come early."""

    limit: float = Patience.retry_after_max

    def get_retry_after(self, response: urllib3.BaseHTTPResponse) -> float | None:
        seconds = super().get_retry_after(response)
        if seconds is not None and seconds > self.limit:
            raise RefreshError(f"{response.url} asks to be left alone for {seconds:.0f} s; try again later")
        return seconds

    def new(self, **changes: Any) -> _Retry:
        retry = super().new(**changes)
        retry.limit = self.limit
        return retry


class Fetcher:
    """Asks the chosen services, and nobody else."""

    def __init__(self, urls: Iterable[str], patience: Patience = Patience()) -> None:
        self._origins = {_origin(url) for url in urls}
        self._patience = patience
        self._last = float("-inf")
        retries = _Retry(
            total=patience.retries,
            status_forcelist=BUSY,
            allowed_methods=None,
            backoff_factor=patience.backoff,
            backoff_max=patience.backoff_max,
        )
        retries.limit = patience.retry_after_max
        self._headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"}
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=patience.connect, read=patience.read),
            retries=retries,
        )

    def get(self, url: str, query: Mapping[str, str] | None = None) -> Reply:
        """Ask for an address, with a query behind it."""
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query, quote_via=quote, safe="$,:")
        return self._request("GET", url)

    def post(self, url: str, form: Mapping[str, str], login: Mapping[str, str] | None = None) -> Reply:
        """Send a form, for queries too long for an address; a login goes into headers only."""
        return self._request("POST", url, form, login)

    def follow(self, reply: Reply, link: str) -> Reply:
        """Ask for an address that an answer named."""
        return self.get(urljoin(reply.url, link))

    def _request(
        self,
        method: str,
        url: str,
        form: Mapping[str, str] | None = None,
        login: Mapping[str, str] | None = None,
    ) -> Reply:
        if _origin(url) not in self._origins:
            raise RefreshError(f"{url} is on a host that no service of refresh.toml is on; it was not asked")
        body = urlencode(form) if form else None
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        headers |= login or {}
        time.sleep(max(0, self._last + self._patience.pause - time.monotonic()))
        try:
            answer = self._pool.request(
                method, url, body=body, headers=self._headers | headers, redirect=False
            )
        except MaxRetryError as error:
            cause = error.reason or error
            raise RefreshError(f"{url} failed {self._patience.retries + 1} times: {cause}") from None
        except HTTPError as error:
            raise RefreshError(f"{url} failed: {error}") from None
        finally:
            self._last = time.monotonic()
        if answer.status == 404:
            raise NotThereError(f"{url} answered 404: there is nothing")
        if 300 <= answer.status < 400:
            target = answer.headers.get("Location", "somewhere else")
            raise RefreshError(f"{url} has moved to {target}; correct the address in refresh.toml")
        if answer.status != 200:
            excerpt = " ".join(answer.data[:300].decode("utf-8", "replace").split())
            raise RefreshError(f"{url} answered {answer.status}: {excerpt}")
        return Reply(url, answer.data, answer.headers)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
