"""Railways on the map: how they are drawn, what a click on them means, and the break at Enschede."""

import pytest
from playwright.sync_api import expect

FEATURE_ON_TOP = """(path) => {
  const matrix = path.getScreenCTM();
  const at = path.getPointAtLength(path.getTotalLength() / 2);
  const { x, y } = new DOMPoint(at.x, at.y).matrixTransform(matrix);
  return document.elementFromPoint(x, y)?.dataset?.feature ?? null;
}"""
"""The feature that a click in the middle of a path means."""


@pytest.mark.parametrize(("zoom", "layer_id"), [(9, "rail_corridors"), (12, "rail_sections")])
def test_a_click_on_a_railway_means_the_corridor_far_out_and_the_section_near(visit, zoom, layer_id):
    visited = visit().open(f"/map?view={zoom}/52.3145/6.726")
    clicked = visited.feature("rail_sections.almelo_de_riet_borne").evaluate(FEATURE_ON_TOP)
    assert clicked.split(".")[0] == layer_id
    visited.click_feature(clicked)
    expect(visited.map.locator(".atlas-popup h2")).to_contain_text("–")


def test_a_section_tells_its_tracks_its_wire_and_its_speed(visit):
    visited = visit().open("/map?view=12/52.3145/6.726")
    visited.click_feature("rail_sections.almelo_de_riet_borne")
    facts = visited.map.locator(".atlas-popup dl")
    for words in ("Tracks2", "1.5 kV direct current", "130 km/h"):
        expect(facts).to_contain_text(words)


def test_the_break_at_enschede_is_a_symbol_on_the_line_that_says_what_it_means(visit):
    visited = visit().open("/map?view=14/52.2225/6.8898&layers=rail_corridors,rail_sections")
    symbol = visited.map.locator('path.atlas-break[data-feature="rail_sections.enschede_break"]')
    symbol.click()
    popup = visited.map.locator(".atlas-popup")
    expect(popup.locator("h2")).to_have_text("Break at Enschede")
    expect(popup).to_contain_text("everybody changes trains here")


def test_where_the_two_buffer_stops_can_be_told_apart_each_opens(visit):
    visited = visit().open("/map?view=18/52.2225/6.8898&layers=rail_sections")
    visited.click_feature("rail_sections.enschede_buffer_stop_west")
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Buffer stop of the track from Hengelo")


def test_a_line_without_wire_is_dashed_and_lines_get_wider_with_the_zoom(visit):
    visited = visit().open("/map?view=9/52.3/6.8")
    wired, unwired = (
        visited.feature(f"rail_sections.{section}") for section in ("wierden_almelo", "goor_delden")
    )
    expect(unwired).to_have_attribute("stroke-dasharray", "4.56 3.80")
    assert wired.get_attribute("stroke-dasharray") is None
    before = float(wired.get_attribute("stroke-width"))
    visited.open("/map?view=13/52.36/6.63")
    assert float(wired.get_attribute("stroke-width")) > 1.5 * before


def test_the_legend_draws_railways_as_the_map_does(visit):
    visited = visit().open("/map")
    corridors = visited.map.locator(".atlas-layer:has(input[data-layer=rail_corridors]) .atlas-categories li")
    assert [item.locator("svg path").count() for item in corridors.all()] == [2, 2], "dashes along the middle"
    row = visited.map.locator(".atlas-layer:has(input[data-layer=rail_sections])")
    strokes = [item.locator("svg path").count() for item in row.locator(".atlas-categories li").all()]
    assert strokes == [3, 2, 2, 3, 3, 1, 1], "two tracks have a gap, bottlenecks a halo, symbols one shape"
    expect(row.locator(".atlas-categories")).to_contain_text("Break: no through track")


def test_keys_reach_what_the_pointer_reaches(visit):
    visited = visit().open("/map?view=9/52.3/6.8&layers=rail_corridors,rail_sections")
    stop = visited.map.locator("path[tabindex='0']")
    stop.press("End")
    expect(stop).to_have_attribute("data-feature", "rail_sections.enschede_break")
    stop.press("Home")
    expect(stop).to_have_attribute("data-feature", "rail_corridors.zwolle_twente_munster")
