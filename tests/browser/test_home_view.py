"""The first view at each size: Twente is large enough, the cities are named, and no control covers them."""

from itertools import combinations

import pytest
from playwright.sync_api import expect

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NETWORK = ("Enschede", "Hengelo", "Almelo", "Münster", "Osnabrück")
SIZES = [(1440, 900), (1024, 768), (1920, 1080), (2560, 1440), (844, 390)]


CONTROLS = ".leaflet-control, :root:not(.atlas-docked) .atlas-panel"
"""What lies over the map; a docked list of layers lies beside it."""


def boxes(locator):
    return locator.evaluate_all(
        """nodes => nodes.map(node => {
            const { left, top, right, bottom } = node.getBoundingClientRect();
            return [left, top, right, bottom, node.dataset?.feature ?? node.textContent];
        }).filter(([left, , right]) => right > left)"""
    )


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def covered(visited, things):
    controls = boxes(visited.map.locator(CONTROLS))
    return [thing[4] for thing in things if any(overlap(thing, control) for control in controls)]


def twente(visited):
    [box] = boxes(visited.feature("region.twente"))
    return box


@pytest.mark.parametrize(("path", "least"), [("/", 9), ("/map", 14)])
def test_on_a_desktop_twente_is_wide_and_cities_and_towns_are_named(visit, atlas, path, least):
    visited = visit().open(path)
    visited.settle()
    left, _, right, _, _ = twente(visited)
    assert right - left >= 300
    names = set(visited.map.locator(".atlas-label-major, .atlas-label-minor").all_inner_texts())
    assert set(NETWORK) <= names
    towns = {row["main_town"] for row in atlas.layers["municipalities"].properties.values()}
    assert len(names & towns) >= least, towns - names
    icons = visited.map.locator(".atlas-icon")
    assert icons.count() > 0
    assert visited.map.locator(".atlas-icon:not([transform])").count() == 0, "each lies on its symbol"


def test_on_a_phone_twente_is_wide_enough(visit):
    visited = visit(**PHONE).open("/")
    visited.settle()
    left, _, right, _, _ = twente(visited)
    assert right - left >= 200
    names = set(visited.map.locator(".atlas-label-major").all_inner_texts())
    assert {"Enschede", "Hengelo", "Almelo"} <= names


@pytest.mark.parametrize("path", ["/", "/map"])
@pytest.mark.parametrize(
    "options",
    [*({"viewport": {"width": width, "height": height}} for width, height in SIZES), PHONE],
    ids=lambda options: "x".join(map(str, options["viewport"].values())),
)
def test_no_control_covers_twente_the_cities_or_a_name(visit, options, path):
    visited = visit(**options).open(path)
    visited.settle()
    width, height = visited.map_frame.evaluate("[innerWidth, innerHeight]")
    near = [twente(visited), *boxes(visited.map.locator(".atlas-label"))]
    # On a small screen the cities beyond Twente have no room, and may lie anywhere.
    far = ("munster", "osnabruck") if options["viewport"]["width"] > 1000 else ()
    for city in ("enschede", "hengelo", "almelo", *far):
        near += boxes(visited.feature(f"cities.{city}"))
    in_view = [box for box in near if box[0] < width and box[2] > 0 and box[1] < height and box[3] > 0]
    assert len(in_view) > 5
    assert covered(visited, in_view) == []
    left, top, right, bottom, _ = twente(visited)
    assert left >= 0
    assert top >= 0
    assert right <= width
    assert bottom <= height


@pytest.mark.parametrize("path", ["/", "/map"])
def test_on_a_phone_on_its_side_no_control_lies_over_another_and_most_layers_are_listed(visit, path):
    visited = visit(viewport={"width": 844, "height": 390}, has_touch=True, is_mobile=True).open(path)
    visited.settle()
    controls = boxes(visited.map.locator(CONTROLS))
    assert len(controls) >= 4
    assert [(a[4], b[4]) for a, b in combinations(controls, 2) if overlap(a, b)] == []
    visited.map.locator(".atlas-panel summary").click()
    [sheet] = boxes(visited.map.locator(".atlas-panel"))
    rows = boxes(visited.map.locator(".atlas-layer"))
    assert sum(row[3] <= sheet[3] for row in rows) >= 8


def test_home_comes_back_with_its_button_and_its_address_shows_the_same(visit):
    visited = visit().open("/map")
    visited.settle()
    before = twente(visited)
    visited.map.get_by_role("application").focus()
    visited.page.keyboard.press("ArrowRight")
    visited.wait_for_address("view", ".")
    visited.map.get_by_role("button", name="Show the whole region").click()
    visited.settle()
    again = twente(visited)
    assert again[:4] == pytest.approx(before[:4], abs=1)
    address = visited.page.url
    visited.page.goto("about:blank")
    visited.page.goto(address)
    visited.map.locator("html[data-atlas=drawn]").wait_for(state="attached")
    visited.settle()
    assert twente(visited)[:4] == pytest.approx(before[:4], abs=3)
    expect(visited.map.locator(".atlas-popup")).to_have_count(0)
