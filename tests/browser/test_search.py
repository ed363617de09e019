"""The search box, by keyboard and by mouse."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.browser_page import MOVING


def heading(visited):
    return visited.page.locator(".st-key-panel h2")


# Find


@pytest.mark.parametrize(
    ("language", "query", "name"),
    [
        ("en", "rheine", "Rheine"),
        ("en", "munster climate adapt", "Münster Climate Adaptation 2030"),
        ("en", "kenispark", "Kennispark Twente"),
        ("nl", "universiteit twente", "Universiteit Twente"),
        ("de", "Osnabruck", "Osnabrück"),
    ],
)
def test_a_name_is_found_and_shown(visit, language, query, name):
    visited = visit().open(f"/?lang={language}")
    visited.page.locator("#atlas-search").click()
    visited.page.keyboard.type(query)
    expect(visited.page.get_by_role("option").first).to_contain_text(name)
    visited.page.get_by_role("option").first.click()
    expect(heading(visited)).to_have_text(name)
    expect(visited.map.locator(".atlas-popup h2")).to_have_text(name)
    assert "view" in visited.query or visited.wait_for_address("view", ".")
    assert visited.errors == []


def test_the_keyboard_alone_finds_a_place_where_the_map_flies(visit):
    visited = visit(**MOVING).open("/")
    visited.page.keyboard.press("/")
    expect(visited.page.locator("#atlas-search")).to_be_focused()
    visited.page.keyboard.insert_text("hengelo")  # one search, whose results nothing replaces
    expect(visited.page.get_by_role("option").nth(1)).to_be_visible()
    visited.page.keyboard.press("ArrowDown")
    active = visited.page.locator("#atlas-search").get_attribute("aria-activedescendant")
    chosen = visited.page.locator(f"#{active} .atlas-result-name").inner_text()
    visited.page.keyboard.press("Enter")
    expect(heading(visited)).to_have_text(chosen)
    expect(visited.page.get_by_role("listbox")).to_have_count(0)
    visited.wait_for_address("view", ".")


def test_whoever_types_fast_and_presses_enter_gets_the_best_match(visit):
    visited = visit().open("/")
    visited.page.locator("#atlas-search").fill("rheine")
    visited.page.keyboard.press("Enter")
    expect(heading(visited)).to_have_text("Rheine")


def test_enter_waits_for_results_that_are_on_their_way(visit):
    visited = visit().open("/")
    held = []
    visited.page.route("**/search?*", lambda route: held.append(route))
    visited.page.locator("#atlas-search").fill("rheine")
    visited.wait_for(lambda: held)
    visited.page.keyboard.press("Enter")
    visited.wait_for(lambda: len(held) == 2)  # the first is given up
    held[1].continue_()
    expect(heading(visited)).to_have_text("Rheine")


def test_coordinates_lead_to_a_place(visit):
    visited = visit().open("/")
    visited.page.locator("#atlas-search").fill("52.24, 6.85")
    visited.page.get_by_role("option", name="Go to 52.24, 6.85").click()
    assert re.match(r"1\d(\.\d+)?/52\.2[34]\d*/6\.8[45]\d*", visited.wait_for_address("view", "^1"))


def test_what_is_not_there_is_said_with_what_to_do(visit):
    visited = visit().open("/")
    visited.page.locator("#atlas-search").fill("qqqqqqqqq")
    expect(visited.page.locator("#atlas-results")).to_contain_text("Nothing found for “qqqqqqqqq”")
    visited.page.keyboard.press("Escape")
    expect(visited.page.locator("#atlas-results")).to_be_hidden()


def test_a_search_that_fails_is_said_and_the_next_one_works(visit):
    visited = visit().open("/")
    visited.page.route(re.compile(r"/search\?"), lambda route: route.abort())
    visited.page.locator("#atlas-search").fill("rheine")
    expect(visited.page.locator("#atlas-results")).to_contain_text("The search does not answer")
    visited.page.unroute(re.compile(r"/search\?"))
    visited.page.locator("#atlas-search").fill("rhein")
    expect(visited.page.get_by_role("option").first).to_contain_text("Rheine")
