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
        """Serve a route of ours where the prefix leads to it, and pass everything else on."""
        root_path = f"/{self.prefix().strip('/')}".rstrip("/")
        if scope["type"] == "http" and root_path and scope["path"].startswith(f"{root_path}/"):
            inner = {**scope, "root_path": scope.get("root_path", "") + root_path}
            for route in self.routes:
                match, found = route.matches(inner)
                if match is Match.FULL:
                    await route.handle({**inner, **found}, receive, send)
                    return
        await self.app(scope, receive, send)
