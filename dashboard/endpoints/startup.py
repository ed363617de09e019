"""What the answers need, loaded in a thread of its own once the server listens; who comes earlier, waits."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Callable
from concurrent.futures import Future

from starlette.types import ASGIApp, Receive, Scope, Send


class Preparation:
    """Work that is done once, beside the server's."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.work = work
        self.on_done: Callable[[], None] = lambda: None
        """Is told of the end, in the thread of the work."""
        self.error: Exception | None = None
        """Why the work came to nothing."""
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._done: Future[None] = Future()
        self._done.set_running_or_notify_cancel()  # a visitor who leaves takes nothing along

    def begin(self) -> None:
        """Begin, unless it has begun."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="preparation", daemon=True)
                self._thread.start()

    async def wait(self) -> None:
        """Return when the work is done; where it failed, whoever needs it will say so."""
        if not self._done.done():
            self.begin()
            await asyncio.wrap_future(self._done)

    def _run(self) -> None:
        try:
            self.work()
        except Exception as error:
            self.error = error
        self._done.set_result(None)
        self.on_done()


def _load() -> None:
    """Load the code behind the answers, and the atlas."""
    from dashboard.background.store import current_store
    from dashboard.endpoints import handlers  # noqa: F401

    current_store().atlas()
    # What is loaded stays: a full collection need not look through it again and again.
    gc.freeze()


PREPARATION = Preparation(_load)


class Prepared:
    """ASGI middleware that has sessions of the page begin when all that they need is loaded."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, a websocket later."""
        if scope["type"] == "websocket":
            await PREPARATION.wait()
        await self.app(scope, receive, send)
