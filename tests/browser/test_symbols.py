"""Symbols that would cover each other: one stands for all, and each can be reached."""

from itertools import combinations

import pytest
from playwright.sync_api import expect

POINT_LAYERS = (
    "innovation_districts,clusters,partners,station_areas,programmes,stations,knowledge_institutes,cities"
)

SYMBOLS = """() => [...document.querySelectorAll(".atlas-points path[data-feature]")]
  .map((path) => [path.dataset.feature, path.getBoundingClientRect()])
  .map(([name, { left, top, right, bottom }]) => [name, left, top, right, bottom])"""

NAMES = """() => [...document.querySelectorAll(".atlas-label-major, .atlas-label-minor")]
  .map((name) => [name.textContent, name.getBoundingClientRect()])
  .map(([text, { left, top, right, bottom }]) => [text, left, top, right, bottom])"""

NUMBERS = """() => [...document.querySelectorAll(".atlas-group")].map((badge) => Number(badge.textContent))"""


def covers(first, second):
    """A pixel is left to edges between two pixels."""
    return min(first[3], second[3]) - max(first[1], second[1]) > 1 and (
        min(first[4], second[4]) - max(first[2], second[2]) > 1
    )


def gap(first, second):
    """The pixels between two boxes, in the direction in which they are farther apart."""
    return max(first[1] - second[3], second[1] - first[3], first[2] - second[4], second[2] - first[4], 0)


def test_no_symbol_covers_another_at_any_zoom_and_numbers_say_how_many_more_there_are(visit, atlas):
    layers = POINT_LAYERS.replace("stations,", "")
    visited = visit().open(f"/map?view=8/52.2205/6.86&layers={layers}")
    of_areas = sum(len(data.layer.style.areas) for data in atlas.layers.values())
    for zoom in range(8, 15):
        if zoom > 8:
            visited.map.get_by_role("button", name="Zoom in").click()
            visited.settle()
        symbols = visited.page.evaluate(SYMBOLS)
        seen = [symbol for symbol in symbols if symbol[3] > symbol[1]]
        assert [(a[0], b[0]) for a, b in combinations(seen, 2) if covers(a, b)] == [], zoom
        assert len(seen) + sum(visited.page.evaluate(NUMBERS)) + of_areas == len(symbols)


def test_a_name_stands_at_its_own_symbol_and_not_at_another(visit, atlas):
    names = {
        f"{layer_id}.{feature_id}": row.get("name")
        for layer_id, data in atlas.in_memory.items()
        for feature_id, row in data.properties.items()
    }
    visited = visit()
    for view in ("12/52.2205/6.8937", "10/52.25/6.8", "13/51.96/7.628"):
        visited.open(f"/map?view={view}").settle()
        seen = [symbol for symbol in visited.page.evaluate(SYMBOLS) if symbol[3] > symbol[1]]
        placed = visited.page.evaluate(NAMES)
        cities = {"Almelo", "Enschede", "Hengelo"} if view.startswith("10/") else set()
        assert cities <= {text for text, *_ in placed}
        for name in placed:
            own = [gap(name, symbol) for symbol in seen if names[symbol[0]] == name[0]]
            others = [gap(name, symbol) for symbol in seen if names[symbol[0]] != name[0]]
            assert not own or min(own) <= min(others) + 14, (view, name[0])


def test_the_only_layer_of_places_that_is_on_has_its_names_at_home(visit):
    visited = visit()
    for layer in ("clusters", "programmes", "knowledge_institutes"):
        visited.open(f"/map?layers=region,border,{layer}").settle()
        assert len(visited.page.evaluate(NAMES)) >= 4, layer
    visited.open("/map?layers=cities,clusters").settle()
    assert not {"LioniX International", "PHIX"} & {text for text, *_ in visited.page.evaluate(NAMES)}


def test_a_town_has_no_number_for_its_station_until_stations_have_pictograms(visit):
    visited = visit().open("/map?view=11/52.22/6.89&layers=cities,stations")
    expect(visited.feature("stations.enschede").first).to_be_hidden()
    expect(visited.map.locator(".atlas-group")).to_have_count(0)
    visited.open("/map?view=12/52.22/6.89&layers=cities,stations")
    expect(visited.map.get_by_role("button", name="Enschede and 1 more")).to_be_visible()


def test_the_number_opens_a_list_and_the_keys_bring_each_symbol_to_the_front(visit):
    visited = visit().open("/map?view=9/52.2205/6.86&layers=cities,knowledge_institutes")
    saxion = visited.feature("knowledge_institutes.saxion_enschede").first
    expect(saxion).to_be_hidden()
    visited.map.get_by_role("button", name="Enschede and 3 more", exact=True).click()
    visited.map.get_by_role("dialog", name="Enschede and 3 more").get_by_role("button", name="Saxion").click()
    expect(
        visited.map.get_by_role("heading", name="Saxion University of Applied Sciences, Enschede")
    ).to_be_visible()
    expect(saxion).to_be_visible()
    expect(visited.feature("cities.enschede").first).to_be_hidden()
    visited.page.keyboard.press("Escape")
    expect(saxion).to_be_focused()
    visited.page.keyboard.press("Home")
    reached = set()
    for _ in range(40):
        focused = visited.page.evaluate(
            "[document.activeElement.dataset.feature, document.activeElement.ariaLabel]"
        )
        reached.add(focused[0])
        assert focused[1]
        visited.page.keyboard.press("PageDown")
    assert {
        f"knowledge_institutes.{name}" for name in ("saxion_enschede", "university_of_twente", "aki_artez")
    } <= reached


@pytest.mark.parametrize(
    ("programme", "name"),
    [("regional_deal_twente", "Regional Deal Twente"), ("munster_cloudburst", "Münster cloudburst of 2014")],
)
def test_a_programme_of_a_whole_region_or_city_is_no_dot_and_choosing_it_shows_its_area(
    visit, programme, name
):
    visited = visit().open(f"/map?layers=programmes,region&feature=programmes.{programme}")
    popup = visited.map.locator(".atlas-popup")
    expect(popup.locator("h2")).to_have_text(name)
    assert "approximate" not in popup.inner_text(), "its place is no point"
    expect(visited.feature(f"programmes.{programme}")).to_be_hidden()
    region = visited.map.locator(".atlas-outlines path[fill-opacity='0.12']")
    expect(region).to_have_count(1)
    visited.map.locator(".leaflet-popup-close-button").click()
    expect(region).to_have_count(0)
