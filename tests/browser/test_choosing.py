"""What the pointer chooses and highlights: lines, areas by outline and name, the legend, empty land."""

import pytest
from playwright.sync_api import expect

from tests.support.browser_page import MOVING

EMPTY_LAND = """() => {
  const area = document.querySelector('path[data-feature="euroregion.euregio"]:not(.atlas-hit)');
  const matrix = area.getScreenCTM().inverse();
  for (let y = 100; y < innerHeight - 60; y += 7) {
    for (let x = 80; x < innerWidth - 40; x += 7) {
      const isClear = [[0, 0], [6, 6], [-6, -6], [6, -6], [-6, 6]].every(([dx, dy]) =>
        document.elementFromPoint(x + dx, y + dy)?.closest("path, span, .leaflet-control") === null);
      if (isClear && area.isPointInFill(new DOMPoint(x, y).matrixTransform(matrix))) return [x, y];
    }
  }
  return null;
}"""
"""A point inside of the EUREGIO at which there is nothing else."""


def popup_title(visited):
    return visited.map.locator(".atlas-popup h2")


def close_popup(visited):
    visited.map.locator(".leaflet-popup-close-button").click()
    expect(popup_title(visited)).to_have_count(0)


def name_of_region(visited, text):
    return visited.map.locator(".atlas-label-region", has_text=text)


def test_a_click_on_empty_land_clears_the_choice(visit):
    visited = visit(**MOVING).open("/map?feature=cities.munster&view=9/52.2/7.2")
    expect(popup_title(visited)).to_have_text("Münster")
    visited.page.mouse.click(*visited.page.evaluate(EMPTY_LAND))
    expect(popup_title(visited)).to_have_count(0)
    expect(visited.map.locator(".atlas-selected")).to_have_count(0)
    assert "feature" not in visited.query


def test_the_tooltip_of_the_largest_area_does_not_follow_the_pointer_everywhere(visit):
    visited = visit().open("/map?view=9/52.2/7.2")
    visited.page.mouse.move(*visited.page.evaluate(EMPTY_LAND))
    visited.draw_frames()
    expect(visited.map.locator(".atlas-tooltip")).to_have_count(0)
    expect(visited.map.locator(".atlas-hovered")).to_have_count(0)


@pytest.mark.parametrize(
    ("reference", "name"), [("euroregion.euregio", "EUREGIO"), ("region.twente", "Twente")]
)
def test_a_region_is_chosen_by_its_outline(visit, reference, name):
    visited = visit().open("/map?layers=euroregion,region,municipalities&view=9/52.3/6.9")
    visited.click_feature(reference)
    expect(popup_title(visited)).to_have_text(name)


@pytest.mark.parametrize("name", ["EUREGIO", "Twente"])
def test_a_region_is_chosen_by_its_name_which_highlights_it_under_the_pointer(visit, name):
    visited = visit().open("/map")
    visited.settle()
    name_of_region(visited, name).hover()
    expect(visited.map.locator("path.atlas-mark")).to_have_count(1)
    name_of_region(visited, name).click()
    expect(popup_title(visited)).to_have_text(name)
    assert visited.query["feature"] in ("euroregion.euregio", "region.twente")


def test_inside_a_municipality_is_meant_before_the_region_and_that_before_nothing(visit):
    visited = visit().open("/map?layers=euroregion,region,municipalities&view=10/52.3/6.8")
    visited.settle()
    box = visited.feature("municipalities.haaksbergen").bounding_box()
    inside = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 14)
    visited.page.mouse.click(*inside)
    expect(popup_title(visited)).to_have_text("Haaksbergen")
    close_popup(visited)
    visited.map.locator("input[data-layer=municipalities]").uncheck()
    visited.page.mouse.click(*inside)
    expect(popup_title(visited)).to_have_text("Twente")
    visited.map.locator("input[data-layer=region]").uncheck()
    expect(popup_title(visited)).to_have_count(0)
    visited.page.mouse.click(*inside)
    expect(popup_title(visited)).to_have_count(0)


def test_a_chosen_region_leaves_the_municipalities_in_it_to_be_chosen(visit):
    visited = visit().open("/map?layers=region,municipalities&view=10/52.3/6.8&feature=region.twente")
    expect(popup_title(visited)).to_have_text("Twente")
    close_popup(visited)
    visited.click_feature("municipalities.haaksbergen")
    expect(popup_title(visited)).to_have_text("Haaksbergen")


def test_a_chosen_area_stands_out_by_its_outline_and_does_not_paint_what_lies_in_it(visit):
    visited = visit().open("/map?layers=euroregion&feature=euroregion.euregio")
    area = visited.feature("euroregion.euregio")
    expect(area).to_have_class("atlas-hollow leaflet-interactive atlas-selected")
    expect(area).to_have_attribute("fill-opacity", "0")
    for part in ("atlas-halo", "atlas-mark"):
        expect(visited.map.locator(f"path.{part}")).to_have_attribute("fill", "none")
    close_popup(visited)
    expect(visited.map.locator(".atlas-selected")).to_have_count(0)


def test_a_line_under_the_pointer_is_highlighted_until_it_leaves(visit):
    visited = visit().open("/map?layers=border&view=10/52.3/7")
    line = visited.feature("border.nl_de")
    width = float(line.get_attribute("stroke-width"))
    hit = visited.map.locator('path.atlas-hit[data-feature="border.nl_de"]')
    point = hit.evaluate(
        """path => {
            const middle = path.getPointAtLength(path.getTotalLength() / 2);
            const { x, y } = middle.matrixTransform(path.getScreenCTM());
            return [x, y];
        }"""
    )
    visited.page.mouse.move(*point)
    expect(line).to_have_class("leaflet-interactive atlas-hovered")
    assert float(line.get_attribute("stroke-width")) > width
    visited.page.mouse.move(point[0] + 120, point[1])
    expect(line).to_have_class("leaflet-interactive")
    assert float(line.get_attribute("stroke-width")) == width


def test_an_area_under_the_pointer_is_highlighted(visit):
    visited = visit().open("/map?layers=municipalities&view=10/52.3/6.8")
    visited.feature("municipalities.haaksbergen").hover()
    expect(visited.map.locator("path.atlas-mark")).to_have_count(1)
    visited.page.mouse.move(5, 500)
    expect(visited.map.locator("path.atlas-mark")).to_have_count(0)


def test_an_entry_of_the_legend_highlights_what_it_stands_for(visit):
    visited = visit().open("/map")
    row = visited.map.locator(".atlas-layer:has(input[data-layer=cities])")
    row.locator("label").hover()
    expect(visited.map.locator('path.atlas-hovered[data-feature^="cities."]')).to_have_count(27)
    row.get_by_role("button", name="Kinds").click()
    row.locator(".atlas-categories li", has_text="City of the network").hover()
    expect(visited.map.locator("path.atlas-hovered")).to_have_count(5)
    visited.map.locator(".atlas-panel summary").hover()
    expect(visited.map.locator("path.atlas-hovered")).to_have_count(0)


def test_an_entry_of_the_legend_highlights_by_keyboard_too(visit):
    visited = visit().open("/map")
    visited.map.locator(".atlas-panel summary").focus()
    visited.page.keyboard.press("Tab")
    expect(visited.map.locator('path.atlas-hovered[data-feature^="cities."]')).to_have_count(27)
    visited.page.keyboard.press("Shift+Tab")
    expect(visited.map.locator("path.atlas-hovered")).to_have_count(0)


def square(west, south, side):
    east, north = west + side, south + side
    return [[[west, south], [east, south], [east, north], [west, north], [west, south]]]


def test_the_name_of_an_area_lies_in_its_largest_part_and_the_popup_above_that(visit, serve, small):
    area = small.feature("areas")
    area["geometry"] = {
        "type": "MultiPolygon",
        "coordinates": [square(6.02, 52.7, 0.1), square(6.6, 52.1, 0.3)],
    }
    small.layers["areas"]["bbox"] = [6.02, 52.1, 6.9, 52.8]
    small.toml = small.toml.replace(
        'geometry_types = ["Polygon"]', 'geometry_types = ["MultiPolygon"]'
    ).replace("fill_opacity = 0.2 }", "fill_opacity = 0.2, label_minzoom = 1 }")
    small.feature("towns")["geometry"]["coordinates"] = [6.3, 52.3]
    del small.feature("towns")["properties"]["area"]
    visited = visit(serve("--catalog", str(small.write())).url)
    visited.open("/map?feature=areas.square&layers=areas")
    visited.settle()
    largest = visited.feature("areas.square").evaluate(
        """path => {
            const boxes = path.getAttribute("d").split("M").slice(1).map(part => {
                const numbers = part.match(/-?[\\d.]+/g).map(Number);
                const [xs, ys] = [0, 1].map(odd => numbers.filter((_, at) => at % 2 === odd));
                return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
            });
            const size = ([l, t, r, b]) => (r - l) * (b - t);
            const [l, t, r, b] = boxes.sort((a, c) => size(c) - size(a))[0];
            const at = (x, y) => new DOMPoint(x, y).matrixTransform(path.getScreenCTM());
            return [at(l, t), at(r, b)].flatMap(({ x, y }) => [x, y]);
        }"""
    )
    popup = visited.map.locator(".leaflet-popup-content-wrapper").bounding_box()
    tip = visited.map.locator(".leaflet-popup-tip-container").bounding_box()
    name = visited.map.locator(".atlas-label", has_text="Square").bounding_box()
    assert largest[0] < name["x"] + name["width"] / 2 < largest[2]
    assert largest[1] < name["y"] + name["height"] / 2 < largest[3]
    assert largest[0] - 1 < tip["x"] + tip["width"] / 2 < largest[2] + 1
    assert tip["y"] + tip["height"] == pytest.approx(largest[1], abs=8), "its tip is at the top of the area"
    assert 0 <= popup["y"] < popup["y"] + popup["height"] < largest[1], "which it does not cover"
