"""The street map in the browser: loaded from zoom 12 on, named, restyled, replaced where it is missing."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser_page import MOVING
from tests.support.harm import delete, replace_with_noise, restore, truncate
from tests.support.large_map import colors_around_the_middle
from tests.support.street_map import VIEW, label_boxes, open_streets, write_street_catalog

INCOMPLETE = "A part of the base map could not be loaded."


def requested(visited, part):
    return [url for url in visited.requests if part in url]


def test_maplibre_and_street_tiles_are_fetched_once_somebody_zooms_to_10(visit, town):
    visited = visit(town[0].url).open(f"/map?lang=en&view=9/{VIEW}")
    visited.settle()
    assert requested(visited, "maplibre") == []
    assert requested(visited, "/basemap/streets/") == []
    visited.map.get_by_role("button", name="Zoom in").click()
    visited.wait_for(lambda: requested(visited, "maplibre") and requested(visited, "/basemap/streets/"))
    expect(visited.map.locator(".atlas-gl")).to_be_visible()
    visited.map.get_by_role("button", name="Zoom out").click()
    expect(visited.map.locator(".atlas-gl")).to_be_hidden()
    assert visited.errors == []


def test_streets_are_drawn_with_their_names_and_without_another_host(visit, town):
    visited = open_streets(visit(town[0].url), f"/map?lang=en&view=15/{VIEW}")
    assert len(colors_around_the_middle(visited)) > 2
    streets = visited.map.locator("text.atlas-label-street")
    expect(streets.filter(has_text="Weverstraat 5")).not_to_have_count(0)
    expect(visited.map.locator(".atlas-label-quarter")).to_have_text("Weverswijk")
    expect(visited.map.locator(".atlas-gl")).to_have_attribute("aria-hidden", "true")
    expect(visited.map.locator(".atlas-notices")).to_be_empty()
    assert visited.other_hosts() == []
    assert visited.errors == []


def test_the_sandboxed_frame_of_the_page_has_streets_too(visit, town):
    visited = open_streets(visit(town[0].url, **MOVING), f"/?lang=en&view=15/{VIEW}")
    expect(visited.map.locator("text.atlas-label-street")).not_to_have_count(0)
    assert visited.errors == []


def test_roads_have_their_numbers_as_signed(visit, town):
    visited = open_streets(visit(town[0].url), f"/map?lang=en&view=13/{VIEW}")
    expect(visited.map.locator(".atlas-label-shield-nl-motorway").first).to_have_text("A35")


@pytest.mark.parametrize("zoom", [14, 15, 16])
def test_no_name_lies_over_another_or_is_repeated_nearby(visit, town, zoom):
    visited = open_streets(visit(town[0].url), f"/map?lang=en&view={zoom}/{VIEW}")
    boxes = label_boxes(visited)
    assert len(boxes) > 5
    for index, (left, top, right, bottom, name) in enumerate(boxes):
        for other_left, other_top, other_right, other_bottom, other in boxes[index + 1 :]:
            if name == other:
                continue
            assert left >= other_right or other_left >= right or top >= other_bottom or other_top >= bottom, (
                f"{name} over {other}"
            )
            if re.sub(r" \(.*", "", name) == re.sub(r" \(.*", "", other):
                assert max(abs(left - other_left), abs(top - other_top)) > 100, f"{name} twice"


def test_street_names_are_never_upside_down(visit, town):
    visited = open_streets(visit(town[0].url), f"/map?lang=en&view=15/{VIEW}")
    ends = visited.map.locator("text.atlas-label-street").evaluate_all(
        """texts => texts.map((text) => [
            text.getStartPositionOfChar(0), text.getEndPositionOfChar(text.getNumberOfChars() - 1),
        ].flatMap(({ x, y }) => [x, y]))"""
    )
    assert ends
    assert all(end_x > x or (abs(end_x - x) < 1 and end_y < y) for x, y, end_x, end_y in ends)


def test_the_dark_map_has_dark_streets(visit, town):
    visited = open_streets(visit(town[0].url), f"/map?lang=en&view=15/{VIEW}")

    def brightness():
        colors = [[int(part) for part in color.split(",")] for color in colors_around_the_middle(visited)]
        return sum(map(sum, colors)) / max(len(colors), 1) / 3

    assert brightness() > 150
    visited.page.emulate_media(color_scheme="dark")
    visited.wait_for(lambda: 0 < brightness() < 110)
    visited.page.emulate_media(color_scheme="light")
    visited.wait_for(lambda: brightness() > 150)
    assert visited.errors == []


@pytest.mark.parametrize("harm", [delete, truncate, replace_with_noise])
def test_a_broken_file_of_streets_leaves_the_map_standing_and_is_said_once(visit, serve, tmp_path, harm):
    catalog = write_street_catalog(tmp_path)
    harm(catalog.parent / "basemap" / "streets.pmtiles")
    visited = visit(serve("--catalog", str(catalog)).url).open(f"/map?lang=en&view=13/{VIEW}")
    notice = visited.map.locator(".atlas-notices p")
    expect(notice).to_have_text([INCOMPLETE])
    visited.map.get_by_role("button", name="Zoom in").click()
    visited.settle()
    expect(notice).to_have_count(1)
    assert visited.map.locator("canvas.leaflet-tile").count() > 0
    assert requested(visited, "maplibre") == []


def test_a_file_that_breaks_under_the_server_is_said_once(visit, town):
    server, file = town
    content = file.read_bytes()
    visited = visit(server.url, is_new=True).open(f"/map?lang=en&view=9/{VIEW}")
    truncate(file)
    try:
        visited.page.goto(f"{server.url}/map?lang=en&view=13/{VIEW}")
        expect(visited.map.locator(".atlas-notices p")).to_have_text([INCOMPLETE])
        assert visited.map.locator("canvas.leaflet-tile").count() > 0
    finally:
        restore(file, content)


def test_without_webgl_the_embedded_base_map_stays(visit, town):
    visited = visit(town[0].url, is_new=True)
    visited.page.add_init_script(
        "HTMLCanvasElement.prototype.getContext = new Proxy("
        "HTMLCanvasElement.prototype.getContext, { apply: (get, canvas, [kind, ...rest]) =>"
        " (kind.startsWith('webgl') ? null : get.call(canvas, kind, ...rest)) });"
    )
    visited.open(f"/map?lang=en&view=14/{VIEW}")
    expect(visited.map.locator(".atlas-notices p")).to_have_text([INCOMPLETE])
    assert visited.map.locator("canvas.leaflet-tile").count() > 0
    assert visited.map.locator(".atlas-gl").count() == 0


def test_an_online_base_map_that_somebody_chooses_covers_the_streets(visit, town):
    visited = open_streets(visit(town[0].url, **MOVING), f"/map?lang=en&view=14/{VIEW}")
    visited.page.route(re.compile(r"^https://"), lambda _: None)  # an answer that takes its time
    visited.map.get_by_role("radio", name="OpenStreetMap").check()
    expect(visited.map.locator(".atlas-gl")).to_be_hidden()
    expect(visited.map.locator("text.atlas-label-street")).to_have_count(0)
    visited.map.get_by_role("radio", name="Built-in").check()
    expect(visited.map.locator(".atlas-gl")).to_be_visible()
    expect(visited.map.locator("text.atlas-label-street")).not_to_have_count(0)


def test_beyond_its_streets_the_map_says_once_what_there_is_online(visit, town):
    visited = visit(town[0].url).open("/map?lang=en&view=13/52.9/6.5")
    notice = visited.map.locator(".atlas-notices p")
    expect(notice).to_contain_text("The built-in base map has no streets here.")
    visited.map.get_by_role("button", name="Zoom in").click()
    visited.settle()
    expect(notice).to_have_count(1)
    assert requested(visited, "maplibre") == []


def test_paper_has_all_streets_of_its_view_or_none(visit, town):
    visited = open_streets(visit(town[0].url), f"/map?lang=en&view=13/{VIEW}")
    visited.page.emulate_media(media="print")  # a smaller map at another zoom, whose tiles are not there
    expect(visited.map.locator(".atlas-sheet-title")).to_have_count(1)
    expect(visited.map.locator(".atlas-gl")).to_be_hidden()
    visited.page.emulate_media(media="screen")
    expect(visited.map.locator(".atlas-gl")).to_be_visible()


def test_an_address_that_asks_for_printing_waits_for_the_streets_of_the_paper(visit, town):
    visited = visit(town[0].url, is_new=True)
    visited.page.add_init_script(
        "window.print = () => { window.printed = document.querySelector('.atlas-gl').hidden ? 0 : 1; }"
    )
    visited.open(f"/map?lang=en&print=1&view=16/{VIEW}")
    visited.page.wait_for_function("() => window.printed === 1")
    expect(visited.map.locator("text.atlas-label-street")).not_to_have_count(0)


def test_numbered_ponds_have_no_name(visit):
    visited = open_streets(visit(), "/map?lang=en&view=15/52.24/6.853&layers=cities")
    waters = visited.map.locator(".atlas-label-water")
    expect(waters.filter(has_text="Oude Vijver")).not_to_have_count(0)
    expect(waters.filter(has_text=re.compile(r"^Vijver \d"))).to_have_count(0)
