"""The search box, by keyboard and by mouse."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.axe import violations, violations_in_both_themes
from tests.support.browser_page import MOVING, PHONE


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


def found_groups(visited):
    return {
        group.get_by_role("presentation").first.inner_text(): group.get_by_role("option").all_inner_texts()
        for group in visited.page.locator("#atlas-results").get_by_role("group").all()
    }


def test_a_place_that_is_printed_on_the_map_is_found_and_pinned(visit):
    visited = visit().open("/")
    visited.page.locator("#atlas-search").fill("Ootmarsum")
    visited.page.get_by_role("option", name="Ootmarsum Village").first.click()
    assert visited.wait_for_address("view", r"^13/52\.4\d*/6\.8")
    expect(visited.map.get_by_role("dialog", name="Ootmarsum")).to_contain_text("Village · near Tubbergen")
    expect(visited.map.locator(".atlas-pin")).to_have_count(1)
    assert "feature" not in visited.query
    visited.map.get_by_role("button", name="Close").click()
    expect(visited.map.locator(".atlas-pin")).to_have_count(0)
    assert visited.errors == []


def test_results_stand_in_named_groups_with_those_of_the_atlas_first(visit):
    visited = visit().open("/?lang=nl")
    visited.page.locator("#atlas-search").fill("oldenzaalsestraat")
    expect(visited.page.get_by_role("group", name="Straten")).to_be_visible()
    groups = found_groups(visited)
    assert [*groups][:2] == ["In de atlas", "Straten"]
    assert len(groups["Straten"]) > 1
    assert len(set(groups["Straten"])) == len(groups["Straten"])  # the towns tell them apart
    assert visited.page.locator("#atlas-results [role=option] > svg").count() == sum(
        map(len, groups.values())
    )


def test_the_keyboard_goes_through_all_groups_and_chooses_a_street(visit):
    visited = visit().open("/")
    box = visited.page.locator("#atlas-search")
    box.fill("oldenzaalsestraat enschede")
    street = visited.page.get_by_role("option", name="Oldenzaalsestraat Street · Enschede")
    expect(street).to_be_visible()
    visited.page.keyboard.press("ArrowUp")  # from the first result to the last
    expect(street).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", street.get_attribute("id"))
    visited.page.keyboard.press("Enter")
    expect(visited.map.get_by_role("dialog", name="Oldenzaalsestraat")).to_be_visible()
    assert visited.wait_for_address("view", "^15/52.2")


def test_axe_finds_nothing_in_the_groups_of_results_and_in_the_popup_of_a_pin(visit):
    visited = visit().open("/?lang=de")
    visited.page.locator("#atlas-search").fill("enschede")
    expect(visited.page.get_by_role("group", name="Straßen")).to_be_attached()
    assert violations_in_both_themes(visited) == []
    visited.page.locator("#atlas-results [role=option]", has_text="Enscheder Straße").first.click()
    expect(visited.map.get_by_role("dialog", name="Enscheder Straße")).to_be_visible()
    assert violations(visited.page.frames[1]) == []


def test_on_a_phone_the_list_fits_and_a_found_place_is_pinned_above_the_sheet(visit):
    visited = visit(**PHONE).open("/")
    visited.page.locator("#atlas-search").fill("boekelo")
    expect(visited.page.get_by_role("option").first).to_contain_text("Boekelo")
    box = visited.page.locator("#atlas-results").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    visited.page.locator("#atlas-results [role=option]").first.tap()
    expect(visited.map.get_by_role("dialog", name="Boekelo")).to_be_in_viewport()


def test_names_with_markup_are_shown_as_text(visit):
    visited = visit().open("/")
    name = "<img src=x onerror=alert(1)>"
    answer = {
        "query": "x",
        "place": None,
        "results": [],
        "names_first": False,
        "names": [
            {
                "name": name,
                "kind": name,
                "group": name,
                "icon": name,
                "where": name,
                "lat": 52,
                "lng": 7,
                "zoom": 13,
            }
        ],
    }
    visited.page.route(re.compile(r"/search\?"), lambda route: route.fulfill(json=answer))
    visited.page.locator("#atlas-search").fill("x")
    visited.page.locator("#atlas-results [role=option]").click()
    expect(visited.map.get_by_role("dialog", name=name)).to_contain_text(f"{name} · {name}")
    assert visited.page.locator("img[src=x]").count() == visited.map.locator("img[src=x]").count() == 0
    assert visited.errors == []


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
