"""Our addresses under the path prefix that Streamlit is told to use (`server.baseUrlPath`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Receive, Scope, Send


class PathPrefix:
    """ASGI middleware that lets routes written without a prefix answer under it too.

    Streamlit writes the prefix into its own routes; ours are known before it is.
    """

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute], prefix: Callable[[], str]) -> None:
        self.app = app
        self.routes = routes
        self.prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take the prefix off where it leads to a route of ours, and pass everything on."""
        prefix = f"/{self.prefix().strip('/')}/"
        if scope["type"] == "http" and prefix != "//" and scope["path"].startswith(prefix):
            inner = {**scope, "path": scope["path"].removeprefix(prefix.rstrip("/"))}
            if any(route.matches(inner)[0] is Match.FULL for route in self.routes):
                scope = inner
        await self.app(scope, receive, send)
