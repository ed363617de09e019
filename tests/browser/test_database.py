"""A layer of a database in the browser: drawn, clicked, searched, filtered, and what is seen without it."""

import re
import urllib.error
import urllib.parse
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.support.database_catalog import (
    COUNT,
    HOSTILE,
    HOSTILE_NAME,
    fill,
    place_of,
    write_database_catalog,
)
from tests.support.large_map import colors_around_the_middle
from tests.support.postgres import PASSWORD
from tests.support.requesting import request
from tests.support.waiting import wait_for

NUMBER = 4711
FEW = """
[layers.shops]
title = "Some shops"
kind = "Shop"
description = "A few of the houses."
database = { query = "SELECT * FROM houses WHERE id < 40 AND use = 'shop'", id = "id" }
geometry_types = ["Point"]
license = { name = "CC0", url = "https://example.org/cc0" }
attribution = "Nobody"
vintage = "2026"
retrieved = 2026-01-01
method = "Drawn by lot."
sources = [{ name = "Nobody" }]
style = { color = "#7a5195", radius = 4 }
"""
INJECTIONS = (
    "'; DROP TABLE houses; --",
    "1 OR 1=1",
    "%s",
    "{}",
    "$1",
    "\\",
    '"',
    "1); SELECT pg_sleep(9); --",
)


@pytest.fixture(scope="module")
def database(cluster):
    """The database with the houses."""
    if not cluster.is_running:
        cluster.start()
    fill(cluster)
    return cluster


@pytest.fixture(scope="module")
def served(serve, database, tmp_path_factory):
    """A server whose houses are in the database, looked at every half second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWENTE_ATLAS_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("TWENTE_ATLAS_DATABASE_MAIN", database.reader_url)
        patch.setenv("TWENTE_ATLAS_DATABASE_SECONDS", "0.5")
        catalog = write_database_catalog(tmp_path_factory.mktemp("database"), more=FEW)
        yield serve("--catalog", str(catalog))


def view_of(number, zoom=17):
    lon, lat = place_of(number)
    return f"{zoom}/{lat:.5f}/{lon:.5f}"


def state_of(served, layer_id="houses"):
    return request(f"{served.url}/builds").json()[layer_id]


def test_a_click_on_a_row_of_the_database_opens_popup_panel_and_address(visit, served):
    visited = visit(served.url).open_drawn(f"/?view={view_of(NUMBER)}")
    assert colors_around_the_middle(visited)
    visited.page.mouse.move(*visited.middle_of_map())
    expect(visited.map.locator(".atlas-tooltip")).to_contain_text(f"House {NUMBER}")
    visited.page.mouse.click(*visited.middle_of_map())
    expect(visited.map.locator(".atlas-popup h2")).to_have_text(f"House {NUMBER}")
    expect(visited.page.locator(".st-key-panel h2")).to_have_text(f"House {NUMBER}")
    expect(visited.page.locator(".st-key-panel")).to_contain_text("1931")
    assert visited.wait_for_address("feature", str(NUMBER)) == f"houses.{NUMBER}"
    assert visited.errors == []
    assert visited.other_hosts() == []


def test_far_out_the_legend_says_that_circles_stand_for_many_rows(visit, served):
    zoom, cells = max(state_of(served)["tiles"]["overview"].items(), key=lambda item: int(item[0]))
    lon, lat, count = max(cells, key=lambda cell: cell[2])
    # Leaflet's tiles are half as wide.
    visited = visit(served.url).open_drawn(f"/?view={int(zoom) + 1}/{lat}/{lon}")
    legend = visited.map.locator(".atlas-layers")
    expect(legend).to_contain_text(f"{COUNT:,}")
    expect(legend).to_contain_text("a circle stands for this many features")
    visited.page.mouse.move(*visited.middle_of_map())
    expect(visited.map.locator(".atlas-tooltip")).to_contain_text(f"{count:,} features")


def test_rows_are_searched_for_and_the_table_is_filtered_in_the_database(visit, served):
    visited = visit(served.url).open_drawn("/?panel=table&of=houses")
    panel = visited.page.locator(".st-key-panel")
    expect(panel).to_contain_text(f"{COUNT:,} of {COUNT:,}")
    panel.get_by_label("Filter by text").fill("house 4711")
    panel.get_by_label("Filter by text").press("Enter")
    expect(panel).to_contain_text(f"1 of {COUNT:,}")
    visited.page.get_by_role("combobox", name="Find").fill("house 11999")
    visited.page.get_by_role("option", name=re.compile("House 11999")).first.click()
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("House 11999")


def test_hostile_text_of_the_database_stays_text(visit, served):
    visited = visit(served.url).open_drawn(f"/?view={view_of(HOSTILE)}&feature=houses.{HOSTILE}")
    expect(visited.map.locator(".atlas-popup h2")).to_have_text(HOSTILE_NAME)
    expect(visited.page.locator(".st-key-panel h2")).to_have_text(HOSTILE_NAME)
    assert visited.map.locator("img[src=x]").count() == 0
    assert visited.page.locator("img[src=x]").count() == 0
    assert visited.errors == []


def test_the_database_goes_and_comes_while_a_map_is_open(visit, served, database):
    visited = visit(served.url, is_new=True).open_drawn(f"/?view={view_of(NUMBER)}")
    row = visited.map.locator(".atlas-layers li", has_text="Houses")
    try:
        database.stop("immediate")
        wait_for(lambda: state_of(served)["state"] == "away")
        visited.page.mouse.click(*visited.middle_of_map())
        visited.map.locator('a[title="Zoom out"]').click()
        for _ in range(3):
            visited.turn_wheel(120)
        expect(row).to_contain_text("The database does not answer")
        expect(visited.map.locator(".atlas-layers li", has_text="Towns")).to_have_attribute(
            "data-state", "ready"
        )
        answer = request(f"{served.url}/features/houses/12.json")
        assert answer.status == 503
        assert "can't reach the database main" in answer.text
        answer = request(f"{served.url}/ogc/collections/houses/items?use=shop&limit=7")
        assert answer.status == 503
        assert "can't reach the database main" in answer.json()["description"]
        found = request(f"{served.url}/search?q=one").json()["results"]
        assert [each["reference"] for each in found] == ["towns.one"]
        for path in (f"/?feature=houses.{NUMBER}", "/?panel=table&of=houses"):
            other = visit(served.url)
            other.page.goto(served.url + path)
            panel = other.page.locator("#root .st-key-panel")
            expect(panel).to_contain_text("The database does not answer at the moment")
        for shown in (answer.text, other.page.content(), visited.page.content()):
            for secret in (PASSWORD, "atlas_reader", str(database.port)):
                assert secret not in shown
    finally:
        database.start()
    wait_for(lambda: state_of(served)["state"] == "ready")
    expect(row).not_to_contain_text("The database does not answer")
    expect(row).to_have_attribute("data-state", "ready")
    again = visit(served.url, is_new=True).open_drawn(f"/?view={view_of(NUMBER)}")
    assert colors_around_the_middle(again)


def test_a_server_that_began_without_its_database_shows_it_once_it_is_there(
    visit, serve, database, tmp_path, monkeypatch
):
    monkeypatch.setenv("TWENTE_ATLAS_DATABASE_MAIN", database.reader_url)
    monkeypatch.setenv("TWENTE_ATLAS_DATABASE_SECONDS", "0.5")
    database.stop("fast")
    try:
        server = serve("--catalog", str(write_database_catalog(tmp_path, more=FEW)))
        visited = visit(server.url).open(f"/?view={view_of(NUMBER)}&feature=houses.{NUMBER}")
        houses = visited.map.locator(".atlas-layers li", has_text="Houses")
        shops = visited.map.locator(".atlas-layers li", has_text="Some shops")
        expect(houses).to_contain_text("The database does not answer")
        expect(shops).to_contain_text("The database does not answer")
        expect(visited.page.locator(".st-key-panel")).to_contain_text("nothing listens there")
    finally:
        database.start()
    expect(houses).to_have_attribute("data-state", "ready")
    expect(houses).to_contain_text(f"{COUNT:,}")
    expect(shops).to_have_attribute("data-state", "ready")
    expect(visited.map.locator(".atlas-popup h2")).to_have_text(f"House {NUMBER}")
    assert wait_for(lambda: colors_around_the_middle(visited))
    printed = server.stop()
    for secret in (PASSWORD, "atlas_reader", str(database.port)):
        assert secret not in printed


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_parameter_of_an_address_is_ever_a_command(served, database, text):
    said, word = urllib.parse.quote(text), urllib.parse.quote(text, safe="")
    addresses = [
        f"tiles/houses/{word}/1/1.mvt", f"tiles/houses/12/{word}/1.mvt", f"tiles/houses/12/1/{word}.mvt",
        f"tiles/{word}/1/1/1.mvt", f"tiles/houses/12/2119/1343.mvt?v={said}", f"features/houses/{word}.json",
        f"features/houses/1.json?v={said}", f"search?q={said}", f"download/houses.csv?features={said}",
        f"download/houses.{word}", f"layers/shops.geojson?v={said}", f"map?feature=houses.{said}",
        f"ogc/collections/houses/items?use={said}", f"ogc/collections/houses/items?year={said}",
        f"ogc/collections/houses/items?sortby={said}", f"ogc/collections/houses/items?bbox={said}",
        f"ogc/collections/houses/items?limit={said}", f"ogc/collections/houses/items?offset={said}",
        f"ogc/collections/houses/items?properties={said}", f"ogc/collections/houses/items/{word}",
        f"ogc/collections/houses/items?{said}={said}",
    ]  # fmt: skip
    for address in addresses:
        answer = request(f"{served.url}/{address}")
        assert answer.status in (200, 204, 400, 404), (address, answer)
        assert "syntax error" not in answer.text
    assert database.execute("SELECT count(*) FROM houses") == [(COUNT,)]


def test_the_layer_is_asked_by_ogc_api_features_too(served):
    items = f"{served.url}/ogc/collections/houses/items"
    page = request(f"{items}?use=shop&sortby=-year&limit=5").json()
    assert page["numberMatched"] == COUNT // 4
    years = [feature["properties"]["year"] for feature in page["features"]]
    assert years == sorted(years, reverse=True)
    one = request(f"{items}/{NUMBER}").json()
    assert one["properties"]["name"] == f"House {NUMBER}"
    lon, lat = place_of(NUMBER)
    box = f"{lon - 1e-4},{lat - 1e-4},{lon + 1e-4},{lat + 1e-4}"
    found = request(f"{items}?bbox={box}").json()["features"]
    assert [str(feature["id"]) for feature in found] == [str(NUMBER)]
    assert request(f"{served.url}/ogc/collections/shops/items").json()["numberMatched"] == 9


def test_addresses_of_tiles_keep_for_ever_only_under_their_version(served):
    tiles = state_of(served)["tiles"]
    assert tiles["count"] == COUNT
    url = served.url + tiles["url"].removeprefix(".").format(z=0, x=0, y=0)
    answer = request(url)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Encoding"] == "gzip"
    other = request(url.partition("?")[0] + "?v=other")
    assert "immutable" not in other.headers["Cache-Control"]
