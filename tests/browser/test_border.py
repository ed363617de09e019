"""The border on the map, the names of countries and regions, and the veil over what lies outside."""

import math

import pytest
from playwright.sync_api import expect

GLANERBRUG = "/map?view=12/52.215/6.99"

IS_VEILED = """([x, y]) => {
  const veil = document.querySelector("path.atlas-outside");
  const point = new DOMPoint(x, y).matrixTransform(veil.getScreenCTM().inverse());
  return veil.isPointInFill(point);
}"""

AT_HEIGHT = """(path, [top, bottom]) => {
  const matrix = path.getScreenCTM();
  const length = path.getTotalLength();
  const found = [];
  for (let at = 0; at <= length; at += 2) {
    const { x, y } = path.getPointAtLength(at).matrixTransform(matrix);
    if (y >= top && y <= bottom) found.push(x);
  }
  return found;
}"""
"""Where a line passes between two heights, in pixels from the left of the window."""


def name_of(visited, text, kind):
    return visited.map.locator(f".atlas-label-{kind}", has_text=text)


def box_of(visited, label):
    """Return where a label is; names are placed anew when streets arrive."""
    boxes = []
    visited.wait_for(lambda: boxes.append(label.bounding_box()) or boxes[-1])
    return boxes[-1]


@pytest.mark.parametrize(
    ("language", "east", "west"),
    [
        ("en", "Germany", "Netherlands"),
        ("nl", "Duitsland", "Nederland"),
        ("de", "Deutschland", "Niederlande"),
    ],
)
def test_each_country_is_named_on_its_side_of_the_border(visit, language, east, west):
    visited = visit().open(f"{GLANERBRUG}&lang={language}")
    visited.settle()
    border = visited.feature("border.nl_de")
    for text, is_east in ((east, True), (west, False)):
        box = box_of(visited, name_of(visited, text, "country"))
        passes = border.evaluate(AT_HEIGHT, [box["y"], box["y"] + box["height"]])
        assert passes, "the name stands beside the line"
        if is_east:
            assert max(passes) < box["x"]
        else:
            assert min(passes) > box["x"] + box["width"]


@pytest.mark.parametrize(
    "view", ["6/52.2/7", "8/52.2/7", "10/52.4/6.9", "14/52.213/7.005", "9/53/7", "9/51.5/6.2"]
)
def test_the_countries_are_named_wherever_the_border_is_in_view(visit, view):
    visited = visit().open(f"/map?view={view}&layers=border,region,cities")
    for text in ("Germany", "Netherlands"):
        expect(name_of(visited, text, "country")).to_have_count(1)


@pytest.mark.parametrize(
    "view", ["8/52.2/7", "9/52.25/6.85", "10/52.25/6.85", "10/52.36/6.66", "12/52.215/6.99"]
)
def test_the_countries_are_named_next_to_each_other(visit, view):
    visited = visit().open(f"/map?view={view}")
    visited.settle()
    east, west = (box_of(visited, name_of(visited, text, "country")) for text in ("Germany", "Netherlands"))
    middles = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in (east, west)]
    assert math.dist(*middles) < 250


def test_regions_are_named_in_spaced_capitals_unlike_municipalities(visit):
    visited = visit().open("/map").settle()
    for text in ("Twente", "EUREGIO"):
        expect(name_of(visited, text, "region")).to_have_count(1)
    spaced = name_of(visited, "Twente", "region").evaluate(
        "name => [getComputedStyle(name).letterSpacing, getComputedStyle(name).textTransform]"
    )
    visited.open("/map?view=11/52.25/6.8").settle()
    expect(visited.map.locator(".atlas-label-area").first).to_be_visible()
    # In one step: names are drawn anew when streets come.
    narrow = visited.page.evaluate(
        "getComputedStyle(document.querySelector('.atlas-label-area')).letterSpacing"
    )
    assert spaced[1] == "uppercase"
    assert float(spaced[0].removesuffix("px")) >= 2 * float(narrow.removesuffix("px"))


def test_close_up_a_region_is_not_named_any_more(visit):
    visited = visit().open("/map?view=13/52.22/6.89")
    visited.settle()
    expect(visited.map.locator(".atlas-label-region")).to_have_count(0)


def test_what_lies_outside_of_the_euregio_is_faded_and_what_lies_inside_is_not(visit):
    visited = visit().open("/map?view=8/52.3/6.9")
    inside, outside = ("cities.enschede", "cities.munster"), ("cities.zwolle", "cities.deventer")
    for reference in (*inside, *outside):
        box = visited.feature(reference).bounding_box()
        middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
        assert visited.page.evaluate(IS_VEILED, middle) == (reference in outside), reference
    visited.map.locator("input[data-layer=euroregion]").uncheck()
    expect(visited.map.locator("path.atlas-outside")).to_have_count(0)


def test_a_catalog_of_another_region_fades_what_lies_outside_too(visit, serve, small):
    small.toml = small.toml.replace(
        'color = "#336699", fill_opacity = 0.2', 'color = "#336699", outside_opacity = 0.4'
    )
    visited = visit(serve("--catalog", str(small.write())).url).open("/map")
    expect(visited.map.locator("path.atlas-outside")).to_have_attribute("fill-opacity", "0.4")
    box = visited.feature("towns.two").bounding_box()
    assert visited.page.evaluate(IS_VEILED, [box["x"] + 1, box["y"] + 1])
    box = visited.feature("towns.one").bounding_box()
    assert not visited.page.evaluate(IS_VEILED, [box["x"] + 1, box["y"] + 1])


def test_the_band_along_twente_lies_inside_of_its_outline(visit):
    visited = visit().open("/map")
    band, outline = visited.map.locator("g.atlas-areas > path.atlas-band"), visited.feature("region.twente")
    clip = band.get_attribute("clip-path").removeprefix("url(#").removesuffix(")")
    shape = visited.map.locator(f"#{clip} path").get_attribute("d")
    assert shape == outline.get_attribute("d")
    visited.map.locator("input[data-layer=region]").uncheck()
    expect(visited.map.locator(f"#{clip}")).to_have_count(0)
