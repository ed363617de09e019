"""HTTP requests to services: one at a time, with pauses and retries, and only to the hosts of the plan."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import quote, urlencode, urlsplit

import urllib3
from urllib3.exceptions import HTTPError, MaxRetryError

from geodata.errors import RefreshError
from geodata.json_object import JsonObject

USER_AGENT = f"twente-atlas/{version('twente-atlas')} (layers of an atlas, refreshed by hand)"

BUSY = (429, 500, 502, 503, 504)
"""Statuses after which a request is repeated."""

FORM = {"Content-Type": "application/x-www-form-urlencoded"}

MAX_RETRY_AFTER_S = 300
"""A service that asks for a longer pause is not asked again, in s."""


class NotThereError(RefreshError):
    """A service has nothing at an address (404)."""


@dataclass(frozen=True)
class Patience:
    """How long and how often the service is waited for; times in s."""

    retries: int = 4
    connect: float = 15
    read: float = 120
    """Between two pieces of an answer; Overpass may work on one for a minute."""
    backoff: float = 2
    """Doubled with each retry, up to `backoff_max`."""
    backoff_max: float = 60
    pause: float = 1
    """Between two requests."""


@dataclass(frozen=True)
class Reply:
    """The whole answer to one request."""

    url: str
    content: bytes
    headers: Mapping[str, str]

    def json(self) -> JsonObject:
        """Return the content as a JSON object; raises `RefreshError` if it is none, or cut off."""
        try:
            document = json.loads(self.content)
        except ValueError as error:
            raise RefreshError(f"{self.url} answered no complete JSON: {error}") from None
        if not isinstance(document, dict):
            raise RefreshError(f"{self.url} answered a JSON {type(document).__name__}, not an object")
        return document

    def text(self, encoding: str) -> str:
        """Return the content as text; raises `RefreshError` if it has another encoding."""
        try:
            return self.content.decode(encoding)
        except UnicodeDecodeError as error:
            raise RefreshError(f"{self.url} is not in {encoding} (byte {error.start})") from None


class _Retry(urllib3.Retry):
    """Waits as long as a service asks for, and gives up if that is too long."""

    def get_retry_after(self, response: urllib3.BaseHTTPResponse) -> float | None:
        seconds = super().get_retry_after(response)
        if seconds is not None and seconds > MAX_RETRY_AFTER_S:
            raise RefreshError(f"{response.url} asks to be left alone for {seconds:.0f} s; try again later")
        return seconds


class Fetcher:
    """Sends requests to the services of a plan, and to no other host."""

    def __init__(self, urls: Iterable[str], patience: Patience = Patience()) -> None:
        self._origins = {_origin(url) for url in urls}
        self._patience = patience
        self._last = float("-inf")
        self._headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate"}
        self._pool = urllib3.PoolManager(
            timeout=urllib3.Timeout(connect=patience.connect, read=patience.read),
            retries=_Retry(
                total=patience.retries,
                status_forcelist=BUSY,
                allowed_methods=None,
                backoff_factor=patience.backoff,
                backoff_max=patience.backoff_max,
            ),
        )

    def get(self, url: str, query: Mapping[str, str] | None = None) -> Reply:
        """Send a GET request with a query."""
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query, quote_via=quote, safe="$,:")
        return self._request("GET", url)

    def post(self, url: str, form: Mapping[str, str], login: Mapping[str, str] | None = None) -> Reply:
        """Send a form, for queries too long for an address; the login goes into headers only."""
        return self._request("POST", url, form, login)

    def _request(
        self,
        method: str,
        url: str,
        form: Mapping[str, str] | None = None,
        login: Mapping[str, str] | None = None,
    ) -> Reply:
        if _origin(url) not in self._origins:
            raise RefreshError(f"{url} is on a host of no service in refresh.toml; it was not asked")
        time.sleep(max(0, self._last + self._patience.pause - time.monotonic()))
        headers = {**self._headers, **(FORM if form else {}), **(login or {})}
        try:
            answer = self._pool.request(
                method, url, body=urlencode(form) if form else None, headers=headers, redirect=False
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
            target = answer.headers.get("Location", "another address")
            raise RefreshError(f"{url} has moved to {target}; correct the address in refresh.toml")
        if answer.status != 200:
            excerpt = " ".join(answer.data[:300].decode("utf-8", "replace").split())
            raise RefreshError(f"{url} answered {answer.status}: {excerpt}")
        return Reply(url, answer.data, answer.headers)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
