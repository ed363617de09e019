"""Limits size and time of the head of a request: its line and headers, before the body.

Uvicorn limits the size in its slower parser (h11) only, and the time nowhere.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD_BYTES = 64 << 10
"""Limit of address and headers. Without it, one request could fill the memory and keep the parser busy for
minutes."""

HEAD_SECONDS = 20.0
"""Time for address and headers, from the connection or their first byte on. Without this limit, a few hundred
connections that send a byte now and then could use up all that the server may open."""

TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """A connection that is closed with status 400 or 408 if the head of a request does not end."""

    head_seconds = HEAD_SECONDS
    head_bytes = 0
    is_in_head = True
    head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the timer of the first head."""
        super().connection_made(transport)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the timer."""
        self._forget_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse data, unless a head has become too long."""
        if self.is_in_head:
            if self.head_timer is None:
                self._await_head()
            self.head_bytes += len(data)
        super().data_received(data)
        if self.is_in_head and self.head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of this request is too long.")

    def on_headers_complete(self) -> None:
        """Stop the timer: the body has other limits."""
        self.is_in_head = False
        self._forget_head()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Expect the head of the next request."""
        self.is_in_head, self.head_bytes = True, 0
        super().on_message_complete()

    def _await_head(self) -> None:
        self._forget_head()
        self.head_timer = self.loop.call_later(self.head_seconds, self._end_waiting)

    def _forget_head(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None

    def _end_waiting(self) -> None:
        """Close the connection, unless the answer to the previous request is still being sent."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._await_head()
        elif not self.transport.is_closing():
            self.transport.write(TOO_SLOW)
            self.transport.close()
