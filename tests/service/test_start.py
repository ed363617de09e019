"""The start: the server listens first and loads then; who comes earlier waits, and nothing loads in vain."""

import subprocess
import sys
import urllib.request

import pytest

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
