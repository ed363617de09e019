"""What breaks while people use it: files, requests, connections, disks. They are told; the rest goes on."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import expect

from dashboard.background.temp_folders import Scratch
from geodata import read_catalog
from geodata.large.build import build_layer
from geodata.large.cache import CACHE_VARIABLE
from geodata.large.density_grid import WORLD_BITS, to_world
from tests.browser.test_features import click_feature, wait_for_address
from tests.conftest import Server
from tests.support.harm import HARMS, delete, mend, replace_with_noise, truncate
from tests.support.large_catalog import houses, write_large_catalog
from tests.support.small_catalog import SmallCatalog

ROOT = Path(__file__).parents[2]
PLACES = ROOT / "tests" / "data" / "odd" / "kmz.kmz"
LINES = ROOT / "tests" / "data" / "odd" / "zip_of_geojson.zip"


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


@pytest.mark.parametrize("harm", HARMS)
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
def test_a_request_that_fails_is_cut_off_or_stalls_can_be_made_again(visit, serve, small, fail):
    # What a map begins with travels in its document; the rest is fetched.
    small.toml = small.toml.replace("[layers.towns]\n", "[layers.towns]\nvisible = false\n")
    server = serve("--catalog", str(small.write()))
    visited = visit(server.url)
    stalled = []
    visited.page.route("**/layers/towns.geojson*", fail or (lambda route: stalled.append(route)))
    visited.page.clock.install()
    visited.page.goto(f"{server.url}/map?lang=en&layers=areas,towns")
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
def test_what_somebody_brought_is_back_once_the_server_is(visit, serve, tmp_path):
    """It was in the memory of a server that is no more; the page has the files, and gives them once more."""
    server = serve("--catalog", str(SmallCatalog(tmp_path).write()))
    visited = visit(server.url).open("/?lang=nl")
    visited.page.locator("#atlas-own-input").set_input_files([PLACES])
    shapes = visited.map.locator('path[data-feature^="own_"]:not(.atlas-hit)')
    expect(shapes).to_have_count(1, timeout=30_000)
    visited.page.evaluate("document.querySelector('#atlas-own').hidePopover()")
    server.kill()
    expect(visited.page.locator("#atlas-connection")).to_be_visible()
    visited.page.locator("#atlas-own-input").set_input_files([LINES])
    row = visited.page.locator("#atlas-own li", has_text=LINES.name)
    expect(row).to_contain_text("is niet aangekomen")
    row.get_by_role("button", name="Opnieuw proberen").click()
    expect(row).to_contain_text("is niet aangekomen")
    server.start()
    server.wait()
    expect(shapes).to_have_count(2, timeout=90_000)


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


@pytest.fixture
def with_large(serve, tmp_path, monkeypatch):
    """A server of a large layer that is built, and the folder of its build."""
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    (tmp_path / "atlas").mkdir()
    catalog = write_large_catalog(tmp_path / "atlas")
    read = read_catalog(catalog)
    large = build_layer(read.catalog.layers["houses"], read.folder)
    return serve("--catalog", str(catalog)), large.folder


def get_until(url, status):
    """Ask again until the answer is of this status, and return all that came before."""
    before = []
    end = time.monotonic() + 60
    while (answer := get(url))[0] != status:
        before.append(answer)
        assert time.monotonic() < end, before[-1]
        time.sleep(0.1)
    return before


@pytest.mark.parametrize(
    ("harm", "part"),
    [(truncate, "detail.pmtiles"), (delete, "features.gpkg"), (delete, "report.json")],
)
def test_what_was_built_of_a_large_layer_is_built_again_where_it_gets_lost(with_large, harm, part):
    server, folder = with_large
    feature = f"{server.url}/features/houses/7.json"
    assert get(feature)[0] == 200
    harm(folder / part)
    missing = get_until(feature, 503)
    assert all(status == 200 for status, _ in missing)
    assert get(f"{server.url}/layers/towns.geojson")[0] == 200
    assert {status for status, _ in get_until(feature, 200)} <= {503}
    assert (folder / part).is_file()


def read_tiles(large):
    zoom, points = large.report.max_zoom, houses().geometry
    world = to_world(points.x, points.y) >> (WORLD_BITS - zoom)
    return [large.tile(zoom, int(x), int(y)) for x, y in world]


@pytest.mark.parametrize("harm", [truncate, replace_with_noise])
def test_tiles_of_a_file_that_broke_are_an_error_and_never_the_end_of_the_process(tmp_path, harm):
    catalog = write_large_catalog(tmp_path)
    read = read_catalog(catalog)
    large = build_layer(read.catalog.layers["houses"], read.folder, tmp_path / "cache")
    assert all(read_tiles(build_layer(read.catalog.layers["houses"], read.folder, tmp_path / "cache")))
    harm(large.folder / "detail.pmtiles")
    with pytest.raises(OSError, match="is damaged"):
        read_tiles(large)


def test_streamlit_run_builds_what_is_large_in_a_process_that_runs_no_page(tmp_path):
    """Its main module is a script of Streamlit's, which a process of `multiprocessing` would run too."""
    catalog = write_large_catalog(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--server.port", str(port), "--server.headless", "true"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "server.py"), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={
            **os.environ,
            "TWENTE_ATLAS_CATALOG": str(catalog),
            CACHE_VARIABLE: str(tmp_path / "cache"),
        },
    )
    try:
        end = time.monotonic() + 60
        state = ""
        while state != "ready" and time.monotonic() < end:
            with suppress(OSError):
                state = json.loads(get(f"http://localhost:{port}/builds")[1])["houses"]["state"]
            time.sleep(0.2)
    finally:
        process.terminate()
        printed = process.communicate(timeout=20)[0]
    assert state == "ready", printed
    assert "Traceback" not in printed
    assert "ScriptRunContext" not in printed


def test_what_people_brought_is_cleared_where_a_server_was_killed_over_it(tmp_path):
    hold = (
        "import sys, time; from pathlib import Path; from dashboard.background.temp_folders import Scratch;"
        "scratch = Scratch(Path(sys.argv[1])); print(scratch.folder(), flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", hold, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    folder = Path(process.stdout.readline().strip())
    (folder / "own.gpkg").write_text("of somebody")
    other = Scratch(tmp_path)
    mine = other.folder()
    assert folder.is_dir(), "its process is still there"
    process.kill()
    process.communicate()
    link = tmp_path / "twente-atlas-own-link"
    link.symlink_to(ROOT)
    Scratch(tmp_path).clear_orphans()
    assert not folder.exists()
    assert mine.is_dir()
    assert link.is_symlink()
    assert (ROOT / "README.md").exists()


class LockedServer(Server):
    """A server on a system where nothing can be written: installation, catalog, cache, temporary files."""

    before = (
        *(("unshare", "--mount") if os.geteuid() == 0 else ("unshare", "--map-root-user", "--mount")),
        *("sh", "-c"),
        "mount -o remount,ro,bind / &&"
        " for place in $(cut -d ' ' -f 2 /proc/mounts | grep -v -e ^/proc -e ^/sys -e '^/dev$'); do"
        " mount -o remount,ro,bind $place 2>/dev/null; done;"
        ' exec "$@"',
        "sh",
    )


@pytest.fixture
def locked(tmp_path, monkeypatch):
    """A server of a large layer that is not built, where nothing can be written."""
    if (
        shutil.which("unshare") is None
        or subprocess.run([*LockedServer.before, "true"], check=False).returncode
    ):
        pytest.skip("needs the right to mount in a namespace of its own")
    monkeypatch.setenv(CACHE_VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    server = LockedServer("--catalog", str(write_large_catalog(tmp_path))).wait()
    yield server
    if server.process.poll() is None:
        server.stop()


def test_where_nothing_can_be_written_the_server_starts_and_says_what_it_can_not_keep(locked, tmp_path):
    for path in (
        "/",
        "/map",
        "/about",
        "/layers/towns.geojson",
        "/search?q=one",
        "/ogc/collections",
        "/download/towns.csv",
        "/download/map.html",
    ):
        assert get(locked.url + path)[0] == 200, path
    status, text = get(f"{locked.url}/download/towns.gpkg")
    assert status == 503
    assert "can't read or write its files" in text
    end = time.monotonic() + 30
    while (build := json.loads(get(f"{locked.url}/builds")[1])["houses"])["state"] == "building":
        assert time.monotonic() < end
        time.sleep(0.1)
    assert build["state"] == "failed"
    assert "nothing can be written in" in build["message"]
    assert CACHE_VARIABLE in build["message"]
    printed = locked.stop()
    assert "Traceback" not in printed
    assert "can't be kept" in printed, "the log says that links can't be pinned"
    assert not (tmp_path / "cache").exists()


@pytest.mark.browser
def test_on_a_locked_system_the_page_says_which_layer_can_not_be_made_ready(locked, visit):
    visited = visit(locked.url).open("/?lang=nl&feature=towns.one")
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("One")
    row = visited.map.locator(".atlas-layers > li", has_text="Houses")
    expect(row).to_contain_text(CACHE_VARIABLE, timeout=30_000)
    assert visited.errors == []
