"""Faults as visitors see them: files, requests and servers that fail, and how the page recovers."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from geodata.large.cache import CACHE_VARIABLE
from tests.support.harm import delete, restore
from tests.support.small_catalog import SmallCatalog

ROOT = Path(__file__).parents[2]
PLACES = ROOT / "tests" / "data" / "odd" / "kmz.kmz"
LINES = ROOT / "tests" / "data" / "odd" / "zip_of_geojson.zip"

STREAMLIT_WAITS_MS = 60_000
"""Streamlit's longest wait between two attempts to connect again."""


def test_a_map_says_which_layer_is_missing_and_has_it_back_without_a_reload(visit, small_server, towns):
    _, server = small_server
    content = towns.read_bytes()
    delete(towns)
    visited = visit(server.url, is_new=True).open("/?lang=en")
    expect(visited.page.locator(".st-key-panel [role=alert]")).to_contain_text("1 problem in the data")
    row = visited.map.locator(".atlas-layer", has_text="Towns")
    expect(row).to_contain_text("Could not be loaded.")
    expect(visited.feature("areas.square")).to_have_count(1)
    restore(towns, content)
    row.get_by_role("button", name="Try again").click()
    expect(visited.feature("towns.one")).to_have_count(1)
    expect(row).not_to_contain_text("Could not be loaded.")


def cut_off(route):
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.body()[: len(answer.body()) // 2])


@pytest.fixture(scope="module")
def fetching(serve, tmp_path_factory):
    """A server of a layer that is not in the document of the map, but fetched once it is shown."""
    small = SmallCatalog(tmp_path_factory.mktemp("fetching"))
    small.toml = small.toml.replace("[layers.towns]\n", "[layers.towns]\nvisible = false\n")
    return serve("--catalog", str(small.write()))


@pytest.mark.parametrize(
    "fail", [lambda route: route.abort(), lambda route: route.fulfill(status=500), cut_off, None]
)
def test_a_request_that_fails_is_cut_off_or_stalls_can_be_made_again(visit, fetching, fail):
    server = fetching
    visited = visit(server.url, is_new=True)
    stalled = []
    visited.page.route("**/layers/towns.geojson*", fail or (lambda route: stalled.append(route)))
    visited.page.clock.install()
    visited.page.goto(f"{server.url}/map?lang=en&layers=areas,towns")
    if fail is None:
        visited.wait_for(lambda: stalled)
        visited.page.clock.fast_forward(25_000)
    row = visited.map.locator(".atlas-layer", has_text="Towns")
    expect(row).to_contain_text("Could not be loaded.")
    expect(visited.map.locator(".atlas-notices")).to_contain_text("“Towns” could not be loaded.")
    visited.page.unroute_all(behavior="ignoreErrors")
    row.get_by_role("button", name="Try again").click()
    expect(visited.feature("towns.one")).to_have_count(1)


def test_a_map_that_does_not_come_is_missed_and_can_be_asked_for_again(visit, small_server):
    _, server = small_server
    visited = visit(server.url, is_new=True)
    visited.page.route("**/map?*", lambda route: route.abort())
    visited.page.clock.install()
    visited.page.goto(f"{server.url}/?lang=nl")
    visited.page.locator(".st-key-panel h2").wait_for()
    visited.page.clock.fast_forward(15_000)
    notice = visited.page.locator("body > .atlas-missing:not([hidden])")
    expect(notice).to_contain_text("De kaart kon niet worden geladen.")
    visited.page.unroute_all()
    notice.get_by_role("button").click()
    expect(visited.feature("towns.one")).to_have_count(1)
    expect(notice).to_have_count(0)


def test_a_page_outlives_its_server_and_goes_on_with_what_it_showed_and_was_brought(visit, serve, tmp_path):
    """An upload was in the memory of a server that is no more; the page has the file, and gives it again."""
    server = serve("--catalog", str(SmallCatalog(tmp_path).write()))
    visited = visit(server.url, is_new=True)
    visited.page.clock.install()
    visited.open("/?lang=nl")
    visited.page.locator("#atlas-uploads-input").set_input_files([PLACES])
    shapes = visited.map.locator('path[data-feature^="own_"]:not(.atlas-hit)')
    expect(shapes).to_have_count(1)
    visited.page.evaluate("document.querySelector('#atlas-uploads').hidePopover()")
    visited.map.get_by_role("button", name="Toon de hele regio").click()
    visited.click_feature("towns.one")
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("One")
    visited.map.locator("input[data-layer=areas]").click()
    visited.wait_for_address("layers", "^towns$")
    server.kill()
    notice = visited.page.locator("#atlas-connection")
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("De server antwoordt niet.")
    notice.get_by_role("button").click()
    expect(notice.get_by_role("button")).to_be_enabled()
    visited.page.locator("#atlas-uploads-input").set_input_files([LINES])
    row = visited.page.locator("#atlas-uploads li", has_text=LINES.name)
    expect(row).to_contain_text("is niet aangekomen")
    row.get_by_role("button", name="Opnieuw proberen").click()
    expect(row).to_contain_text("is niet aangekomen")
    visited.page.evaluate("document.querySelector('#atlas-uploads').hidePopover()")
    visited.map.locator(".atlas-panel summary").click()  # the map needs nobody
    expect(visited.map.locator(".atlas-layers")).to_be_hidden()
    visited.wait_for_address("view", ".")
    address = visited.page.url
    server.start()
    server.wait()
    visited.page.clock.fast_forward(STREAMLIT_WAITS_MS)
    expect(notice).to_be_hidden()
    expect(visited.page.locator("#atlas-live")).to_have_text("De verbinding is er weer.")
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("One")
    assert visited.page.url == address
    expect(shapes).to_have_count(2)
    visited.map.get_by_role("button", name="Toon de hele regio").click()
    visited.feature("towns.two").click()
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("Two")
    assert not visited.page.get_by_role("dialog", name="Connection error").count()


def test_a_connection_that_drops_for_a_moment_takes_nothing_along(visit, small_server):
    _, server = small_server
    visited = visit(server.url, is_new=True)
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
    visited.wait_for(lambda: len(lines) > 1)
    visited.page.get_by_label("Only what is in view").click(force=True)
    expect(visited.page.get_by_label("Filter by text")).to_have_value("two")
    expect(visited.page.get_by_text("1 of 2.")).to_be_visible()
    expect(visited.page.locator("#atlas-connection")).to_be_hidden()


def test_on_a_read_only_system_the_page_says_which_layer_can_not_be_made_ready(read_only_server, visit):
    visited = visit(read_only_server.url).open("/?lang=nl&feature=towns.one")
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("One")
    row = visited.map.locator(".atlas-layer", has_text="Houses")
    expect(row).to_contain_text(CACHE_VARIABLE)
    assert visited.errors == []
