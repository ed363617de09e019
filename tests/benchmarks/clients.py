"""People without a browser: Streamlit's own messages over real websockets, which cost a benchmark little."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

OPEN_SECONDS = 60
"""So long may a page take to open before its visitor gives up."""


@dataclass(frozen=True)
class Choice:
    """A feature that can be chosen."""

    value: Any
    """What the map's component reports for it."""
    answer: str
    """Text that the page shows then."""


@dataclass(frozen=True)
class App:
    """What a visitor of an app does."""

    documents: Sequence[str] = ("/",)
    """Addresses that a browser asks for beside the websocket."""
    widget_id: Callable[[Element], str] = lambda _: ""
    """Finds the id of the map's component in an element; empty where it is another element."""
    choices: Sequence[Choice] = ()


class Person:
    """One session on a server: opens the page, then chooses features."""

    def __init__(self, url: str, app: App) -> None:
        self.url = url
        self.app = app
        self.query = ""
        """Of the page's address, which knows what is on the screen."""
        self.cookie = ""
        """Of the server behind a proxy that has the session."""
        self._socket: ClientConnection | None = None
        self._widget_id = ""
        self._is_owed = False
        """Whether an answer that nobody waited for is still to come."""
        self._known: dict[str, bytes] = {}
        """Messages that the server need not send again, by their hash, as a browser keeps them."""

    async def open(self) -> None:
        """Open the page as a browser does, and wait until its script has run."""
        async with asyncio.timeout(OPEN_SECONDS):
            for path in self.app.documents:
                await asyncio.to_thread(_fetch, self.url + path)
            await self.connect()
        if self.app.choices and not self._widget_id:
            raise RuntimeError(f"{self.url}: there is no map on the page")

    async def connect(self) -> list[bytes]:
        """Open the websocket, for the first time or again; returns all messages of the script's first run."""
        address = f"{self.url.replace('http', 'ws', 1)}/_stcore/stream"
        self._socket = await connect(
            address,
            subprotocols=[Subprotocol("streamlit")],
            additional_headers={"Cookie": self.cookie} if self.cookie else None,
            max_size=None,
            compression=None,
            ping_interval=None,
        )
        self._is_owed = False
        if self._socket.response is not None:
            said = self._socket.response.headers.get("Set-Cookie", self.cookie)
            self.cookie = said.partition(";")[0]
        return await self._rerun(None)

    async def act(self, choice: Choice) -> float:
        """Choose a feature; returns the seconds until the script that answers has run.

        Raises
        ------
        RuntimeError
            If the page does not show the feature then.
        """
        began = time.perf_counter()
        answer = await self._rerun(choice.value)
        seconds = time.perf_counter() - began
        if not any(choice.answer.encode() in message for message in answer):
            raise RuntimeError(f"{self.url}: the page does not show {choice.answer!r}")
        return seconds

    async def leave(self) -> None:
        """Close the page."""
        if self._socket is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(5):
                    await self._socket.close()

    async def _rerun(self, value: Any) -> list[bytes]:
        """Have the script run, with what the map's component reports; returns all messages of the run."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.cached_message_hashes.extend(self._known)
        if value is not None:
            widget = state.widget_states.widgets.add()
            widget.id, widget.json_value = self._widget_id, json.dumps(value)
        if self._socket is None:
            raise RuntimeError("the page is not open")
        if self._is_owed:
            await self._until_finished(self._socket)
        await self._socket.send(message.SerializeToString())
        self._is_owed = True
        return await self._until_finished(self._socket)

    async def _until_finished(self, socket: ClientConnection) -> list[bytes]:
        heard: list[bytes] = []
        while True:
            content = await socket.recv(decode=False)
            message = ForwardMsg.FromString(content)
            if message.WhichOneof("type") == "ref_hash":
                content = self._known[message.ref_hash]
            elif message.metadata.cacheable:
                self._known[message.hash] = content
            heard.append(content)
            if message.WhichOneof("type") == "delta":
                self._widget_id = self.app.widget_id(message.delta.new_element) or self._widget_id
            if message.WhichOneof("type") == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    self._is_owed = False
                    return heard
                if message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
                    raise RuntimeError(f"{self.url}: the page's script is broken")


def _fetch(url: str) -> None:
    with urllib.request.urlopen(url, timeout=OPEN_SECONDS) as answer:  # noqa: S310 -- an address of our own
        answer.read()
