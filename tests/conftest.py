"""Fixtures: the shipped atlas, a small catalog to break, running servers, a browser without other hosts."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from geodata import Atlas, load_atlas
from tests.support import chromium as system_chromium
from tests.support.small_catalog import SmallCatalog


@pytest.fixture
def small(tmp_path: Path) -> SmallCatalog:
    return SmallCatalog(tmp_path)


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """The atlas that is shipped."""
    return load_atlas()


class Server:
    """A running `twente-atlas`."""

    before: tuple[str, ...] = ()
    """What the command is to run under."""

    def __init__(self, *arguments: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        self.arguments = arguments
        self.start()

    def start(self) -> None:
        """Start the server, for the first time or again."""
        command = ["-m", "dashboard", "serve", "--no-browser", "--port", str(self.port), *self.arguments]
        self.process = subprocess.Popen(
            [*self.before, sys.executable, *command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )

    def kill(self) -> str:
        """End the server without a word to anybody, and return what it printed."""
        self.process.kill()
        return self.process.communicate(timeout=20)[0]

    def wait(self, base_path: str = "") -> Server:
        """Wait until the server answers."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.url}{base_path}/_stcore/health", timeout=5) as answer:  # noqa: S310
                    if answer.status == 200:
                        return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise RuntimeError(f"the server did not start: {self.stop()}")

    def stop(self) -> str:
        """End the server, and return what it printed."""
        self.process.terminate()
        return self.process.communicate(timeout=20)[0]


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[..., Server]]:
    """Start servers; each is ended with the session."""
    servers: list[Server] = []

    def start(*arguments: str, base_path: str = "") -> Server:
        servers.append(Server(*arguments))
        return servers[-1].wait(base_path)

    yield start
    for server in servers:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="session")
def server(serve: Callable[..., Server]) -> Server:
    """The server of the atlas that is shipped."""
    return serve()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Any]:
    """A PostgreSQL server with PostGIS of our own."""
    from tests.support import postgres

    if postgres.programs() is None:
        (pytest.fail if os.environ.get(postgres.NEEDED) else pytest.skip)(postgres.ABSENT)
    server = postgres.Cluster()
    yield server
    server.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, in which no other host can be reached."""
    if system_chromium.EXECUTABLE is None:
        pytest.skip("no Chromium on this machine: install Debian's `chromium` to run the browser tests")
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(
            executable_path=system_chromium.EXECUTABLE, args=system_chromium.ARGUMENTS
        )
        yield browser
        browser.close()


class Visit:
    """A page in the browser, with everything that it asked for and complained of."""

    def __init__(self, page: Any, url: str) -> None:
        self.page = page
        self.url = url
        self.requests: list[str] = []
        self.errors: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: message.type == "error" and self.errors.append(message.text))

    def open(self, path: str = "/") -> Visit:
        """Open an address, and wait until its map is drawn."""
        self.page.goto(self.url + path)
        self.map.locator("html[data-atlas=drawn]").wait_for(state="attached")
        if self.is_dashboard:
            # The map draws before the page is there; a click is aimed where it stays.
            self.page.locator(".st-key-map_area iframe.atlas-frame").wait_for()
            self.page.locator(".st-key-panel h2").wait_for()
        return self

    @property
    def is_dashboard(self) -> bool:
        """Whether the map is in a frame of the dashboard."""
        return "/map" not in self.page.url.partition("?")[0]

    @property
    def map(self) -> Any:
        """The map document: the frame of the dashboard, or the page itself."""
        return self.page.frame_locator("iframe.atlas-frame") if self.is_dashboard else self.page

    def feature(self, reference: str) -> Any:
        """The drawn shapes of a feature, by its address."""
        return self.map.locator(f'path[data-feature="{reference}"]:not(.atlas-hit)')

    def other_hosts(self) -> list[str]:
        """Requests that went to another host."""
        own = (self.url, "data:", "blob:", self.url.replace("http", "ws", 1))
        return [url for url in self.requests if not url.startswith(own)]


@pytest.fixture
def visit(chromium: Any, server: Server) -> Iterator[Callable[..., Visit]]:
    """Open pages of the shipped atlas, or of another server, in fresh contexts."""
    contexts = []

    def start(url: str | None = None, **options: Any) -> Visit:
        context = chromium.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        context.set_default_timeout(20_000)
        contexts.append(context)
        return Visit(context.new_page(), url or server.url)

    yield start
    for context in contexts:
        context.close()
