"""The list of layers: docked or a sheet, by theme, by keys, and what it does with a layer."""

import pytest
from playwright.sync_api import expect

WIDE = [("/", 1440, 900), ("/", 1024, 768), ("/map", 1024, 768)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

OPEN = ".atlas-panel[open]"

COVERED = """() => {
  const map = document.querySelector(".atlas-map").getBoundingClientRect();
  const boxes = [...document.querySelectorAll(".leaflet-control, :root:not(.atlas-docked) .atlas-panel")]
    .map((node) => node.getBoundingClientRect());
  let covered = 0;
  for (let x = map.left + 1; x < map.right; x += 2) for (let y = map.top + 1; y < map.bottom; y += 2) {
    if (boxes.some((box) => x >= box.left && x < box.right && y >= box.top && y < box.bottom)) covered += 4;
  }
  return covered / (map.width * map.height);
}"""
"""The part of the map that lies under controls and legends."""


def box(locator):
    found = locator.bounding_box()
    return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]


def row(visited, layer_id):
    return visited.map.locator(f".atlas-layer:has(input[data-layer={layer_id}])")


def unfold(visited, layer_id):
    row(visited, layer_id).locator(".atlas-fold").click()
    return row(visited, layer_id).locator(".atlas-tools")


@pytest.mark.parametrize(("path", "width", "height"), WIDE)
def test_on_a_wide_window_the_list_stands_beside_the_map_and_covers_nothing(visit, path, width, height):
    visited = visit(viewport={"width": width, "height": height}).open(path)
    _, top, right, bottom = box(visited.map.locator(".atlas-panel"))
    map_left, map_top, map_right, map_bottom = box(visited.map.locator(".atlas-map"))
    assert right <= map_left
    assert (top, bottom) == (map_top, map_bottom)
    assert map_right - map_left >= 400
    page = visited.page.evaluate("[document.documentElement.scrollHeight, innerHeight]")
    assert page[0] <= page[1], "the page does not scroll"


@pytest.mark.parametrize("path", ["/", "/map"])
def test_a_folded_list_is_a_narrow_button_and_stays_folded_on_the_next_visit(visit, path):
    visited = visit(is_new=True).open(path)
    visited.settle()
    where = visited.feature("region.twente").evaluate(WHERE)
    zoom = visited.map.locator(".leaflet-control-scale-line").inner_text()
    button = visited.map.locator(".atlas-panel summary")
    button.click()
    expect(visited.map.locator(OPEN)).to_have_count(0)
    assert visited.map.locator(".atlas-panel").bounding_box()["width"] <= 48
    visited.settle()
    assert visited.map.locator(".leaflet-control-scale-line").inner_text() == zoom
    assert visited.feature("region.twente").evaluate(WHERE) == pytest.approx(where, abs=1), "the ground stays"
    visited.open(path)
    expect(visited.map.locator(OPEN)).to_have_count(0)
    visited.map.locator(".atlas-panel summary").press("Enter")
    expect(visited.map.locator(OPEN)).to_have_count(1)
    visited.open(path)
    expect(visited.map.locator(OPEN)).to_have_count(1)
    assert visited.errors == []


WHERE = "(path) => { const { left, top } = path.getBoundingClientRect(); return [left, top]; }"


@pytest.mark.parametrize("path", ["/", "/map"])
def test_on_a_small_window_the_list_is_a_sheet_behind_one_button(visit, path):
    visited = visit(**PHONE).open(path)
    expect(visited.map.locator(".atlas-panel-body")).to_be_hidden()
    button = visited.map.locator(".atlas-panel summary")
    button.click()
    left, top, right, bottom = box(visited.map.locator(".atlas-panel"))
    _, map_top, _, map_bottom = box(visited.map.locator(".atlas-map"))
    assert (left, right, bottom) == (0, 390, map_bottom)
    assert top > map_top + (map_bottom - map_top) / 4, "the map is still seen"
    expect(visited.map.get_by_role("radio", name="basemap.de")).to_be_in_viewport(ratio=1)
    visited.map.locator("input[data-layer=cities]").press("Escape")
    expect(visited.map.locator(".atlas-panel-body")).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    visited.map.get_by_role("button", name="Close the list of layers").click()
    expect(visited.map.locator(".atlas-panel-body")).to_be_hidden()


def test_a_narrower_window_turns_the_list_into_a_sheet_and_a_wider_one_docks_it_again(visit):
    visited = visit().open("/map")
    visited.page.set_viewport_size({"width": 900, "height": 700})
    expect(visited.map.locator(OPEN)).to_have_count(0)
    assert visited.map.locator(".atlas-map").bounding_box()["width"] == 900
    visited.page.set_viewport_size({"width": 1100, "height": 700})
    expect(visited.map.locator(OPEN)).to_have_count(1)
    assert visited.map.locator(".atlas-map").bounding_box()["width"] < 900


def test_layers_stand_under_their_themes_in_each_language(visit, atlas):
    visited = visit()
    titles = {"en": "Cities and regions", "nl": "Steden en regio’s", "de": "Städte und Regionen"}
    for language, first in titles.items():
        visited.open(f"/map?lang={language}")
        expect(visited.map.locator(".atlas-layers h3").first).to_have_text(first)
    groups = visited.map.locator(".atlas-layers section").evaluate_all(
        """groups => groups.map(group =>
            [...group.querySelectorAll("[data-layer]")].map(input => input.dataset.layer))"""
    )
    assert [set(group) for group in groups] == [set(group.layers) for group in atlas.catalog.layer_groups]


def test_layers_of_no_theme_come_last_and_a_catalog_without_themes_has_no_headings(visit, serve, small):
    server = serve("--catalog", str(small.write()))
    visited = visit(server.url).open("/map")
    expect(visited.map.locator(".atlas-layer")).to_have_count(2)
    expect(visited.map.locator(".atlas-layers h3:visible")).to_have_count(0)
    small.toml = small.toml.replace(
        "[overview]", '[[layer_groups]]\ntitle = "Ground"\nlayers = ["areas"]\n\n[overview]', 1
    )
    visited = visit(serve("--catalog", str(small.write())).url).open("/map")
    expect(visited.map.locator(".atlas-layers h3")).to_have_text(["Ground", "Other layers"])


def test_with_every_layer_on_and_unfolded_the_base_maps_can_still_be_chosen(visit, atlas):
    visited = visit(viewport={"width": 1024, "height": 768}).open(f"/?layers={','.join(atlas.layers)}")
    for fold in visited.map.locator(".atlas-fold").all():
        fold.click()
    expect(visited.map.get_by_role("radio", name="basemap.de")).to_be_in_viewport(ratio=1)


def test_one_tab_stop_leads_into_the_list_and_arrow_keys_through_it(visit):
    visited = visit().open("/map")
    visited.map.locator(".atlas-panel summary").focus()
    keys = visited.page.keyboard
    keys.press("Tab")
    order = visited.map.locator("[data-layer]").evaluate_all("all => all.map(input => input.dataset.layer)")
    reached = []
    for _ in order:
        reached.append(visited.page.evaluate("document.activeElement.dataset.layer"))
        stops = visited.map.locator(".atlas-layers :is(input, button):not([tabindex='-1'])")
        assert stops.count() == 1
        keys.press("ArrowDown")
    assert reached == order
    keys.press("Shift+Tab")
    expect(visited.map.locator(".atlas-panel summary")).to_be_focused()
    keys.press("Tab")
    assert visited.page.evaluate("document.activeElement.dataset.layer") == order[-1], "where one was before"


def test_a_layer_is_dimmed_and_stays_so_when_it_is_chosen_or_comes_back(visit):
    visited = visit().open("/map?layers=region,cities")
    city, area = visited.feature("cities.hengelo"), visited.feature("region.twente")
    slider = unfold(visited, "cities").get_by_role("slider", name="Opacity: Cities and towns")
    for _ in range(6):
        slider.press("ArrowLeft")
    expect(city).to_have_attribute("opacity", "0.4")
    expect(visited.map.locator(".atlas-label", has_text="Hengelo")).to_have_css("opacity", "0.4")
    assert area.get_attribute("opacity") is None
    city.click()
    expect(city).to_have_attribute("opacity", "0.4")
    row(visited, "cities").locator("input[data-layer]").uncheck()
    row(visited, "cities").locator("input[data-layer]").check()
    expect(city).to_have_attribute("opacity", "0.4")
    slider.press("End")
    assert city.get_attribute("opacity") is None


ORDER = """paths => [...new Set(paths.filter(path => path.closest(".atlas-points")).map(
    path => path.dataset.feature.split(".")[0]))]"""
"""The layers with symbols, the lowest first."""


def test_a_layer_is_moved_past_the_next_that_it_can_cover_by_button_and_by_key(visit):
    visited = visit().open("/map?layers=region,stations,knowledge_institutes,cities")
    paths = visited.map.locator("path[data-feature]")
    assert paths.evaluate_all(ORDER) == ["stations", "knowledge_institutes", "cities"]
    tools = unfold(visited, "stations")
    expect(tools.get_by_role("button", name="Move down")).to_have_attribute("aria-disabled", "true")
    tools.get_by_role("button", name="Move up, above “Knowledge institutes”").click()
    assert paths.evaluate_all(ORDER) == ["knowledge_institutes", "stations", "cities"]
    expect(visited.map.locator(".atlas-unseen")).to_have_text(
        "Railway stations, now above Knowledge institutes"
    )
    stations = row(visited, "stations").locator("input[data-layer]")
    stations.press("Alt+ArrowUp")
    assert paths.evaluate_all(ORDER) == ["knowledge_institutes", "cities", "stations"]
    expect(stations).to_be_focused()
    stations.press("Alt+ArrowDown")
    stations.press("Alt+ArrowDown")
    stations.press("Alt+ArrowDown")
    assert paths.evaluate_all(ORDER) == ["stations", "knowledge_institutes", "cities"]


def test_the_list_of_a_theme_follows_the_drawing_order(visit):
    visited = visit().open("/map?layers=municipalities,region,euroregion,cities")
    ids = "all => all.map(input => input.dataset.layer)"
    group = visited.map.locator(".atlas-layers section").first.locator("[data-layer]")
    assert group.evaluate_all(ids)[-2:] == ["region", "euroregion"]
    row(visited, "euroregion").locator("[data-layer]").press("Alt+ArrowUp")
    assert group.evaluate_all(ids)[-2:] == ["euroregion", "region"]


def test_all_of_a_layer_is_shown_beside_what_lies_over_the_map(visit):
    visited = visit().open("/map?layers=cities&view=12/52.26/6.79")
    unfold(visited, "cities").get_by_role("button", name="Show all of “Cities and towns”").click()
    visited.settle()
    left, top, right, bottom = box(visited.map.locator(".atlas-map"))
    for city in visited.map.locator("path[data-feature]:visible:not(.atlas-hit)").all():
        x, y, *_ = box(city)
        assert left <= x <= right
        assert top <= y <= bottom


@pytest.mark.parametrize("path", ["/", "/?panel=reach&reach=hengelo", "/?panel=reach&border=1"])
def test_controls_and_legends_cover_little_of_the_map(visit, path):
    visited = visit().open(path)
    visited.settle()
    assert visited.map_frame.evaluate(COVERED) <= 0.06


@pytest.mark.parametrize("path", ["/", "/map"])
def test_controls_cover_little_of_the_map_of_a_phone(visit, path):
    visited = visit(**PHONE).open(path)
    visited.settle()
    assert visited.map_frame.evaluate(COVERED) <= 0.12


@pytest.mark.parametrize("edge", ["left", "right", "top"])
def test_a_name_under_the_pointer_is_never_cut_at_the_edge_of_the_map(visit, edge):
    visited = visit().open("/map?layers=municipalities&view=12/52.30/6.60")
    left, top, right, bottom = box(visited.map.locator(".atlas-map"))
    x, y = {
        "left": (left + 3, (top + bottom) / 2),
        "right": (right - 3, (top + bottom) / 2),
        "top": ((left + right) / 2, top + 3),
    }[edge]
    visited.page.mouse.move(x, y)
    name = box(visited.map.locator(".atlas-tooltip"))
    assert left <= name[0]
    assert top <= name[1]
    assert name[2] <= right
    assert not (name[0] <= x <= name[2] and name[1] <= y <= name[3]), "the pointer does not cover it"
