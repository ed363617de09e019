"""What breaks while people use it: files, requests, connections, disks. They are told; the rest goes on."""

import asyncio
import json
import os
import shutil
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.small_catalog import SmallCatalog
from tests.test_browser import click_feature, wait_for_address

ROOT = Path(__file__).parent.parent


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.fixture(scope="module")
def served(serve, tmp_path_factory):
    """A small catalog with a server of its own, whose files may be broken."""
    catalog = SmallCatalog(tmp_path_factory.mktemp("served"))
    server = serve("--catalog", str(catalog.write()))
    return catalog, server


@pytest.fixture
def towns(served):
    """The file of a layer; it is as it was afterwards."""
    catalog, _ = served
    file = catalog.path.parent / "layers" / "towns.geojson"
    content = file.read_bytes()
    yield file
    shutil.rmtree(file, ignore_errors=True)
    file.write_bytes(content)


def delete(file):
    file.unlink()


def truncate(file):
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])


def make_unreadable(file):
    """Whatever the rights of who runs the tests, a folder can't be read as a file."""
    file.unlink()
    file.mkdir()


def replace_with_noise(file):
    file.write_bytes(os.urandom(1000))


def mend(file, content):
    shutil.rmtree(file, ignore_errors=True)
    file.write_bytes(content)


@pytest.mark.parametrize("harm", [delete, truncate, make_unreadable, replace_with_noise])
def test_a_file_that_broke_while_running_is_named_and_the_other_layers_stay(served, towns, harm):
    _, server = served
    content = towns.read_bytes()
    assert get(f"{server.url}/layers/towns.geojson")[0] == 200
    harm(towns)
    status, text = get(f"{server.url}/layers/towns.geojson")
    assert status == 503
    assert text.startswith("towns: ")
    assert get(f"{server.url}/layers/areas.geojson")[0] == 200
    assert "towns" not in [
        found["reference"] for found in json.loads(get(f"{server.url}/search?q=one")[1])["results"]
    ]
    mend(towns, content)
    assert get(f"{server.url}/layers/towns.geojson")[0] == 200


@pytest.mark.browser
def test_a_map_says_which_layer_is_missing_and_has_it_back_without_a_reload(visit, served, towns):
    _, server = served
    content = towns.read_bytes()
    delete(towns)
    visited = visit(server.url).open("/?lang=en")
    expect(visited.page.locator(".st-key-panel [role=alert]")).to_contain_text("1 problem in the data")
    row = visited.map.locator(".atlas-layers > li", has_text="Towns")
    expect(row).to_contain_text("Could not be loaded.")
    expect(visited.feature("areas.square")).to_have_count(1)
    mend(towns, content)
    row.get_by_role("button", name="Try again").click()
    expect(visited.feature("towns.one")).to_have_count(1)
    expect(row).not_to_contain_text("Could not be loaded.")


def cut_off(route):
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.body()[: len(answer.body()) // 2])


@pytest.mark.browser
@pytest.mark.parametrize(
    "fail", [lambda route: route.abort(), lambda route: route.fulfill(status=500), cut_off, None]
)
def test_a_request_that_fails_is_cut_off_or_stalls_can_be_made_again(visit, served, fail):
    _, server = served
    visited = visit(server.url)
    stalled = []
    visited.page.route("**/layers/towns.geojson*", fail or (lambda route: stalled.append(route)))
    visited.page.clock.install()
    visited.page.goto(f"{server.url}/map?lang=en")
    if fail is None:
        visited.page.wait_for_timeout(1000)
        visited.page.clock.fast_forward(25_000)
    row = visited.map.locator(".atlas-layers > li", has_text="Towns")
    expect(row).to_contain_text("Could not be loaded.")
    expect(visited.map.locator(".atlas-notices")).to_contain_text("“Towns” could not be loaded.")
    visited.page.unroute_all(behavior="ignoreErrors")
    row.get_by_role("button", name="Try again").click()
    expect(visited.feature("towns.one")).to_have_count(1)


@pytest.mark.browser
def test_a_map_that_does_not_come_is_missed_and_can_be_asked_for_again(visit, served):
    _, server = served
    visited = visit(server.url)
    visited.page.route("**/map?*", lambda route: route.abort())
    visited.page.goto(f"{server.url}/?lang=nl")
    notice = visited.page.locator("body > .atlas-missing:not([hidden])")
    expect(notice).to_contain_text("De kaart kon niet worden geladen.", timeout=20_000)
    visited.page.unroute_all()
    notice.get_by_role("button").click()
    expect(visited.feature("towns.one")).to_have_count(1)
    expect(notice).to_have_count(0)


@pytest.mark.browser
def test_a_page_outlives_its_server_and_goes_on_where_it_was(visit, serve, tmp_path):
    server = serve("--catalog", str(SmallCatalog(tmp_path).write()))
    visited = visit(server.url).open("/?lang=nl")
    click_feature(visited, "towns.one")
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("One")
    visited.map.locator("input[data-layer=areas]").click()
    wait_for_address(visited, "layers", "^towns$")
    address = visited.page.url
    server.kill()
    notice = visited.page.locator("#atlas-connection")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("De server antwoordt niet.")
    notice.get_by_role("button").click()
    expect(notice.get_by_role("button")).to_be_enabled()
    visited.map.locator(".atlas-panel summary").click()  # the map needs nobody
    expect(visited.map.locator(".atlas-layers")).to_be_hidden()
    server.start()
    server.wait()
    expect(notice).to_be_hidden(timeout=60_000)
    expect(visited.page.locator("#atlas-live")).to_have_text("De verbinding is er weer.")
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("One")
    assert visited.page.url == address
    visited.feature("towns.two").click()
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("Two", timeout=20_000)
    assert not visited.page.get_by_role("dialog", name="Connection error").count()


@pytest.mark.browser
def test_a_connection_that_drops_for_a_moment_takes_nothing_along(visit, served):
    _, server = served
    visited = visit(server.url)
    lines = []

    def connect(line):
        line.connect_to_server()
        lines.append(line)

    visited.page.route_web_socket("**/_stcore/stream", connect)
    visited.open("/?lang=en&feature=towns.one")
    visited.page.get_by_text("Table", exact=True).click()
    visited.page.get_by_label("Filter by text").fill("two")
    visited.page.get_by_label("Filter by text").press("Enter")
    expect(visited.page.get_by_text("1 of 2.")).to_be_visible()
    lines[-1].close()
    for _ in range(100):
        if len(lines) > 1:
            break
        visited.page.wait_for_timeout(100)
    visited.page.get_by_label("Only what is in view").click(force=True)
    expect(visited.page.get_by_label("Filter by text")).to_have_value("two")
    expect(visited.page.get_by_text("1 of 2.")).to_be_visible()
    expect(visited.page.locator("#atlas-connection")).to_be_hidden()


def test_a_thousand_requests_at_once_are_all_answered(served):
    _, server = served

    async def ask(number):
        path = ("/layers/towns.geojson", "/map", "/search?q=one", "/_stcore/health")[number % 4]
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        return answer[:15]

    async def ask_all():
        async with asyncio.timeout(60):
            return await asyncio.gather(*(ask(number) for number in range(1000)))

    # In a thread of its own: that of the browser tests has a loop already.
    with ThreadPoolExecutor(1) as thread:
        answers = thread.submit(lambda: asyncio.run(ask_all())).result()
    assert set(answers) == {b"HTTP/1.1 200 OK"}


def test_where_nothing_can_be_written_downloads_say_so_and_the_rest_goes_on(serve, tmp_path):
    """A limit on the size of files stands for a full disk."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        server = serve("--catalog", str(SmallCatalog(tmp_path).write()))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    status, text = get(f"{server.url}/download/towns.gpkg")
    assert status == 503, text
    assert "Try again later" in text
    for path in ("/", "/map", "/layers/towns.geojson", "/download/towns.geojson", "/search?q=one"):
        assert get(server.url + path)[0] == 200, path
    assert "Traceback" not in server.stop()


def test_an_install_is_only_read(server):
    def state():
        return {
            path: path.stat().st_mtime_ns
            for folder in ("dashboard", "geodata")
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and path.suffix not in (".pyc", ".nbi", ".nbc")
        }

    before = state()
    for path in (
        "/",
        "/map",
        "/about",
        "/layers/cities.geojson",
        "/search?q=e",
        "/download/cities.gpkg",
        "/builds",
    ):
        assert get(server.url + path)[0] == 200
    time.sleep(0.1)
    assert state() == before
