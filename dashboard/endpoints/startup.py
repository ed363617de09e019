"""Loads handlers and atlas in a thread once the server listens; earlier requests wait for them."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Receive, Scope, Send

HEAD_START_SECONDS = 0.05
"""Time from the start of the app until loading begins. By then uvicorn listens."""


class Preparation:
    """Work that is done once, in a thread; any number of requests can wait for its end."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.work = work
        self.done: Future[None] = Future()
        """Ends with the work, with its exception if it failed."""
        self.done.set_running_or_notify_cancel()  # a request that is canceled does not cancel the work
        self._is_new = threading.Lock()

    def begin(self) -> None:
        """Start the thread, unless it has been started."""
        if self._is_new.acquire(blocking=False):
            threading.Thread(target=self._run, name="preparation", daemon=True).start()

    async def wait(self) -> None:
        """Return when the work has ended. If it failed, whatever needs its result reports the reason."""
        if not self.done.done():
            self.begin()
            done = asyncio.wrap_future(self.done)
            await asyncio.wait([done])
            done.exception()

    def _run(self) -> None:
        try:
            self.work()
        except Exception as error:
            self.done.set_exception(error)
        else:
            self.done.set_result(None)


def _load() -> None:
    from dashboard.background.store import current_store
    from dashboard.endpoints import routes  # noqa: F401

    current_store().atlas()
    gc.freeze()  # what is loaded stays: a full collection need not visit it


PREPARATION = Preparation(_load)


@asynccontextmanager
async def load_after_start(_: object) -> AsyncIterator[None]:
    """Begin loading shortly after the server listens (ASGI lifespan)."""
    asyncio.get_running_loop().call_later(HEAD_START_SECONDS, PREPARATION.begin)
    yield


class WaitForAtlas:
    """ASGI middleware that lets websockets, and thereby sessions of the page, wait for the atlas."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on: websockets once the atlas is loaded, the rest at once."""
        if scope["type"] == "websocket":
            await PREPARATION.wait()
        await self.app(scope, receive, send)
