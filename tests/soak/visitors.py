"""Sessions that work, lose their connection and get it back, bring files, and go without a word."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.benchmarks.clients import App, Choice, Person
from tests.soak.world import World
from tests.support.corpus import paths

SESSIONS = 20

SESSION_SECONDS = 120
"""For all that one session does; the machine is busy with a thousand others."""

TOKEN = re.compile(rb"own/([\w-]{43})|token.{0,8}?([\w-]{43})", re.DOTALL)
CHOSEN = {"feature": "areas.square", "story": None, "bounds": None, "more": 0, "session": None, "uploads": 0}
SHOWN = b'tabindex="-1">Square<'
"""What the page says once that feature is chosen, and as long as its session is the same."""


class Visitor(Person):
    """One session, whose connection may break."""

    session_id = ""

    async def choose(self) -> bool:
        """Choose a feature; returns whether the page shows it."""
        return self._shows(await self._rerun(CHOSEN))

    async def work(self) -> str | None:
        """Have the page drawn; returns the token for files of the session."""
        heard = await self._rerun(None)
        found = [match for content in heard if (match := TOKEN.search(content))]
        return next(iter(filter(None, found[0].groups())), b"").decode() if found else None

    async def lose_connection(self) -> bool:
        """Lose the connection and come back, as a browser does; returns whether the page is as it was."""
        assert self._socket is not None
        self._socket.transport.abort()
        protocols = [Subprotocol(name) for name in ("streamlit", "PLACEHOLDER_AUTH_TOKEN", self.session_id)]
        address = f"{self.url.replace('http', 'ws', 1)}/_stcore/stream"
        self._socket = await connect(
            address, subprotocols=protocols, max_size=None, compression=None, ping_interval=None
        )
        return self._shows(await self._rerun(None))

    def _shows(self, heard: list[bytes]) -> bool:
        return any(SHOWN in content for content in heard)

    async def _rerun(self, value: Any) -> list[bytes]:
        heard = await super()._rerun(value)
        for content in heard:
            message = ForwardMsg.FromString(content)
            if message.WhichOneof("type") == "new_session":
                self.session_id = message.new_session.initialize.session_id
        return heard


async def live(world: World, number: int) -> None:
    """Be one session after the other."""
    chance = random.Random(number)  # noqa: S311 - the same each time
    files = paths()
    app = App(
        documents=("/", "/map"),
        widget_id=lambda element: element.bidi_component.id,
        choices=[Choice(CHOSEN, "")],
    )
    await asyncio.sleep(chance.uniform(0, 3))
    while not world.is_over:
        begin = time.monotonic()
        visitor = Visitor(world.server.url, app)
        try:
            async with asyncio.timeout(SESSION_SECONDS):
                await _visit(world, visitor, chance, files)
            world.done["sessions"] += 1
        except Exception as error:  # a fault of any kind is what is looked for
            world.expect(False, f"session {number}: {error!r}", begin)
            await asyncio.sleep(1)
        finally:
            with contextlib.suppress(Exception):
                await visitor.leave()


async def _visit(world: World, visitor: Visitor, chance: random.Random, files: list[Path]) -> None:
    begin = time.monotonic()
    await visitor.open()
    world.expect(await visitor.choose(), "the page does not show what was chosen", begin)
    for _ in range(chance.randint(1, 4)):
        token = await visitor.work()
        if token and chance.random() < 0.7:
            await asyncio.to_thread(_bring, world.server.url, token, chance.choice(files))
            world.done["files brought"] += 1
        if chance.random() < 0.3:
            world.expect(await visitor.lose_connection(), "a session is not what it was before", begin)
            world.done["connections lost"] += 1
        await asyncio.sleep(chance.uniform(0.2, 1.5))


def _bring(url: str, token: str, path: Path) -> None:
    """Send a file, and ask what became of it; that it is refused is no fault."""
    name = urllib.parse.quote(path.name)
    for target, content in ((f"?name={name}", path.read_bytes()), ("?lang=de", None)):
        request = urllib.request.Request(f"{url}/own/{token}{target}", content)  # noqa: S310
        try:
            urllib.request.urlopen(request, timeout=60).close()  # noqa: S310
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise
