"""Faults while a server runs: files that break, full or read-only disks, many requests, killed processes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from dashboard.background.temp_folders import TempFolders
from geodata import read_catalog
from geodata.large.build import build_layer
from geodata.large.cache import CACHE_VARIABLE
from geodata.large.density_grid import WORLD_BITS, to_world
from tests.support import ROOT
from tests.support.async_running import run_async
from tests.support.harm import HARMS, delete, replace_with_noise, restore, truncate
from tests.support.large_catalog import houses, write_large_catalog
from tests.support.requesting import request
from tests.support.server import free_port
from tests.support.small_catalog import SmallCatalog
from tests.support.waiting import wait_for


@pytest.mark.parametrize("harm", HARMS)
def test_a_file_that_broke_while_running_is_named_and_the_other_layers_stay(small_server, towns, harm):
    _, server = small_server
    content = towns.read_bytes()
    assert request(f"{server.url}/layers/towns.geojson").status == 200
    harm(towns)
    answer = request(f"{server.url}/layers/towns.geojson")
    assert answer.status == 503
    assert answer.text.startswith("towns: ")
    assert request(f"{server.url}/layers/areas.geojson").status == 200
    assert "towns" not in [
        found["reference"] for found in request(f"{server.url}/search?q=one").json()["results"]
    ]
    restore(towns, content)
    assert request(f"{server.url}/layers/towns.geojson").status == 200


def test_a_thousand_requests_at_once_are_all_answered(small_server):
    _, server = small_server

    async def ask(number):
        path = ("/layers/towns.geojson", "/map", "/search?q=one", "/_stcore/health")[number % 4]
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
        writer.close()
        return answer[:15]

    async def ask_all():
        async with asyncio.timeout(120):
            return await asyncio.gather(*(ask(number) for number in range(1000)))

    assert set(run_async(ask_all())) == {b"HTTP/1.1 200 OK"}


def test_where_nothing_can_be_written_downloads_say_so_and_the_rest_goes_on(serve, tmp_path):
    """A limit on the size of files stands for a full disk."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        server = serve("--catalog", str(SmallCatalog(tmp_path).write()))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    answer = request(f"{server.url}/download/towns.gpkg")
    assert answer.status == 503
    assert "Try again later" in answer.text
    for path in ("/", "/map", "/layers/towns.geojson", "/download/towns.geojson", "/search?q=one"):
        assert request(server.url + path).status == 200, path
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
        assert request(server.url + path).status == 200
    assert state() == before


@pytest.fixture(scope="module")
def with_large(serve, tmp_path_factory):
    """A server of a large layer that is built, and the folder of its build."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CACHE_VARIABLE, str(tmp_path_factory.mktemp("cache")))
        catalog = write_large_catalog(tmp_path_factory.mktemp("atlas"))
        read = read_catalog(catalog)
        large = build_layer(read.catalog.layers["houses"], read.folder)
        return serve("--catalog", str(catalog)), large.folder


def answers_until(url, status):
    """Request again until the answer has this status; return the statuses before."""
    before = []

    def is_so():
        before.append(request(url).status)
        return before[-1] == status

    wait_for(is_so)
    return before[:-1]


@pytest.mark.parametrize(
    ("harm", "part"),
    [(truncate, "detail.pmtiles"), (delete, "features.gpkg"), (delete, "report.json")],
)
def test_what_was_built_of_a_large_layer_is_built_again_where_it_gets_lost(with_large, harm, part):
    server, folder = with_large
    feature = f"{server.url}/features/houses/7.json"
    assert request(feature).status == 200
    harm(folder / part)
    assert set(answers_until(feature, 503)) <= {200}
    assert request(f"{server.url}/layers/towns.geojson").status == 200
    assert set(answers_until(feature, 200)) <= {503}
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


def test_streamlit_run_shows_the_dashboard_with_its_settings_and_builds_what_is_large(tmp_path):
    """Started in another folder. A process of `multiprocessing` would run its main module, the page, too."""
    catalog = write_large_catalog(tmp_path)
    port = free_port()
    options = ["--server.port", str(port), "--server.headless", "true"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(ROOT / "dashboard" / "app.py"), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=tmp_path,
        env={
            **os.environ,
            "TWENTE_ATLAS_CATALOG": str(catalog),
            CACHE_VARIABLE: str(tmp_path / "cache"),
        },
    )

    def is_ready():
        assert process.poll() is None, process.communicate()[0]
        with suppress(OSError):
            return request(f"http://localhost:{port}/builds").json()["houses"]["state"] == "ready"

    try:
        wait_for(is_ready)
        page = request(f"http://localhost:{port}/").text
    finally:
        process.terminate()
        printed = process.communicate(timeout=20)[0]
    assert "atlas-frame" in page
    assert "Network URL" not in printed, "config.toml names the address"
    assert "Traceback" not in printed
    assert "ScriptRunContext" not in printed


def test_what_people_brought_is_cleared_where_a_server_was_killed_over_it(tmp_path):
    hold = (
        "import sys, time; from pathlib import Path;"
        "from dashboard.background.temp_folders import TempFolders;"
        "folders = TempFolders(Path(sys.argv[1])); print(folders.folder(), flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", hold, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    folder = Path(process.stdout.readline().strip())
    (folder / "own.gpkg").write_text("of somebody")
    other = TempFolders(tmp_path)
    mine = other.folder()
    assert folder.is_dir(), "its process is still there"
    process.kill()
    process.communicate()
    link = tmp_path / "twente-atlas-own-link"
    link.symlink_to(ROOT)
    TempFolders(tmp_path).clear_orphans()
    assert not folder.exists()
    assert mine.is_dir()
    assert link.is_symlink()
    assert (ROOT / "README.md").exists()


def test_where_nothing_can_be_written_the_server_starts_and_says_what_it_can_not_keep(
    read_only_server, tmp_path
):
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
        assert request(read_only_server.url + path).status == 200, path
    answer = request(f"{read_only_server.url}/download/towns.gpkg")
    assert answer.status == 503
    assert "can't read or write its files" in answer.text
    builds = f"{read_only_server.url}/builds"
    build = wait_for(lambda: (state := request(builds).json()["houses"])["state"] != "building" and state)
    assert build["state"] == "failed"
    assert "nothing can be written in" in build["message"]
    assert CACHE_VARIABLE in build["message"]
    printed = read_only_server.stop()
    assert "Traceback" not in printed
    assert "Can't record this data version" in printed, "the log says that links can't be pinned"
    assert not (tmp_path / "cache").exists()
