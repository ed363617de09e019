"""All of the atlas with keys alone: nobody needs a mouse for any part of it."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import expect

HAS_FOCUS = "element => element.contains(document.activeElement) && document.hasFocus()"


@pytest.fixture
def walk(visit):
    return Walk(visit().open("/"))


class Walk:
    """Somebody who has no mouse."""

    def __init__(self, visited):
        self.visited, self.page, self.map = visited, visited.page, visited.map
        self.press = self.page.keyboard.press

    def tab_to(self, locator, key="Tab", most=45):
        """Press Tab until an element has the focus; a way of many stops is no way."""
        locator.first.wait_for()
        for _ in range(most):
            if locator.first.evaluate(HAS_FOCUS):
                return
            self.press(key)
        raise AssertionError(f"{locator} is not reached")

    def use(self, locator):
        """Go to an element and press it."""
        self.tab_to(locator)
        self.press("Enter")

    def begin(self):
        """Go to the top of the page, by its first link."""
        self.page.locator(".atlas-skip").first.focus()

    def search(self, text, option):
        self.press("/")
        expect(self.page.locator("#atlas-search")).to_be_focused()
        self.press("Control+A")
        self.page.keyboard.type(text)
        expect(self.page.get_by_role("option").first).to_contain_text(option)
        self.press("Enter")

    @property
    def heading(self):
        return self.page.locator(".st-key-panel h2").first

    def show(self, panel):
        """Choose what the panel shows with the arrow keys of its tabs."""
        tabs = self.page.get_by_role("radiogroup", name="What the panel shows")
        self.begin()
        self.tab_to(tabs)
        for _ in range(3):
            self.press("ArrowLeft")
        for _ in range(4):
            if tabs.get_by_role("radio", name=panel).evaluate(HAS_FOCUS):
                break
            self.press("ArrowRight")
        self.press("Space")
        expect(tabs.get_by_role("radio", name=panel)).to_be_checked()


def test_links_skip_to_the_map_and_to_the_details_and_the_parts_of_the_page_have_names(walk):
    walk.begin()
    walk.press("Enter")
    walk.tab_to(walk.map.locator(".atlas-panel > summary"), most=2)
    walk.begin()
    walk.press("Tab")
    walk.press("Enter")
    expect(walk.heading).to_be_focused()
    for role in ("banner", "search", "main"):
        expect(walk.page.get_by_role(role)).to_have_count(1)
    expect(walk.page.get_by_role("heading", level=1)).to_have_text("Twente Atlas")
    outline = "all => all.filter(each => each.checkVisibility()).map(each => Number(each.tagName[1]))"
    for document, first in ((walk.page, 1), (walk.map, 2)):
        levels = document.locator("h1, h2, h3, h4").evaluate_all(outline)
        steps = [later - earlier for earlier, later in itertools.pairwise(levels)]
        assert levels[0] == first
        assert max(steps) <= 1, levels
    expect(walk.map.get_by_role("application").get_by_role("document")).to_have_count(1)


def test_layers_are_switched_dimmed_and_moved_the_base_map_is_chosen_and_the_list_folds_and_unfolds(walk):
    list_ = walk.map.locator(".atlas-panel > summary")
    walk.tab_to(list_)
    walk.press("Tab")
    cities = walk.map.locator("input[data-layer=cities]")
    expect(cities).to_be_focused()
    walk.press("Space")
    expect(cities).not_to_be_checked()
    walk.press("Space")
    walk.press("ArrowRight")
    opacity = walk.map.get_by_role("slider", name="Opacity: Cities and towns")
    walk.tab_to(opacity, key="ArrowDown")
    walk.press("ArrowLeft")
    expect(walk.visited.feature("cities.hengelo")).to_have_attribute("opacity", "0.9")
    walk.tab_to(walk.map.get_by_role("button", name="Show all of “Cities and towns”"), key="ArrowDown")
    walk.press("Enter")
    walk.tab_to(walk.map.get_by_role("radio", name="Built-in"))
    walk.tab_to(list_, key="Shift+Tab")
    walk.press("Enter")
    expect(cities).to_be_hidden()
    walk.press("Enter")
    expect(cities).to_be_visible()
    walk.use(walk.map.locator(".atlas-credits summary"))
    expect(walk.map.locator(".atlas-credits")).to_contain_text("ERA RINF")


def test_a_place_is_found_told_shared_and_left_again(walk):
    walk.search("oldenzaal", "Oldenzaal")
    expect(walk.heading).to_have_text("Oldenzaal")
    walk.begin()
    walk.use(walk.page.locator("details.atlas-evidence > summary"))
    expect(walk.page.locator("details.atlas-evidence")).to_have_attribute("open", "")
    walk.page.go_back()
    expect(walk.heading).to_have_text("Twente, a region on the border")
    walk.search("Boekelo", "Boekelo")
    expect(walk.map.locator(".atlas-pin")).to_be_visible()
    walk.begin()
    walk.use(walk.page.get_by_role("button", name="Share and save"))
    walk.tab_to(walk.page.get_by_role("link", name="Save the map as a picture (PNG)"))
    walk.press("Escape")
    expect(walk.page.locator("#atlas-share")).to_be_hidden()
    expect(walk.page.get_by_role("button", name="Share and save")).to_be_focused()


def test_the_tour_is_taken_and_ended(walk):
    walk.use(walk.page.get_by_role("link", name="Take the tour of the region"))
    expect(walk.page.get_by_text("Chapter 1 of 10")).to_be_visible()
    expect(walk.heading).to_be_focused()
    walk.press("ArrowRight")
    expect(walk.page.get_by_text("Chapter 2 of 10")).to_be_visible()
    walk.use(walk.page.get_by_role("link", name="Previous"))
    expect(walk.page.get_by_text("Chapter 1 of 10")).to_be_visible()
    walk.use(walk.page.get_by_role("link", name="End the tour"))
    expect(walk.heading).to_have_text("Twente, a region on the border")


def test_reach_charts_and_table_are_chosen_and_lead_on(walk):
    walk.show("Reach")
    station = walk.page.get_by_role("combobox", name="From", exact=True)
    walk.tab_to(station)
    walk.page.keyboard.type("rheine")
    walk.press("Enter")
    expect(walk.page.locator(".atlas-reach")).to_contain_text("Within reach of Rheine")
    walk.begin()
    way = walk.page.locator(".atlas-ways").get_by_role("link", name="Osnabrück", exact=True)
    walk.use(way)
    expect(walk.page.locator(".atlas-trip")).to_be_visible()
    expect(way).to_be_focused()
    walk.show("Charts")
    bar = walk.page.locator(".atlas-chart a[data-feature]").first
    name = bar.get_attribute("data-feature")
    walk.begin()
    walk.use(bar)
    assert walk.visited.wait_for_address("feature", ".") == name
    walk.show("Table")
    walk.tab_to(walk.page.get_by_role("combobox", name="Layer of the table"))


def test_the_width_of_the_panel_the_language_and_the_theme_are_chosen(walk):
    divider = walk.page.get_by_role("separator", name="Width of the panel")
    before = walk.page.locator(".st-key-panel").bounding_box()["width"]
    walk.tab_to(divider)
    walk.press("ArrowLeft")
    assert walk.page.locator(".st-key-panel").bounding_box()["width"] > before
    walk.begin()
    walk.tab_to(walk.page.get_by_label("Colours"))
    walk.page.keyboard.type("Theme: d")
    expect(walk.page.locator("html")).to_have_attribute("data-theme", "dark")
    walk.begin()
    walk.use(walk.page.get_by_role("link", name="Deutsch"))
    expect(walk.heading).to_have_text("Twente, eine Region an der Grenze")
