"""Small screens: the panel as a sheet of three sizes, a phone that lies, and small embedded maps."""

import pytest
from playwright.sync_api import expect

from tests.support.axe import violations_in_both_themes
from tests.support.browser_page import PHONE

LYING = {"viewport": {"width": 844, "height": 390}, "has_touch": True, "is_mobile": True}

SIZES = ("peek", "half", "full")

SIZE = """() => {
  const { left, top } = document.querySelector(".st-key-panel").parentElement.getBoundingClientRect();
  return [innerWidth - left, innerHeight - top];
}"""
"""Width and height of the panel's sheet, as far as they are in the window."""


def sheet_px(visited, *, at_side=False):
    visited.settle()
    return visited.page.evaluate(SIZE)[0 if at_side else 1]


def handle(visited):
    return visited.page.locator(".atlas-handle")


def is_size(visited, name):
    expect(visited.page.locator("html")).to_have_attribute("data-sheet", name)


def drag(visited, dx, dy):
    box = handle(visited).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    visited.page.mouse.move(x, y)
    visited.page.mouse.down()
    for part in (0.3, 0.7, 1):
        visited.page.mouse.move(x + dx * part, y + dy * part)
    visited.page.mouse.up()


def test_on_a_phone_the_map_fills_the_screen_above_the_tabs(visit):
    visited = visit(**PHONE).open("/")
    is_size(visited, "peek")
    peek = sheet_px(visited)
    frame = visited.page.locator("iframe.atlas-frame").bounding_box()
    header = visited.page.locator(".atlas-header").bounding_box()
    assert frame["width"] == 390
    assert frame["y"] == header["height"]
    assert frame["y"] + frame["height"] == pytest.approx(844 - peek, abs=1)
    assert peek < 90
    for tab in visited.page.locator(".st-key-panel_choice").get_by_role("radio").all():
        expect(tab).to_be_in_viewport(ratio=1)
    assert visited.page.evaluate("document.documentElement.scrollHeight <= innerHeight")


@pytest.mark.parametrize(("options", "at_side"), [(PHONE, False), (LYING, True)], ids=["upright", "lying"])
def test_a_press_and_keys_make_the_sheet_larger_and_smaller(visit, options, at_side):
    visited = visit(**options).open("/")
    sizes = [sheet_px(visited, at_side=at_side)]
    for name in ("half", "full"):
        handle(visited).click()
        is_size(visited, name)
        sizes.append(sheet_px(visited, at_side=at_side))
    assert sizes == sorted(sizes)
    assert sizes[1] - sizes[0] > 250
    assert sizes[2] > 1.4 * sizes[1]
    handle(visited).click()
    is_size(visited, "peek")
    handle(visited).focus()
    keys = ("ArrowLeft", "ArrowRight") if at_side else ("ArrowUp", "ArrowDown")
    for name, key in (("half", 0), ("full", 0), ("full", 0), ("half", 1), ("peek", 1)):
        visited.page.keyboard.press(keys[key])
        is_size(visited, name)
    expect(handle(visited)).to_have_accessible_name("Show more of the panel")
    assert visited.errors == []


@pytest.mark.parametrize(("options", "way"), [(PHONE, (0, -1)), (LYING, (-1, 0))], ids=["upright", "lying"])
def test_the_sheet_is_dragged_and_comes_to_rest_in_one_of_its_sizes(visit, options, way):
    visited = visit(**options).open("/")
    for px, name in (
        (60, "half"),
        (300, "full"),
        (-60, "half"),
        (-20, "half"),
        (-600, "peek"),
        (700, "full"),
    ):
        drag(visited, way[0] * px, way[1] * px)
        is_size(visited, name)


def test_the_sheet_rises_for_who_turns_to_it_and_rests_for_the_layers(visit):
    visited = visit(**PHONE).open("/")
    for tab in ("Table", "Charts", "Reach", "Explore"):
        visited.page.locator(".st-key-panel_choice").get_by_role("radio", name=tab).click()
        is_size(visited, "half")
        visited.page.locator(f".st-key-show_{tab.lower()} h2").wait_for()
        expect(visited.page.locator(".st-key-panel h2").first).to_be_in_viewport()
        visited.map.locator(".atlas-panel summary").click()
        is_size(visited, "peek")
        visited.map.get_by_role("button", name="Close the list of layers").click()


def test_by_keyboard_the_focus_is_never_behind_the_edge_of_the_sheet(visit):
    visited = visit(**PHONE).open("/")
    visited.page.locator(".st-key-panel_choice").get_by_role("radio", name="Explore").focus()
    visited.page.keyboard.press("Tab")
    is_size(visited, "half")
    assert visited.page.evaluate("document.activeElement.closest('.st-key-panel') !== null")


def test_a_chapter_is_framed_in_what_the_sheet_leaves_of_the_map(visit):
    visited = visit(**PHONE).open("/?story=corridors")
    is_size(visited, "half")
    top = visited.page.evaluate(SIZE)[1]
    visited.wait_for(lambda: visited.map.locator("path.atlas-highlighted").count() > 0)
    visited.settle()
    for city in ("enschede", "almelo", "munster", "osnabruck"):
        box = visited.feature(f"cities.{city}").bounding_box()
        assert 0 <= box["x"] <= 390, city
        assert box["y"] + box["height"] <= 844 - top, city


def test_an_address_that_opens_the_sheet_has_the_region_or_the_start_of_a_trip_above_it(visit):
    for path, shown in (
        ("/?panel=table", 'path[data-feature="region.twente"]'),
        ("/?panel=reach&reach=hengelo", ".atlas-band-origin"),
    ):
        visited = visit(**PHONE).open(path)
        there = visited.map.locator(shown).first
        there.wait_for()
        edge = handle(visited).bounding_box()["y"]
        visited.settle()
        box = there.bounding_box()
        assert box["y"] >= visited.page.locator(".atlas-header").bounding_box()["height"] - 20, path
        assert box["y"] + box["height"] <= edge, path


def swipe(visited, from_, to):
    """Draw a finger over the screen, in pixels."""
    (x, y), (end_x, end_y) = from_, to
    touch = visited.page.context.new_cdp_session(visited.page)

    def send(type_, *points):
        touch.send("Input.dispatchTouchEvent", {"type": type_, "touchPoints": list(points)})

    send("touchStart", {"x": x, "y": y})
    for part in (0.25, 0.5, 0.75, 1):
        send("touchMove", {"x": x + (end_x - x) * part, "y": y + (end_y - y) * part})
    send("touchEnd")


def test_a_finger_that_is_drawn_across_a_chapter_turns_the_page_and_one_that_scrolls_does_not(visit):
    visited = visit(**PHONE).open("/?story=region")
    number = visited.page.locator(".atlas-story")
    swipe(visited, (300, 620), (90, 640))
    expect(number).to_contain_text("Chapter 2 of 10")
    swipe(visited, (200, 760), (230, 560))
    swipe(visited, (90, 620), (300, 610))
    expect(number).to_contain_text("Chapter 1 of 10")


def test_a_page_that_is_magnified_four_times_leaves_room_for_its_text(visit):
    visited = visit(viewport={"width": 320, "height": 256})
    for panel in ("story=region", "panel=reach", "panel=charts", "panel=table", "feature=cities.enschede"):
        visited.open(f"/?{panel}")
        handle(visited).focus()
        handle(visited).press("ArrowUp")
        handle(visited).press("ArrowUp")
        is_size(visited, "full")
        tabs, panel_box = (
            visited.page.locator(part).first.bounding_box() for part in ("[role=radiogroup]", ".st-key-panel")
        )
        assert panel_box["height"] - tabs["height"] > 110, panel
        assert visited.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), panel
        for control in ("#atlas-search", ".atlas-menu-button", ".atlas-handle"):
            expect(visited.page.locator(control)).to_be_in_viewport(ratio=1)


def test_a_place_that_is_found_is_shown_above_the_sheet(visit):
    visited = visit(**PHONE).open("/")
    handle(visited).click()
    handle(visited).click()
    visited.page.locator("#atlas-search").fill("Ootmarsum")
    visited.page.locator("#atlas-search").fill("52.4, 6.9")
    visited.page.get_by_role("option", name="Go to 52.4").click()
    is_size(visited, "half")
    pin = visited.map.locator(".atlas-pin")
    pin.wait_for()
    top = sheet_px(visited)
    box = pin.bounding_box()
    assert box["y"] + box["height"] <= 844 - top


def test_on_a_phone_that_lies_the_sheet_stands_at_the_side(visit):
    visited = visit(**LYING).open("/")
    peek = sheet_px(visited, at_side=True)
    frame = visited.page.locator("iframe.atlas-frame").bounding_box()
    assert frame["width"] == pytest.approx(844 - peek, abs=1)
    assert frame["y"] + frame["height"] == pytest.approx(390, abs=1)
    for tab in visited.page.locator(".st-key-panel_choice").get_by_role("radio").all():
        expect(tab).to_be_in_viewport(ratio=1)
    visited.page.locator(".st-key-panel_choice").get_by_role("radio", name="Charts").click()
    is_size(visited, "half")
    panel = visited.page.locator(".st-key-panel")
    assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")


def test_a_window_that_becomes_wide_has_the_panel_beside_the_map_again(visit):
    visited = visit(is_new=True).open("/")
    beside = visited.page.locator(".st-key-panel").bounding_box()
    visited.page.set_viewport_size({"width": 600, "height": 800})
    assert sheet_px(visited) < 90
    visited.page.set_viewport_size({"width": 1440, "height": 900})
    visited.settle()
    assert visited.page.locator(".st-key-panel").bounding_box() == beside
    expect(handle(visited)).to_be_hidden()


@pytest.mark.parametrize("options", [PHONE, LYING], ids=["upright", "lying"])
def test_axe_finds_nothing_in_any_size_of_the_sheet(visit, options):
    visited = visit(**options).open("/")
    for name in SIZES:
        visited.settle()
        is_size(visited, name)
        assert violations_in_both_themes(visited) == [], name
        handle(visited).click()
    visited.map.locator(".atlas-panel summary").click()
    assert violations_in_both_themes(visited, 1) == []


@pytest.mark.parametrize(("width", "height"), [(600, 400), (480, 320), (320, 240)])
def test_a_small_embedded_map_shows_the_whole_region_and_one_button(visit, width, height):
    visited = visit(viewport={"width": width, "height": height}).open("/map")
    visited.settle()
    left, top, region_width, region_height = visited.feature("region.twente").bounding_box().values()
    assert left >= 0
    assert top >= 0
    assert left + region_width <= width
    assert top + region_height <= height
    buttons = visited.map.locator(":is(.leaflet-control a[role=button], .leaflet-control button):visible")
    expect(buttons).to_have_count(1)
    expect(visited.map.locator(".atlas-panel summary")).to_be_hidden()
    fold = visited.map.get_by_role("button", name="Map controls", expanded=False)
    fold.click()
    for name in ("Zoom in", "Show the whole region"):
        expect(visited.map.get_by_role("button", name=name)).to_be_in_viewport(ratio=1)
    visited.map.locator(".atlas-panel summary").click()
    cities = visited.map.locator("input[data-layer=cities]")
    cities.uncheck()
    cities.press("Escape")
    visited.map.get_by_role("button", name="Map controls", expanded=True).click()
    expect(buttons).to_have_count(1)
    assert visited.errors == []
