"""HTTP as uvicorn speaks it, with an end to the head of a request, and without a word on what answers."""

from __future__ import annotations

from typing import Any

from streamlit.web.server.starlette import starlette_server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 64 << 10
"""Of address and headers. Without an end to them, one request fills the memory, and the parser works on it
for minutes."""


class BoundedHttp(HttpToolsProtocol):
    """A connection that is closed with status 400 where the head of a request does not end."""

    head_bytes = 0
    is_in_head = True

    def data_received(self, data: bytes) -> None:
        """Take what came, unless a head goes on and on."""
        if self.is_in_head:
            self.head_bytes += len(data)
        super().data_received(data)
        if self.is_in_head and self.head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of this request is too long.")

    def on_headers_complete(self) -> None:
        """Know that what follows is the body, which has a limit of its own."""
        self.is_in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Expect the head of another request."""
        self.is_in_head, self.head_bytes = True, 0
        super().on_message_complete()


def bound_streamlit_server() -> None:
    """Have Streamlit start uvicorn with this protocol; `streamlit run` has chosen its own by then."""
    options = starlette_server._get_uvicorn_config_kwargs

    def bounded() -> dict[str, Any]:
        return {**options(), "http": BoundedHttp, "server_header": False}

    starlette_server._get_uvicorn_config_kwargs = bounded
