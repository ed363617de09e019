"""Fixtures of all tiers: the shipped atlas, a small catalog to break, servers, a database, browser pages.

What takes long to import is imported by its fixtures: the process that hands out tests to workers needs none.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.support import chromium as system_chromium
from tests.support.harm import restore
from tests.support.server import ReadOnlyServer, Server

if TYPE_CHECKING:
    from geodata import Atlas
    from tests.support.browser_page import BrowserPage
    from tests.support.small_catalog import SmallCatalog

settings.register_profile("atlas", deadline=None)  # a busy machine may be slow
settings.load_profile("atlas")

# Python keeps what it compiles; else each server compiles pandas anew, in 4 of the 6 seconds of its start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

HERE = Path(__file__).parent
TIERS = ("unit", "service", "browser", "scale")
PROCESSES = {"serve", "server", "small_server", "town", "read_only_server", "cluster", "chromium", "visit"}
"""Fixtures that start a process."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `-m unit`, leave other tiers unread: they import browsers, databases and clusters."""
    is_other = collection_path.parent == HERE and collection_path.name in {*TIERS} - {config.option.markexpr}
    return True if is_other and config.option.markexpr in TIERS else None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its tier, and begin with slow tiers: quick tests fill the end."""
    for item in items:
        tier = item.path.relative_to(HERE).parts[0]
        if tier not in TIERS:
            raise pytest.UsageError(f"{item.path} is in no tier")
        item.add_marker(tier)
        if tier == "unit" and PROCESSES & set(getattr(item, "fixturenames", ())):
            raise pytest.UsageError(f"{item.nodeid} starts a process: move it to another tier")
    items.sort(key=lambda item: -TIERS.index(item.path.relative_to(HERE).parts[0]))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Run whole folders on two processors, and chosen files or tests without the start of workers."""
    return 0 if any(".py" in argument for argument in config.args) else min(2, os.cpu_count() or 1)


@pytest.fixture
def small(tmp_path: Path) -> SmallCatalog:
    from tests.support.small_catalog import SmallCatalog

    return SmallCatalog(tmp_path)


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    """The atlas that is shipped."""
    from geodata import load_atlas

    return load_atlas()


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[..., Server]]:
    """Start servers; each ends with the tests of its module."""
    servers: list[Server] = []

    def start(*arguments: str, base_path: str = "") -> Server:
        servers.append(Server(*arguments))
        return servers[-1].wait(base_path)

    yield start
    for server in servers:
        if server.is_running:
            server.stop()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The server of the shipped atlas, one for each worker."""
    running = Server().wait()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def small_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SmallCatalog, Server]]:
    """A small catalog with its server, whose files may be broken, one for each worker."""
    from tests.support.small_catalog import SmallCatalog

    catalog = SmallCatalog(tmp_path_factory.mktemp("served"))
    running = Server("--catalog", str(catalog.write())).wait()
    yield catalog, running
    running.stop()


@pytest.fixture(scope="module")
def town(serve: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> tuple[Server, Path]:
    """A server whose base map has street tiles, and the file of these."""
    from tests.support.street_map import write_street_catalog

    catalog = write_street_catalog(tmp_path_factory.mktemp("streets"))
    return serve("--catalog", str(catalog)), catalog.parent / "basemap" / "streets.pmtiles"


@pytest.fixture
def towns(small_server: tuple[SmallCatalog, Server]) -> Iterator[Path]:
    """The file of a layer of `small_server`, restored afterwards."""
    file = small_server[0].path.parent / "layers" / "towns.geojson"
    content = file.read_bytes()
    yield file
    restore(file, content)


@pytest.fixture
def read_only_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server of a large layer that is not built, where nothing can be written."""
    if not ReadOnlyServer.is_possible():
        pytest.skip("needs the right to mount in a namespace")
    from tests.support.large_catalog import write_large_catalog

    monkeypatch.setenv("TWENTE_ATLAS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    server = ReadOnlyServer("--catalog", str(write_large_catalog(tmp_path))).wait()
    yield server
    if server.is_running:
        server.stop()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Any]:
    """A PostgreSQL server with PostGIS, which ends with the tests."""
    from tests.support import postgres

    if postgres.programs() is None:
        (pytest.fail if os.environ.get(postgres.NEEDED) else pytest.skip)(postgres.ABSENT)
    server = postgres.Cluster()
    yield server
    server.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The system's Chromium, in which no other host can be reached; one for each worker."""
    if system_chromium.EXECUTABLE is None:
        pytest.skip("no Chromium on this machine: install Debian's `chromium-headless-shell`")
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    playwright.expect.set_options(timeout=system_chromium.WAIT_MS)
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(
            executable_path=system_chromium.EXECUTABLE, args=system_chromium.FOR_TESTS
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def idle_pages(chromium: Any) -> list[BrowserPage]:
    """Pages that no test uses at the moment. They open the dashboard in two thirds of a new one's time."""
    return []


@pytest.fixture
def visit(
    chromium: Any, idle_pages: list[BrowserPage], request: pytest.FixtureRequest
) -> Iterator[Callable[..., BrowserPage]]:
    """Open pages of the shipped atlas, whose server starts with the first, or of another server.

    A page may have been used before, and the browser cache what it loaded. It is a new one with any option,
    such as `MOVING`, or if `is_new`: where a file breaks, or where what a test changes in it would stay.
    """
    from tests.support.browser_page import lent_page, opened_page

    with ExitStack() as pages:

        def start(url: str | None = None, *, is_new: bool = False, **options: Any) -> BrowserPage:
            at = url or request.getfixturevalue("server").url
            if is_new or options:
                return pages.enter_context(opened_page(chromium, at, **options))
            return pages.enter_context(lent_page(chromium, at, idle_pages))

        yield start
