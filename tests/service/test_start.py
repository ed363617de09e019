"""The start: the server listens first and loads then; who comes earlier waits, and nothing loads in vain."""

import asyncio
import subprocess
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.endpoints.startup import Preparation, WaitForAtlas
from tests.support.server import Server

HEAVY = {
    *("babel", "branca", "folium", "geopandas", "jinja2", "maplibre", "multiprocessing", "numpy", "pandas"),
    *("platformdirs", "pmtiles", "pyarrow", "pydantic", "pygeoapi", "pyogrio", "pyproj", "rapidfuzz"),
    *("requests", "scipy", "shapely", "tomlkit", "urllib3", "xyzservices"),
}
"""What takes its time to load."""

NOT_FOR_THE_PAGE = {"altair", "maplibre", "pygeoapi", "scipy", "tomlkit"}

TWO_THREADS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

with ThreadPoolExecutor(2) as threads:
    loaded = list(threads.map(import_module, ["dashboard.map.elements", "pandas"]))
print(loaded[1].DataFrame({"a": [1]}).shape)
"""


def run(work):
    """Run a coroutine in a thread of its own: that of the browser tests has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(asyncio.wait_for(work, 20))).result()


def loaded_by(module, names):
    code = f"import sys, {module}; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return sorted(names & set(result.stdout.split()))


@pytest.mark.parametrize("module", ["dashboard.cli", "dashboard.app", "geodata", "geodata.catalog.toml_file"])
def test_what_the_server_needs_to_listen_loads_nothing_heavy(module):
    assert loaded_by(module, HEAVY) == []


def test_what_answers_loads_nothing_that_the_page_does_not_need():
    assert loaded_by("dashboard.endpoints.handlers", NOT_FOR_THE_PAGE) == []


def test_pandas_can_be_loaded_while_another_thread_loads_the_map():
    run_code = [sys.executable, "-c", TWO_THREADS]
    result = subprocess.run(run_code, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "(1, 1)"


def test_every_name_of_the_package_is_where_it_says():
    import geodata

    assert all(getattr(geodata, name) is not None for name in geodata.__all__)
    assert set(geodata.PLACES) == set(geodata.__all__)
    with pytest.raises(AttributeError, match="no attribute 'moon'"):
        _ = geodata.moon


def test_who_comes_early_waits_and_whoever_leaves_takes_nothing_along():
    may_end, done = threading.Event(), []
    preparation = Preparation(lambda: done.append(may_end.wait(20)))

    async def visit():
        patient, hasty = (asyncio.create_task(preparation.wait()) for _ in range(2))
        await asyncio.sleep(0.05)
        hasty.cancel()
        await asyncio.sleep(0.05)
        assert not patient.done()
        may_end.set()
        await asyncio.wait_for(patient, 20)
        await preparation.wait()

    run(visit())
    assert done == [True], "the work is done once"


def test_work_that_fails_lets_everybody_go_on_and_is_remembered():
    def fail():
        raise OSError("no disk")

    preparation = Preparation(fail)
    run(preparation.wait())
    with pytest.raises(OSError, match="no disk"):
        preparation.done.result()


def test_a_session_begins_when_all_is_loaded(monkeypatch):
    order = []
    monkeypatch.setattr(
        "dashboard.endpoints.startup.PREPARATION", Preparation(lambda: order.append("loaded"))
    )

    async def app(scope, receive, send):
        order.append(scope["type"])

    async def connect():
        for kind in ("lifespan", "websocket"):
            await WaitForAtlas(app)({"type": kind}, None, None)

    run(connect())
    assert order == ["lifespan", "loaded", "websocket"]


def test_a_server_answers_for_itself_at_once_and_with_data_as_soon_as_there_are_some(serve):
    server = serve()
    with urllib.request.urlopen(f"{server.url}/layers/cities.geojson", timeout=30) as answer:  # noqa: S310
        assert b"FeatureCollection" in answer.read()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "no catalog at"),
        ("layers = [", "is not valid TOML"),
        ('title = "Nothing else"', "key `tagline` is missing"),
        ("layers = 3", "`layers` must be tables"),
    ],
)
def test_a_server_without_a_catalog_that_can_be_read_ends_with_one_line(tmp_path, text, words):
    catalog = tmp_path / "catalog.toml"
    if text is not None:
        catalog.write_text(text, encoding="utf-8")
    server = Server("--catalog", str(catalog))
    said, _ = server.process.communicate(timeout=60)
    assert server.process.returncode == 1
    [line] = [line for line in said.splitlines() if line.startswith("twente-atlas: ")]
    assert words in line
    assert "Traceback" not in said
