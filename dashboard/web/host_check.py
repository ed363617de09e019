"""Who is let in: requests for hosts that are ours, from pages that may ask, to addresses that there are."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable, Sequence
from functools import cache
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from dashboard.web.settings import STREAMLIT_STATIC

HOSTS_VARIABLE = "TWENTE_ATLAS_HOSTS"
"""Environment variable with the names, separated by commas, under which a deployment is reached."""

STREAMLIT_ADDRESSES = ("/_stcore/health", "/_stcore/host-config", "/_stcore/stream", "/favicon.png")
STREAMLIT_FOLDERS = ("/media/", "/_stcore/bidi-components/")
"""What the page needs of Streamlit's own addresses. The others are closed: its upload, metrics, sign-in and
interface for programs, and its page under every name that nothing else has."""

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class Doors:
    """ASGI middleware that turns away what is not for this server, each time with one sentence.

    A page of a stranger can have its own name lead to this server (DNS rebinding), and then is of the same
    origin as we: only the name that it used gives it away. So names are answered that are ours: this
    machine's, that of the address that the server listens on, numbers, and those in `TWENTE_ATLAS_HOSTS`.
    """

    def __init__(
        self,
        app: ASGIApp,
        routes: Sequence[BaseRoute],
        prefix: Callable[[], str],
        listens_on: Callable[[], str],
    ) -> None:
        self.app = app
        self.routes = routes
        self.prefix = prefix
        self.listens_on = listens_on

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come in."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = self._refusal(scope)
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            # Before the handshake, this is a plain 403.
            await WebSocket(scope, receive, send).close(1008)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        host, origin = headers.get("host", ""), headers.get("origin")
        if not is_own_host(host, self.listens_on()):
            text = f"This server does not answer as “{host[:80]}”. Its hosts are named in {HOSTS_VARIABLE}."
            return PlainTextResponse(text, status_code=421)
        changes = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
        if changes and origin is not None and not is_own_origin(origin, host):
            return PlainTextResponse("Pages of another origin have no access.", status_code=403)
        if not self._is_address(scope):
            return PlainTextResponse("There is nothing at this address.", status_code=404)
        return None

    def _is_address(self, scope: Scope) -> bool:
        prefix = self.prefix().strip("/")
        path = scope["path"]
        if prefix and path.startswith(f"/{prefix}/"):
            path = path.removeprefix(f"/{prefix}")
        if path in STREAMLIT_ADDRESSES or path.startswith(STREAMLIT_FOLDERS):
            return True
        if path.startswith("/static/"):
            return path.removeprefix("/") in streamlit_static()
        inner = {**scope, "path": path}
        return any(route.matches(inner)[0] is not Match.NONE for route in self.routes)


@cache
def streamlit_static() -> frozenset[str]:
    """Return the paths of Streamlit's own scripts, styles and fonts, as they are in addresses."""
    return frozenset(
        path.relative_to(STREAMLIT_STATIC).as_posix()
        for path in (STREAMLIT_STATIC / "static").rglob("*")
        if path.is_file()
    )


def is_own_host(host: str, listens_on: str = "") -> bool:
    """Tell whether a `Host` header names this server."""
    parts = _split(f"//{host}")
    if parts is None or not parts.hostname or parts.username or parts.path:
        return False
    name = parts.hostname.rstrip(".")
    own = {"localhost", socket.gethostname().lower(), listens_on.lower()}
    return _is_number(name) or name in own or _is_named(name)


def is_own_origin(origin: str, host: str) -> bool:
    """Tell whether an `Origin` header is that of a page of this server, or of a name that is ours."""
    page, here = _split(origin), _split(f"//{host}")
    if page is None or here is None or not page.hostname or page.scheme not in DEFAULT_PORTS:
        return False
    if _is_named(page.hostname):
        # A proxy in between may have put another name and port into `Host`.
        return True
    port = DEFAULT_PORTS[page.scheme]
    return page.hostname == here.hostname and (page.port or port) == (here.port or port)


def named_hosts() -> list[str]:
    """Return the names that the deployment says it is reached by; `*.example.org` stands for all below it."""
    return [name.strip().lower() for name in os.environ.get(HOSTS_VARIABLE, "").split(",") if name.strip()]


def _is_named(name: str) -> bool:
    return any(
        pattern == "*" or name == pattern or (pattern.startswith("*.") and name.endswith(pattern[1:]))
        for pattern in named_hosts()
    )


def _is_number(name: str) -> bool:
    """Tell whether a host is a number: nobody can have it lead elsewhere."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _split(url: str) -> SplitResult | None:
    """Take an address apart; `None` where it is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts
