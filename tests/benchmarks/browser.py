"""Chromium with a cold profile per visit, no way to other hosts, and a probe in every document."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Frame,
    Page,
    Request,
    TimeoutError as BrowserTimeoutError,
    ViewportSize,
    WebSocket,
    sync_playwright,
)

from tests.support.chromium import ARGUMENTS, EXECUTABLE

VIEWPORT: ViewportSize = {"width": 1440, "height": 900}
WAIT_MS = 30_000
PROBE = Path(__file__).with_name("probe.js").read_text(encoding="utf-8").strip()
SIGN = "benchmark "
OWN_HOSTS = {"localhost", "127.0.0.1"}


@dataclass(frozen=True)
class Expected:
    """What a document is to hold."""

    selector: str
    count: int = 0
    """How many elements; counts unless there is a text."""
    text: str | None = None
    """What one of the elements says."""
    inFrame: bool = False  # noqa: N815 -- the probe's own word
    """Whether it is the framed document that is to hold it."""


@contextmanager
def chromium(more_arguments: Sequence[str] = ()) -> Iterator[Browser]:
    """Start Chromium: the one that `CHROMIUM` names, else the system's, else Playwright's own."""
    path = os.environ.get("CHROMIUM") or EXECUTABLE
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *more_arguments])
        try:
            yield browser
        finally:
            browser.close()


class Visit:
    """One visitor with an empty cache: what the probe said, and what went over the wire."""

    def __init__(
        self, browser: Browser, drawn: Expected | None, viewport: ViewportSize | None = None
    ) -> None:
        self.context = browser.new_context(viewport=viewport or VIEWPORT, reduced_motion="reduce")
        self.page: Page = self.context.new_page()
        self.page.add_init_script(f"({PROBE})({json.dumps(drawn and asdict(drawn))})")
        self.signals: dict[str, list[float]] = {}
        self.requests: list[Request] = []
        self.finished: list[Request] = []
        self.received_bytes = 0
        self.sent_messages = 0
        self.page.on("console", self._hear)
        self.page.on("request", lambda request: self.requests.append(request))
        self.page.on("requestfinished", lambda request: self.finished.append(request))
        self.page.on("websocket", self._watch)

    def __enter__(self) -> Visit:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.text.startswith(SIGN):
            heard = json.loads(message.text.removeprefix(SIGN))
            self.signals.setdefault(heard["signal"], []).append(heard["at"])

    def _watch(self, socket: WebSocket) -> None:
        def received(payload: str | bytes) -> None:
            self.received_bytes += len(payload)

        def sent(_: str | bytes) -> None:
            self.sent_messages += 1

        socket.on("framereceived", received)
        socket.on("framesent", sent)

    def wait(self, signal: str, index: int = 0) -> float:
        """Return when a signal came (ms since the epoch); `index` is how many of them came before."""
        deadline = time.monotonic() + WAIT_MS / 1000
        while len(self.signals.get(signal, [])) <= index:
            if time.monotonic() > deadline:
                break
            try:
                self.page.wait_for_event("console", timeout=WAIT_MS)
            except BrowserTimeoutError:
                break
        if len(self.signals.get(signal, [])) <= index:
            raise TimeoutError(f"{self.page.url}: no signal `{signal}` after {self.signals}")
        return self.signals[signal][index]

    def open(self, url: str) -> float:
        """Open an address; returns the milliseconds from the start of the navigation until it is drawn."""
        self.signals.clear()
        self.page.goto(url, wait_until="commit")
        return self._until_drawn()

    def reload(self) -> float:
        """Load the same page again, with a warm cache; returns as `open` does."""
        self.signals.clear()
        self.page.reload(wait_until="commit")
        return self._until_drawn()

    def _until_drawn(self) -> float:
        drawn = self.wait("drawn")
        return drawn - self.wait("start")

    def expect(self, target: Page | Frame, signal: str, wanted: Expected) -> None:
        """Have a document say a signal once it holds something that it does not hold yet."""
        self.signals.pop(signal, None)
        is_new = target.evaluate(
            "([signal, wanted]) => benchmark.expect(signal, wanted)", [signal, asdict(wanted)]
        )
        if not is_new:
            raise RuntimeError(f"{self.page.url}: {wanted} was there before")

    def settle(self, milliseconds: float) -> None:
        """Let page and server work on."""
        self.page.wait_for_timeout(milliseconds)

    def transferred_bytes(self) -> int:
        """Return the size of all answers as they came over the wire, headers and compressed bodies."""
        total = 0
        for request in self.finished:
            if is_over_the_wire(request):
                sizes = request.sizes()
                total += sizes["responseBodySize"] + sizes["responseHeadersSize"]
        return total

    def other_hosts(self) -> list[str]:
        """Return the addresses of other hosts that were asked for."""
        return [each.url for each in self.requests if is_over_the_wire(each) and _host(each) not in OWN_HOSTS]


def is_over_the_wire(request: Request) -> bool:
    """Whether a request is one of the network: `data:` and `blob:` are none."""
    return urlsplit(request.url).scheme in {"http", "https"}


def _host(request: Request) -> str | None:
    return urlsplit(request.url).hostname
