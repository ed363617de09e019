"""What people do with the dashboard: find, compare, follow the story, share; by mouse, finger, keyboard."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from geodata import in_language
from geodata.export.formats import FORMATS
from tests.support.axe import violations, violations_in_both_themes
from tests.support.browser_page import MOVING, PHONE

SCROLLED = "document.querySelector('.st-key-panel').scrollTop"

SCREENS = {"desktop": {}, "phone": PHONE}


def heading(visited):
    return visited.page.locator(".st-key-panel h2")


# Compare


def test_a_row_chosen_in_the_table_is_shown_on_the_map_and_back(visit):
    visited = visit(**MOVING).open("/?panel=table&of=cities")
    table = visited.page.locator("[data-testid=stDataFrame]")
    table.wait_for()
    box = table.bounding_box()
    visited.page.mouse.click(box["x"] + 16, box["y"] + 35 * 2 + 17)  # the second row's box
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Amersfoort")
    assert visited.wait_for_address("feature", "amersfoort") == "cities.amersfoort"
    assert visited.query["panel"] == "table"
    visited.map.locator(".leaflet-popup-close-button").click()
    visited.map.get_by_role("button", name="Show the whole region").click()
    visited.click_feature("rail_corridors.munster_osnabruck")
    layer = visited.page.get_by_role("combobox", name="Layer of the table")
    expect(layer).to_have_value("Railway corridors")


def test_rows_chosen_in_the_table_stand_side_by_side(visit):
    visited = visit().open("/?panel=table&of=municipalities")
    table = visited.page.locator("[data-testid=stDataFrame]")
    table.wait_for()
    box = table.bounding_box()
    for row, name in ((1, "Almelo"), (3, "Dinkelland")):
        visited.page.mouse.click(box["x"] + 16, box["y"] + 35 * row + 17)
        expect(visited.map.locator(".atlas-popup h2", has_text=name)).to_be_visible()
    compared = visited.page.locator(".atlas-compared")
    expect(compared.get_by_role("columnheader")).to_have_text(["Almelo", "Dinkelland"])
    expect(compared.get_by_role("row", name="Inhabitants 74,317 26,739")).to_be_attached()
    assert violations_in_both_themes(visited) == []


def test_a_layer_chosen_in_the_table_is_shown_on_the_map(visit):
    visited = visit().open("/?panel=table&of=cities")
    shown = visited.map.locator("input[data-layer=programmes]")
    expect(shown).not_to_be_checked()
    layer = visited.page.get_by_role("combobox", name="Layer of the table")
    layer.fill("Programmes")
    layer.press("Enter")
    expect(shown).to_be_checked()
    assert "programmes" in visited.wait_for_address("layers", "programmes")
    expect(visited.map.locator("input[data-layer=cities]")).to_be_checked()


def test_a_row_is_chosen_by_keyboard_alone(visit):
    visited = visit().open("/?panel=table&of=cities")
    table = visited.page.locator("[data-testid=stDataFrame]")
    table.wait_for()
    visited.page.get_by_role("combobox", name="Sort by").focus()
    for _ in range(12):
        visited.page.keyboard.press("Tab")
        if visited.page.evaluate("document.activeElement.tagName") == "CANVAS":
            break
    for key in ("ArrowDown", "ArrowDown", "Shift+Space"):
        visited.page.keyboard.press(key)
    expect(visited.map.locator(".atlas-popup h2")).not_to_be_empty()
    assert visited.wait_for_address("feature", "cities").startswith("cities.")


def test_a_chosen_row_leaves_the_table_where_it_was_scrolled(visit):
    visited = visit().open("/?panel=table&of=stations")
    table = visited.page.locator("[data-testid=stDataFrame]")
    table.wait_for()
    box = table.bounding_box()
    visited.page.mouse.move(box["x"] + 200, box["y"] + 200)
    visited.page.mouse.wheel(0, 1400)
    scrolled = "document.querySelector('[data-testid=stDataFrame] .dvn-scroller').scrollTop"
    visited.wait_until(f"{scrolled} > 500")
    before = visited.page.evaluate(scrolled)
    visited.page.mouse.click(box["x"] + 16, box["y"] + 35 * 4 + 17)
    expect(visited.map.locator(".atlas-popup h2")).not_to_be_empty()
    visited.wait_for_address("feature", "stations")
    visited.settle()
    assert visited.page.evaluate(scrolled) == before


def test_a_bare_letter_is_no_command(visit):
    visited = visit().open("/")
    reruns = []
    visited.page.on("websocket", lambda socket: socket.on("framesent", lambda data: reruns.append(data)))
    visited.page.reload()
    visited.page.locator(".st-key-panel h2").wait_for()
    visited.settle()
    reruns.clear()
    visited.page.keyboard.press("r")
    visited.page.keyboard.press("c")
    visited.settle()
    assert reruns == []
    expect(visited.page.get_by_role("dialog")).to_have_count(0)


def test_the_name_on_the_map_leads_from_the_table_to_the_details(visit):
    visited = visit().open("/?panel=table&of=cities&feature=cities.rheine")
    visited.map.locator(".atlas-chosen-name").click()
    expect(heading(visited)).to_have_text("Rheine")
    visited.wait_until("!new URLSearchParams(location.search).has('panel')")


def test_the_table_follows_the_map_when_it_is_asked_to(visit):
    visited = visit().open("/?panel=table&of=cities&view=13/52.22/6.89")
    visited.page.get_by_text("Only what is in view").click()
    expect(visited.page.locator(".st-key-panel")).to_contain_text(re.compile(r"[1-4] of 27\."))
    visited.map.get_by_role("button", name="Show the whole region").click()
    expect(visited.page.locator(".st-key-panel")).to_contain_text(re.compile(r"[12]\d of 27\."))


def chosen(visited):
    return visited.page.locator(".atlas-chart a[aria-current]")


def test_a_bar_leads_to_its_place_on_the_map_and_the_charts_stay_where_they_are(visit):
    visited = visit().open("/?panel=charts&of=density").settle()
    bar = visited.page.locator(".st-key-chart_density a", has_text="Oldenzaal")
    bar.focus()
    before = visited.page.evaluate(SCROLLED)
    assert before > 300, "at the chart of the address"
    visited.page.keyboard.press("Enter")
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Oldenzaal")
    assert visited.wait_for_address("feature", "oldenzaal") == "municipalities.oldenzaal"
    visited.settle()
    expect(bar).to_be_focused()
    assert visited.page.evaluate(SCROLLED) == before
    assert visited.query["of"] == "density"


def test_what_is_selected_on_the_map_is_marked_in_each_chart_that_has_it(visit):
    visited = visit(**MOVING).open("/?panel=charts&feature=municipalities.almelo")
    expect(chosen(visited)).to_have_count(3)
    assert set(chosen(visited).evaluate_all("links => links.map((link) => link.dataset.feature)")) == {
        "municipalities.almelo"
    }
    visited.map.locator(".leaflet-popup-close-button").click()
    visited.map.get_by_role("button", name="Show the whole region").click()
    visited.click_feature("rail_corridors.munster_osnabruck")
    expect(chosen(visited)).to_have_count(1)
    expect(chosen(visited)).to_contain_text("Münster–Osnabrück")
    visited.map.locator(".leaflet-popup-close-button").click()
    expect(chosen(visited)).to_have_count(0)


def test_several_charts_are_drawn_at_once_and_a_link_leads_to_each(visit, atlas):
    visited = visit().open("/?panel=charts")
    cards = visited.page.locator(".st-key-panel figure.atlas-chart")
    expect(cards).to_have_count(len(atlas.catalog.charts))
    assert not [url for url in visited.requests if "vega" in url.lower()], "without a library"
    visited.page.locator(".atlas-contents").get_by_role("link", name="Homes near stations").click()
    assert visited.wait_for_address("of", "homes") == "homes"
    title = visited.page.get_by_role("heading", name="Most new homes would rise between Hengelo and Enschede")
    expect(title).to_be_focused()
    expect(title).to_be_in_viewport()
    visited.page.go_back()
    visited.wait_until("!new URLSearchParams(location.search).has('of')")
    visited.open("/?panel=charts&of=tracks")
    top = visited.page.locator(".st-key-chart_tracks h3")
    expect(top).to_be_in_viewport()
    visited.settle()
    assert 0 < top.bounding_box()["y"] < 200, "at the top of the panel"


def test_a_chart_leads_to_its_figures_in_the_table(visit):
    visited = visit().open("/?panel=charts&feature=cities.enschede")
    visited.page.locator(".st-key-chart_students").get_by_role("link", name="As a table").click()
    layer = visited.page.get_by_role("combobox", name="Layer of the table")
    expect(layer).to_have_value("Knowledge institutes")
    assert visited.wait_for_address("of", "knowledge") == "knowledge_institutes"


def test_another_line_is_drawn_with_its_own_stations(visit):
    visited = visit().open("/?panel=charts&of=minutes")
    card = visited.page.locator(".st-key-chart_minutes")
    expect(card.locator(".atlas-route")).to_contain_text("Nijverdal")
    line = card.get_by_role("combobox")
    line.fill("Almelo–Hardenberg")
    line.press("Enter")
    expect(card.locator(".atlas-route")).to_contain_text("Vriezenveen")
    card.get_by_text("These minutes as a table").click()
    expect(card.get_by_role("row", name="Hardenberg")).to_contain_text("25")


def test_the_switch_between_explore_table_and_charts_is_in_the_address(visit):
    visited = visit().open("/")
    visited.page.get_by_role("radio", name="Table").click()
    visited.page.locator("[data-testid=stDataFrame]").wait_for()
    assert visited.wait_for_address("panel", "table") == "table"
    visited.page.get_by_role("radio", name="Explore").click()
    expect(heading(visited)).to_have_text("Twente, a region on the border")
    visited.wait_until("!new URLSearchParams(location.search).has('panel')")


# Follow the story


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(
    ("language", "first", "following", "third"),
    [
        ("en", "Fourteen municipalities", "The first Euroregion", "From textiles"),
        ("nl", "Veertien gemeenten", "De eerste euregio", "Van textiel"),
        ("de", "Vierzehn Gemeinden", "Die erste Euregio", "Von Textilien"),
    ],
)
def test_tour_table_charts_and_sharing_are_there_on_each_screen_in_each_language(
    visit, screen, language, first, following, third
):
    visited = visit(**SCREENS[screen]).open(f"/?lang={language}")
    if screen == "phone":
        visited.page.locator(".atlas-handle").tap()
    visited.page.locator(".atlas-start a").click()
    expect(heading(visited)).to_contain_text(first)
    visited.page.locator(".atlas-story a[rel=next]").click()
    expect(heading(visited)).to_contain_text(following)
    visited.page.locator(".atlas-story a[rel=next]").click()
    expect(heading(visited)).to_contain_text(third)
    expect(visited.map.locator("path.atlas-highlighted").first).to_be_attached()
    visited.page.locator(".atlas-story a[rel=prev]").click()
    expect(heading(visited)).to_contain_text(following)
    choices = visited.page.locator(".st-key-panel_choice").get_by_role("radio")
    choices.nth(1).click()
    expect(visited.page.locator("[data-testid=stDataFrame]")).to_be_visible()
    choices.nth(2).click()
    expect(visited.page.locator(".st-key-chart_population .atlas-bar")).to_have_count(14)
    if screen == "phone":
        visited.page.locator(".atlas-menu-button").tap()
    visited.page.locator(".atlas-share-button").click()
    expect(visited.page.locator("#atlas-share")).to_be_visible()
    expect(visited.page.locator("#atlas-share-embed")).to_have_value(re.compile(f"lang={language}"))
    assert visited.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert visited.errors == []


def test_the_tour_goes_on_by_button_and_by_arrow_key_and_ends(visit, atlas):
    visited = visit(**MOVING).open("/")
    visited.page.get_by_role("link", name="Take the tour of the region").click()
    expect(heading(visited)).to_have_text("Fourteen municipalities, three cities")
    assert visited.wait_for_address("story", "region") == "region"
    visited.page.get_by_role("link", name="Next").click()
    expect(heading(visited)).to_have_text("The first Euroregion")
    visited.page.keyboard.press("ArrowRight")
    expect(heading(visited)).to_have_text("From textiles and machines to technology")
    expect(visited.map.locator("input[data-layer=clusters]")).to_be_checked()
    expect(visited.map.locator("input[data-layer=rail_corridors]")).not_to_be_checked()
    marked = visited.map.locator("path.atlas-highlighted").evaluate_all(
        "paths => [...new Set(paths.map(path => path.dataset.feature))]"
    )
    assert set(marked) >= {"clusters.lionix_international", "clusters.stork_hengelo"}
    visited.page.keyboard.press("ArrowLeft")
    expect(heading(visited)).to_have_text("The first Euroregion")
    visited.page.get_by_role("link", name="End the tour").click()
    expect(heading(visited)).to_have_text("Twente, a region on the border")
    expect(visited.map.locator("path.atlas-highlighted")).to_have_count(0)
    visited.wait_until("!new URLSearchParams(location.search).has('story')")


UNCOVERED = """(selector) => {
  const words = document.querySelector(`.atlas-annotation ${selector}`);
  const { left, top, right, bottom } = words.getBoundingClientRect();
  words.parentElement.parentElement.style.pointerEvents = "auto";
  const ends = [[left + 4, top + 4], [right - 4, top + 4], [left + 4, bottom - 4], [right - 4, bottom - 4]];
  return ends.every(([x, y]) => document.elementFromPoint(x, y)?.closest(selector) === words);
}"""


@pytest.mark.parametrize(
    ("size", "language"),
    [((1440, 900), "en"), ((1024, 768), "nl"), ((390, 844), "en"), ((390, 844), "de"), ((844, 390), "de")],
    ids=str,
)
def test_next_and_the_words_on_the_map_are_in_view_in_all_chapters(visit, atlas, size, language):
    width, height = size
    visited = visit().open(f"/?story=region&lang={language}")
    visited.page.set_viewport_size({"width": width, "height": height})
    words = visited.map.locator(".atlas-annotation p")
    chapters = in_language(atlas, language).catalog.chapters
    for chapter in chapters:
        expect(heading(visited)).to_have_text(chapter.heading)
        expect(words).to_have_text(chapter.annotation.text)
        visited.settle()
        expect(words).to_be_in_viewport(ratio=1)
        assert visited.map_frame.evaluate(UNCOVERED, "p"), f"nothing lies over the words of {chapter.id}"
        if chapter is not chapters[-1]:
            following = visited.page.locator("a[data-story][rel=next]")
            expect(following).to_be_in_viewport(ratio=1)
            following.click()
    visited.page.locator("a[data-story][rel=up]").click()
    expect(words).to_have_count(0)


def test_a_chapter_has_an_address_in_each_language(visit):
    visited = visit()
    for language, words in (("nl", "De eerste euregio"), ("de", "Die erste Euregio")):
        visited.open(f"/?story=euroregion&lang={language}")
        expect(heading(visited)).to_have_text(words)
        expect(visited.map.locator("input[data-layer=border_crossings]")).to_be_checked()


# Take it along


def test_the_link_the_code_the_file_and_the_print_carry_what_is_on_the_screen(visit, tmp_path):
    visited = visit(permissions=["clipboard-read", "clipboard-write"]).open(
        "/?layers=cities&feature=cities.rheine&view=11/52.28/7.43&lang=de"
    )
    visited.page.get_by_role("button", name="Teilen und speichern").click()
    dialog = visited.page.get_by_role("dialog", name="Teilen und speichern")
    assert dialog.locator("#atlas-share-link").input_value() == visited.page.url
    dialog.get_by_role("button", name="Kopieren").first.click()
    expect(dialog.get_by_role("button", name="Kopiert")).to_be_visible()
    assert visited.page.evaluate("navigator.clipboard.readText()") == visited.page.url
    code = dialog.locator("#atlas-share-embed").input_value()
    for part in ("<iframe", "/map?lang=de", "layers=cities", "feature=cities.rheine", "view=11"):
        assert part in code
    dialog.get_by_label("Größe der eingebetteten Karte").select_option("600 × 400")
    assert 'width="600" height="400"' in dialog.locator("#atlas-share-embed").input_value()
    with visited.page.expect_download() as download:
        dialog.get_by_role("link", name="Karte als einzelne Datei").click()
    assert download.value.suggested_filename.endswith(".html")
    download.value.save_as(tmp_path / "atlas.html")
    saved = visit()
    saved.page.goto((tmp_path / "atlas.html").as_uri())
    saved.page.locator("html[data-atlas=drawn]").wait_for(state="attached")
    expect(saved.page.locator(".atlas-popup h2")).to_have_text("Rheine")
    assert saved.page.locator("input[data-layer]:checked").count() == 1
    assert [url for url in saved.requests if url.startswith("http")] == []


def test_a_link_to_a_feature_is_copied_from_its_details(visit):
    visited = visit(permissions=["clipboard-read", "clipboard-write"]).open("/?feature=cities.rheine")
    visited.page.get_by_role("button", name="Copy link").click()
    expect(visited.page.get_by_role("button", name="Link copied")).to_be_visible()
    assert "feature=cities.rheine" in visited.page.evaluate("navigator.clipboard.readText()")


def test_a_picture_of_what_is_reached_is_one_click_away(visit):
    visited = visit().open("/?panel=reach&reach=hengelo&minutes=30")
    link = visited.page.get_by_role("link", name="Save as a picture")
    link.click(button="right")  # whoever copies its address
    expect(link).to_have_attribute("href", re.compile(r"reach=hengelo&minutes=30&picture=1"))
    with visited.page.context.expect_page() as opened:
        link.click()
    parameters = parse_qs(urlsplit(opened.value.url).query)
    assert parameters["picture"] == ["1"]
    assert (parameters["reach"], parameters["minutes"]) == (["hengelo"], ["30"])
    opened.value.close()


def test_the_part_that_draws_tables_comes_once_the_page_is_used_before_it_is_asked_for(visit):
    visited = visit(is_new=True).open("/")
    visited.settle()
    assert [url for url in visited.requests if "/DataFrame." in url] == []
    visited.page.mouse.move(1300, 400)
    visited.wait_until(
        "performance.getEntriesByType('resource').some(({name}) => name.includes('/DataFrame.'))"
    )


def test_a_layer_is_downloaded_from_under_its_table_in_each_format(visit):
    visited = visit().open("/?panel=table&of=cities")
    visited.page.get_by_text("More formats").click()
    for ending, form in FORMATS.items():
        with visited.page.expect_download() as download:
            visited.page.locator(f'.atlas-downloads a[href*=".{ending}?"]').click()
        assert download.value.suggested_filename == f"cities_en.{form.ending}" + (
            "" if form.has_evidence else ".zip"
        )


def test_all_layers_are_downloaded_as_one_file_from_share_and_save(visit):
    visited = visit().open("/?lang=de")
    visited.page.get_by_role("button", name="Teilen und speichern").click()
    visited.page.get_by_text("Alle Ebenen in einer Datei").click()
    with visited.page.expect_download() as download:
        visited.page.get_by_role("link", name="Datenpaket (zip)").click()
    assert download.value.suggested_filename == "twente-atlas_de.datapackage.zip"


# Anywhere, and for everyone


def test_dark_and_light_are_chosen_on_the_page_and_kept_map_included(visit):
    visited = visit(color_scheme="light").open("/?feature=cities.rheine")
    scheme = "getComputedStyle(document.querySelector('.stApp')).colorScheme"
    assert visited.page.evaluate(scheme) == "light"
    visited.page.evaluate("window.mark = 1")
    visited.page.locator("#atlas-theme").select_option("dark")
    visited.wait_until(f"{scheme} === 'dark'")
    expect(visited.map.locator("html")).to_have_attribute("data-theme", "dark")
    assert visited.page.evaluate("window.mark") == 1, "nothing was loaded again"
    visited.page.reload()
    visited.wait_until(f"document.querySelector('.stApp') && {scheme} === 'dark'")
    visited.page.locator("#atlas-theme").select_option("system")
    visited.wait_until(f"{scheme} === 'light'")


def test_on_a_phone_everything_is_in_reach_of_a_thumb(visit):
    visited = visit(**PHONE, **MOVING).open("/")
    visited.page.get_by_role("button", name="Menu").tap()
    expect(visited.page.get_by_role("button", name="Share and save")).to_be_visible()
    visited.page.get_by_role("button", name="Menu").tap()
    small = visited.page.locator(
        "header button:visible, header a:visible, header input:visible"
    ).evaluate_all(
        "items => items.map(item => [item.outerHTML.slice(0, 60), item.getBoundingClientRect().height])"
        ".filter(([, height]) => height < 44)"
    )
    assert small == []
    visited.page.locator("#atlas-search").tap()
    visited.page.keyboard.type("rheine")
    visited.page.get_by_role("option").first.tap()
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Rheine")
    assert visited.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_from_the_address_bar_to_a_feature_and_back_by_keyboard_alone(visit):
    visited = visit().open("/")
    focused = "document.activeElement.textContent.trim() || document.activeElement.getAttribute('aria-label')"
    for name in ("Skip to the map", "Skip to the details"):
        visited.page.keyboard.press("Tab")
        assert visited.page.evaluate(focused) == name
    visited.page.keyboard.press("Tab")
    expect(visited.page.locator("#atlas-search")).to_be_focused()
    visited.page.keyboard.type("oldenzaal")
    expect(visited.page.get_by_role("option").first).to_contain_text("Oldenzaal")
    visited.page.keyboard.press("Enter")
    expect(heading(visited)).to_have_text("Oldenzaal")
    visited.page.get_by_role("link", name="Skip to the details").focus()
    visited.page.keyboard.press("Enter")
    expect(heading(visited)).to_be_focused()
    visited.page.keyboard.press("Tab")
    assert "Oldenzaal" in visited.page.evaluate(focused) or visited.page.evaluate(focused)
    visited.page.keyboard.press("/")
    expect(visited.page.locator("#atlas-search")).to_be_focused()


def test_choices_are_announced_to_those_who_do_not_see_them(visit):
    visited = visit().open("/")
    visited.page.locator("#atlas-search").fill("rheine")
    expect(visited.page.locator(".atlas-search [role=status]")).to_contain_text("Found:")
    visited.page.keyboard.press("Enter")
    expect(visited.page.locator("#atlas-live")).to_have_text("Rheine")


STATES = {
    "overview": "/",
    "details": "/?feature=municipalities.enschede",
    "corridor": "/?feature=rail_corridors.zwolle_twente_munster",
    "chapter": "/?story=corridors",
    "table": "/?panel=table&of=programmes",
    "charts": "/?panel=charts&feature=municipalities.almelo",
    "what the border costs": "/?panel=reach&border=1",
    "wrong address": "/?feature=cities.atlantis&layers=moon",
}


def test_axe_finds_nothing_in_any_state_of_the_page(visit):
    visited = visit()
    for state, path in STATES.items():
        assert violations_in_both_themes(visited.open(path)) == [], state


def test_axe_finds_nothing_with_the_menu_and_the_share_panel_open(visit):
    visited = visit(**PHONE)
    for language in ("nl", "de"):
        visited.open(f"/?lang={language}")
        visited.page.locator(".atlas-menu-button").tap()
        visited.page.locator(".atlas-share-button").tap()
        assert violations(visited.page) == []
        visited.page.goto(visited.url + f"/about?lang={language}")
        assert violations(visited.page) == []
