"""Adds security headers to every answer that does not set them itself."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.content_security_policy import DATA_POLICY

HEADERS = {
    "Content-Security-Policy": DATA_POLICY,
    "X-Content-Type-Options": "nosniff",
    # The map and its data set another value (`assets.SHARED`).
    "Cross-Origin-Resource-Policy": "same-origin",
}
DOCUMENT_HEADERS = {
    # Tile services want to see which site uses them, but not what is looked at.
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    # No window that opened this one, or was opened by it, gets access to it.
    "Cross-Origin-Opener-Policy": "same-origin",
}
PARTS = ("text/javascript", "text/css", "font/", "image/png")
"""What no window shows by itself, and pages have many of, goes without `DOCUMENT_HEADERS`."""

STARTS = ("http.response.start", "websocket.http.response.start")


class SecurityHeaders:
    """ASGI middleware that adds the headers above to answers without them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and add headers to the start of an answer."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] in STARTS:
                headers = MutableHeaders(scope=message)
                is_part = headers.get("content-type", "").startswith(PARTS)
                for name, value in (HEADERS if is_part else HEADERS | DOCUMENT_HEADERS).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
