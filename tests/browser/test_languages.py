"""Languages, evidence and the story in Chromium: switched, opened and followed as people do."""

import re

import pytest
from playwright.sync_api import expect

OVERLAPS = """(rows) => rows.filter((row) => {
  const name = row.querySelector(".atlas-name");
  const after = [".atlas-count", ".atlas-fold"].map(
    (selector) => row.querySelector(selector).getBoundingClientRect());
  const left = Math.min(...after.filter(({ width }) => width > 0).map((box) => box.left));
  return name.getBoundingClientRect().right > left
    || [name, row].some((node) => node.scrollWidth > node.clientWidth);
}).map((row) => row.innerText)"""
"""The rows of layers whose parts cover each other."""


@pytest.mark.parametrize(
    ("locale", "language", "heading", "layer", "population"),
    [
        ("nl-NL", "nl", "Twente, een regio aan de grens", "Spoorcorridors", "640.806"),
        ("de-AT", "de", "Twente, eine Region an der Grenze", "Bahnkorridore", "640.806"),
        ("fr-FR", "en", "Twente, a region on the border", "Railway corridors", "640,806"),
    ],
)
def test_page_and_map_open_in_the_browser_s_language(visit, locale, language, heading, layer, population):
    visited = visit(locale=locale).open("/")
    expect(visited.page.get_by_role("heading", name=heading)).to_be_visible()
    expect(visited.page.locator(".atlas-figures")).to_contain_text(population)
    expect(visited.map.locator(".atlas-layers")).to_contain_text(layer)
    expect(visited.page.locator("html")).to_have_attribute("lang", language)
    expect(visited.map.locator("html")).to_have_attribute("lang", language)
    assert visited.errors == []


def test_switching_the_language_keeps_layers_view_and_selection(visit):
    visited = visit().open(
        "/?layers=cities,rail_corridors,programmes&feature=programmes.hengelo_heat_programme&view=11/52.26/6.79"
    )
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("Hengelo heat programme")
    before = visited.query
    visited.page.get_by_role("link", name="Nederlands").click()
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("Warmteprogramma Hengelo")
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Warmteprogramma Hengelo")
    visited.page.get_by_role("link", name="Deutsch").click()
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("Wärmeprogramm Hengelo")
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Wärmeprogramm Hengelo")
    after = visited.query
    views = [[float(part) for part in query.pop("view").split("/")] for query in (before, after)]
    assert views[0] == pytest.approx(views[1], abs=0.002)
    assert after == {**before, "lang": "de"}
    checked = visited.map.locator(".atlas-layers input:checked")
    on = checked.evaluate_all("inputs => inputs.map(input => input.dataset.layer)")
    assert sorted(on) == ["cities", "programmes", "rail_corridors"]
    assert visited.errors == []


def test_popups_and_names_on_the_map_are_in_its_language(visit):
    visited = visit().open("/map?lang=de&feature=cities.hanover&layers=cities")
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Hannover")
    expect(visited.map.locator(".atlas-popup")).to_contain_text("Einwohner")
    visited.map.get_by_role("button", name="Mehr Details").click()
    expect(visited.map.locator(".atlas-popup .atlas-description")).not_to_be_empty()
    expect(visited.map.locator(".atlas-popup dd").filter(has_text="15. Mai 2022")).to_be_visible()


def test_where_the_texts_cannot_be_loaded_the_map_is_english_and_says_so(visit):
    visited = visit()
    visited.page.route(re.compile(r"/texts/nl\.json"), lambda route: route.abort())
    visited.open("/map?lang=nl&layers=knowledge_institutes&feature=knowledge_institutes.university_of_twente")
    expect(visited.map.locator(".atlas-notices")).to_contain_text("konden niet in deze taal worden geladen")
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("University of Twente")


def test_each_layer_shows_its_evidence_card_on_the_map(visit, atlas):
    visited = visit().open("/map")
    for fold in visited.map.locator(".atlas-fold").all():
        fold.click()
    assert visited.map.get_by_role("button", name="Evidence card: ").count() == len(atlas.layers)
    layer = atlas.layers["rail_corridors"]
    visited.map.get_by_role("button", name="Evidence card: Railway corridors").click()
    dialog = visited.map.get_by_role("dialog", name="Evidence card: Railway corridors")
    for text in (layer.layer.method, layer.layer.attribution, layer.sha256, "29 November 2026", "about 25 m"):
        expect(dialog).to_contain_text(text)
    expect(dialog.get_by_role("link", name="ODbL 1.0")).to_have_attribute("href", layer.layer.license.url)
    for source in layer.layer.sources:
        expect(dialog).to_contain_text(source.name)
    visited.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_the_story_leads_to_its_places_without_a_reload(visit):
    visited = visit().open("/")
    visited.page.evaluate("window.mark = 'still here'")
    visited.page.get_by_role("link", name="Heat, rain and drought know no border").click()
    visited.page.get_by_role("link", name="Kristalbad").click()
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("Kristalbad")
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Kristalbad")
    expect(visited.map.locator("input[data-layer=programmes]")).to_be_checked()
    assert visited.wait_for_address("feature", "kristalbad") == "programmes.kristalbad"
    assert visited.page.evaluate("window.mark") == "still here"
    assert visited.page.locator(".st-key-panel").evaluate("panel => panel.scrollTop") == 0


def test_details_lead_on_to_the_areas_and_stations_that_they_name(visit):
    visited = visit().open("/?feature=rail_corridors.zwolle_twente_munster")
    visited.page.locator(".atlas-line").get_by_role("link", name="Hengelo", exact=True).click()
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("Hengelo")
    visited.page.locator(".atlas-location").get_by_role("link", name="Twente").click()
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("Twente")


def test_a_place_known_only_roughly_has_a_soft_edge_and_says_approximate(visit):
    visited = visit().open(
        "/map?layers=innovation_districts,cities&feature=innovation_districts.the_green_box"
    )
    expect(visited.map.locator(".atlas-popup")).to_contain_text("approximate, within about 900")
    visited.page.keyboard.press("Escape")
    soft = visited.feature("innovation_districts.the_green_box")
    sharp = visited.feature("cities.hengelo")
    visited.map.locator(".leaflet-popup-close-button").click()
    auras = visited.map.locator(".atlas-aura").evaluate_all(
        """auras => auras.map(aura => aura.getBoundingClientRect())
            .map(({x, y, width, height}) => [x + width / 2, y + height / 2, width])"""
    )
    for symbol, is_soft in ((soft, True), (sharp, False)):
        box = symbol.bounding_box()
        middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        around = [aura for aura in auras if aura[:2] == pytest.approx(middle, abs=1)]
        assert bool(around) is is_soft
        assert all(width > box["width"] for *_, width in around)
    assert float(soft.get_attribute("stroke-opacity")) == 1, "the symbol itself is as clear as any"


def test_no_word_of_any_language_sticks_out_of_the_layer_panel_or_the_page(visit):
    visited = visit()
    for language in ("en", "nl", "de"):
        visited.page.set_viewport_size({"width": 1440, "height": 900})
        visited.open(f"/?lang={language}")
        for width, height in ((1440, 900), (1024, 768), (390, 844)):
            visited.page.set_viewport_size({"width": width, "height": height})
            visited.settle()
            if visited.map.locator(".atlas-panel[open]").count() == 0:
                visited.map.locator(".atlas-panel summary").click()
            seen = language, width
            assert visited.map.locator(".atlas-layer").evaluate_all(OVERLAPS) == [], seen
            assert visited.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), seen
            header = visited.page.locator(".atlas-header")
            assert header.evaluate("header => header.scrollWidth <= header.clientWidth"), seen


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_about_the_atlas_reads_on_any_screen_and_leads_back(visit, width):
    visited = visit(viewport={"width": width, "height": 844}, locale="de")
    visited.page.goto(visited.url + "/about#rail_corridors")
    expect(visited.page.get_by_role("heading", name="Über Twente Atlas")).to_be_visible()
    expect(visited.page.locator("#rail_corridors")).to_be_in_viewport()
    assert visited.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    visited.page.get_by_role("link", name="Twente Board").click()
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("Twente Board")
    assert visited.other_hosts() == []
    assert visited.errors == []
