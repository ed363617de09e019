"""Rejects requests for unknown hosts, and requests that change something from pages of unknown origins."""

import ipaddress
import socket
from collections.abc import Callable
from urllib.parse import SplitResult, urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from dashboard.web.settings import current_settings

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class HostCheck:
    """ASGI middleware that answers a request for an unknown host or origin with one sentence.

    In DNS rebinding, the host name of another site leads to this server, so that pages of that site have the
    origin of this one; only the host name in the request differs. Known are `localhost`, this machine's name,
    the host that the server listens on, IP addresses, and the hosts in the settings.

    Later parts of the app see no `Origin`: Streamlit would ask an address service on the internet for this
    machine's address to compare the origin with.
    """

    def __init__(self, app: ASGIApp, listens_on: Callable[[], str]) -> None:
        self.app = app
        self.listens_on = listens_on

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on requests for known hosts from known origins."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        refusal = _refusal(scope, self.listens_on())
        if refusal is None:
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0] != b"origin"]}
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await WebSocket(scope, receive, send).close(1008)  # before the handshake: status 403


def _refusal(scope: Scope, listens_on: str) -> PlainTextResponse | None:
    headers = Headers(scope=scope)
    host, origin = headers.get("host", ""), headers.get("origin")
    if not is_own_host(host, listens_on):
        text = f"This server does not answer as “{host[:80]}”. Its hosts are named in TWENTE_ATLAS_HOSTS."
        return PlainTextResponse(text, status_code=421)
    changes = scope["type"] == "websocket" or scope["method"] not in SAFE_METHODS
    if changes and origin is not None and not is_own_origin(origin, host):
        return PlainTextResponse("Pages of another origin have no access.", status_code=403)
    return None


def is_own_host(host: str, listens_on: str = "") -> bool:
    """Tell whether a `Host` header names this server."""
    parts = _split(f"//{host}")
    if parts is None or not parts.hostname or parts.username or parts.path:
        return False
    name = parts.hostname.rstrip(".")
    known = {"localhost", socket.gethostname().lower(), listens_on.lower()}
    return name in known or _is_ip_address(name) or _is_in_settings(name)


def is_own_origin(origin: str, host: str) -> bool:
    """Tell whether an `Origin` header is that of a page of this server, or of a host in the settings."""
    page, here = _split(origin), _split(f"//{host}")
    if page is None or here is None or not page.hostname or page.scheme not in DEFAULT_PORTS:
        return False
    if _is_in_settings(page.hostname):  # a proxy may have put another name and port into `Host`
        return True
    port = DEFAULT_PORTS[page.scheme]
    return page.hostname == here.hostname and (page.port or port) == (here.port or port)


def _is_in_settings(name: str) -> bool:
    return any(
        pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:]))
        for pattern in current_settings().hosts
    )


def _is_ip_address(name: str) -> bool:
    """Tell whether a host is an IP address, which no DNS entry can lead elsewhere."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _split(url: str) -> SplitResult | None:
    """Split an address; `None` if it is not valid."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts
