"""A large layer in the browser: drawn, hovered, clicked, searched, compared and linked to as any other."""

import itertools
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from geodata import read_catalog
from geodata.large.build import build_layer
from tests.support.large_catalog import COUNT, houses, write_large_catalog
from tests.support.large_map import colors_around_the_middle

NUMBER = 4711
WAITING = """
[layers.barns]
title = "Barns"
kind = "Barn"
description = "Made-up barns, which nobody has built yet."
file = "houses.fgb"
geometry_types = ["Point"]
license = { name = "CC0", url = "https://example.org/cc0" }
attribution = "Nobody"
vintage = "2026"
retrieved = 2026-01-01
method = "Drawn by lot, from seed 1."
sources = [{ name = "Nobody" }]
style = { color = "#7a5195", radius = 4 }
"""


@pytest.fixture(scope="module")
def large(serve, tmp_path_factory):
    """A server with a built layer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWENTE_ATLAS_CACHE", str(tmp_path_factory.mktemp("cache")))
        catalog = write_large_catalog(tmp_path_factory.mktemp("large"))
        read = read_catalog(catalog)
        build_layer(read.catalog.layers["houses"], read.folder)
        yield serve("--catalog", str(catalog))


def view_of(number, zoom=17):
    point = houses().geometry.iloc[number - 1]
    return f"{zoom}/{point.y:.5f}/{point.x:.5f}"


def point_at_the_middle(visited):
    """Move the pointer about until what is there is named: its tile may still be on the way."""
    x, y = visited.middle_of_map()
    steps = itertools.cycle((0, 1))

    def is_named():
        visited.page.mouse.move(x + next(steps), y)
        return visited.map.locator(".atlas-tooltip", has_text=f"House {NUMBER}").count()

    visited.wait_for(is_named)


def test_a_click_in_the_sandboxed_frame_opens_popup_panel_and_address(visit, large):
    visited = visit(large.url).open_drawn(f"/?view={view_of(NUMBER)}")
    assert colors_around_the_middle(visited)
    visited.page.mouse.move(*visited.middle_of_map())
    expect(visited.map.locator(".atlas-tooltip")).to_contain_text(f"House {NUMBER}")
    visited.page.mouse.click(*visited.middle_of_map())
    expect(visited.map.locator(".atlas-popup h2")).to_have_text(f"House {NUMBER}")
    x, y = visited.middle_of_map()
    visited.page.mouse.move(x + 1, y)
    expect(visited.map.locator(".atlas-tooltip")).to_have_count(0)  # it would say the same below the popup
    expect(visited.page.locator(".st-key-panel h2")).to_have_text(f"House {NUMBER}")
    assert visited.wait_for_address("feature", str(NUMBER)) == f"houses.{NUMBER}"
    assert visited.errors == []
    assert visited.other_hosts() == []


def test_while_the_wheel_turns_the_picture_is_stretched_and_drawn_as_soon_as_it_rests(visit, large):
    visited = visit(large.url).open_drawn(f"/?view={view_of(NUMBER, zoom=15)}")
    visited.page.mouse.move(*visited.middle_of_map())
    for step in (120, 120, -120, -120):
        visited.turn_wheel(step)
    sheet = visited.map.locator(".atlas-gl")
    expect(sheet).to_have_attribute("style", re.compile(r"translate3d\([^)]*\)(?! scale)"))
    point_at_the_middle(visited)
    visited.page.mouse.click(*visited.middle_of_map())
    expect(visited.map.locator(".atlas-popup h2")).to_have_text(f"House {NUMBER}")
    assert visited.errors == []


def test_far_out_circles_stand_for_many_and_a_click_looks_into_them(visit, large):
    visited = visit(large.url).open_drawn("/?view=9/52.45/6.5")
    legend = visited.map.locator(".atlas-layers")
    expect(legend).to_contain_text(f"{COUNT:,}")
    expect(legend).to_contain_text("a circle stands for this many features")
    x, y = visited.middle_of_map()
    clip = {"x": x - 60, "y": y - 60, "width": 120, "height": 120}
    before = visited.page.screenshot(clip=clip)
    legend.get_by_text("Houses").hover()
    visited.wait_for(lambda: visited.page.screenshot(clip=clip) != before)
    visited.page.mouse.move(*visited.middle_of_map())
    expect(visited.map.locator(".atlas-tooltip")).to_contain_text(re.compile(r"\d+"))
    visited.page.mouse.click(*visited.middle_of_map())
    visited.wait_until("new URLSearchParams(location.search).get('view')?.startsWith('11/')")


def test_the_first_picture_has_the_counts_before_any_tile_comes(visit, large):
    visited = visit(large.url)
    visited.page.route("**/vendor/maplibre/**", lambda _: None)
    visited.open("/?view=9/52.45/6.5")
    circles = visited.map.locator(".leaflet-atlas-large-pane svg path")
    assert circles.count() > 10
    visited.map.locator('input[data-layer="houses"]').uncheck()
    expect(circles).to_have_count(0)
    drawn = visit(large.url).open_drawn("/?view=9/52.45/6.5")
    expect(drawn.map.locator(".leaflet-atlas-large-pane svg path")).to_have_count(0)


def test_search_and_link_lead_to_one_of_many(visit, large):
    visited = visit(large.url).open_drawn("/")
    box = visited.page.get_by_role("combobox", name="Find")
    box.fill("house 11999")
    visited.page.get_by_role("option", name=re.compile("House 11999")).first.click()
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("House 11999")
    expect(visited.feature("houses.11999").first).to_be_attached()
    visited.wait_for_address("feature", "11999")
    again = visit(large.url).open_drawn(f"/?{urlsplit(visited.page.url).query}")
    expect(again.map.locator(".atlas-popup h2")).to_have_text("House 11999")
    expect(again.page.locator(".st-key-panel h2")).to_have_text("House 11999")


def test_the_table_turns_its_pages_and_is_filtered(visit, large):
    visited = visit(large.url).open_drawn("/?panel=table&of=houses")
    panel = visited.page.locator(".st-key-panel")
    expect(panel).to_contain_text(f"{COUNT:,} of {COUNT:,}")
    panel.get_by_label("Filter by text").fill("house 4711")
    panel.get_by_label("Filter by text").press("Enter")
    expect(panel).to_contain_text(f"1 of {COUNT:,}")


def test_colors_change_while_another_layer_is_still_being_built(visit, serve, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWENTE_ATLAS_CACHE", str(tmp_path_factory.mktemp("cache")))
        catalog = write_large_catalog(tmp_path_factory.mktemp("large"))
        read = read_catalog(catalog)
        build_layer(read.catalog.layers["houses"], read.folder)
        catalog.write_text(catalog.read_text().replace("[layers.houses]", f"{WAITING}\n[layers.houses]", 1))
        visited = visit(serve("--catalog", str(catalog)).url).open_drawn(f"/?view={view_of(NUMBER)}")
    light = colors_around_the_middle(visited)
    visited.page.emulate_media(color_scheme="dark")
    visited.map.locator("html[data-theme=dark]").wait_for(state="attached")
    visited.page.mouse.click(*visited.middle_of_map())
    expect(visited.map.locator(".atlas-popup h2")).to_have_text(f"House {NUMBER}")
    assert light
    assert visited.errors == []


FAILURES = {
    "refused": lambda route: route.abort(),
    "failing": lambda route: route.fulfill(status=503),
    "broken": lambda route: route.fulfill(body=b"\x1a\xffno tile"),
    "stalled": lambda _: None,
}


@pytest.mark.parametrize("fail", FAILURES.values(), ids=FAILURES)
def test_tiles_that_do_not_come_are_missed_and_can_be_asked_for_again(visit, large, fail):
    visited = visit(large.url, is_new=True)
    visited.page.route("**/tiles/houses/**", fail)
    visited.page.clock.install()
    visited.page.goto(f"{large.url}/map?lang=en&view={view_of(NUMBER)}")
    if fail is FAILURES["stalled"]:
        with visited.page.expect_request("**/tiles/houses/**"):
            pass
        visited.page.clock.fast_forward(25_000)
    row = visited.map.locator(".atlas-layer", has_text="Houses")
    expect(row).to_contain_text("A part could not be loaded.")
    expect(visited.map.locator(".atlas-notices")).to_contain_text("Houses")
    expect(visited.feature("areas.square")).to_have_count(1)
    visited.page.unroute_all(behavior="ignoreErrors")
    visited.page.clock.resume()
    row.get_by_role("button", name="Try again").click()
    expect(row).not_to_contain_text("could not be loaded")
    visited.wait_for(lambda: colors_around_the_middle(visited))
