"""Reach, as a person uses it: a station is chosen, the map takes its colors, and the panel tells the rest."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.axe import violations, violations_in_both_themes
from tests.support.browser_page import opened_page


@pytest.fixture(scope="module")
def page(chromium, server):
    """A dashboard that the tests of this module go through one after the other."""
    with opened_page(chromium, server.url) as page:
        yield page


BOXES = "all => all.map((each) => each.getBoundingClientRect().toJSON())"


def overlap(one, other):
    return all(
        one[start] < other[end] - 1 and other[start] < one[end] - 1
        for start, end in (("left", "right"), ("top", "bottom"))
    )


def marks(visit, state):
    return visit.map.locator(f".atlas-reach-station.atlas-band-{state}")


def test_a_station_s_details_lead_to_the_ways_from_it(page):
    page.open("/?feature=stations.hengelo&layers=rail_corridors,cities")
    requests = len([url for url in page.requests if "/layers/" in url])
    page.page.get_by_role("link", name="How far from here?").click()
    page.page.get_by_role("heading", name="By rail from Hengelo").wait_for()
    marks(page, "origin").wait_for()
    assert marks(page, "1").count() == 23
    assert marks(page, "unknown").count() == 21
    assert marks(page, "unreachable").count() == 5
    # Bands are drawn over what is there: no layer is loaded anew, and the address says what is asked.
    assert len([url for url in page.requests if "/layers/" in url]) == requests
    page.page.wait_for_url(re.compile(r"panel=reach.*reach=hengelo|reach=hengelo.*panel=reach"))


def test_main_stations_carry_their_minutes_and_all_else_steps_back(page):
    figures = page.map.locator(".atlas-reach-main:not(.atlas-reach-hidden) b")
    assert page.map.locator("[data-station=zwolle] b").text_content() == "38"
    assert figures.count() > 5
    opacity = "pane => getComputedStyle(pane).opacity"
    assert float(page.map.locator(".leaflet-overlay-pane").evaluate(opacity)) < 0.5
    names = page.map.locator("span.atlas-label").evaluate_all(BOXES)
    assert names
    for figure in figures.evaluate_all(BOXES):
        assert not any(overlap(figure, name) for name in names), "no name lies under a figure"


def test_the_bands_are_told_in_numbers_with_people_by_country_and_date(page):
    row = page.page.locator(".atlas-bands tr", has_text="up to 30 min").first
    assert re.sub(r"\s+", " ", row.inner_text()).strip() == "up to 30 min 23 544,935 65,988"
    head = page.page.locator(".atlas-bands thead").first.inner_text()
    assert "Netherlands, 1 January 2024" in head
    assert "Germany, 15 May 2022" in head


def test_the_way_to_a_place_is_drawn_stop_by_stop(page):
    page.page.locator(".atlas-ways").get_by_role("link", name="Münster", exact=True).click()
    trip = page.page.locator(".atlas-trip")
    trip.get_by_role("heading", name="Hengelo → Münster").wait_for()
    assert trip.locator(".atlas-ride").count() == 2
    assert "87\u00a0min, 1 change" in trip.inner_text()
    assert trip.locator(".atlas-line").nth(1).locator("li").count() == 14
    page.map.locator(".atlas-reach-path").wait_for(state="attached")
    assert page.map.locator(".atlas-reach-on-path").count() == 15


def test_a_station_on_the_map_says_how_far_it_is_and_leads_on(page):
    page.map.locator("[data-station=ochtrup]").click()
    popup = page.map.get_by_role("dialog", name="Ochtrup")
    popup.get_by_text("41\u00a0min, 1 change").wait_for()
    popup.get_by_role("button", name="From here").click()
    page.page.get_by_role("heading", name="By rail from Ochtrup").wait_for()


def test_a_scenario_never_stands_without_source_status_and_year(page):
    page.open("/?reach=zwolle&scenario=all_to_munster")
    box = page.page.locator(".atlas-scenario")
    box.get_by_text("2035 at the earliest").wait_for()
    assert "Planned in part, not decided as a whole" in box.inner_text()
    gains = page.page.locator(".atlas-gains tbody tr").first
    assert "126" in gains.inner_text()
    assert "\u221210" in gains.inner_text()
    legend = page.map.locator(".atlas-reach-scenario")
    legend.wait_for()
    assert "2035 at the earliest" in legend.inner_text()
    assert page.map.locator(".atlas-reach-gain b").count() > 5
    sentence = page.page.locator(".atlas-gains .atlas-lead")
    assert "instead of today’s network brings" in sentence.inner_text()


def test_another_panel_gives_the_map_its_colors_back(page):
    page.page.get_by_text("Charts", exact=True).click()
    marks(page, "origin").wait_for(state="detached")
    assert page.map.locator(".atlas-reaching").count() == 0
    assert "reach=" not in page.page.url
    assert page.errors == []


def test_the_border_is_told_with_its_price_its_method_and_its_pairs(page):
    page.open("/?panel=reach&border=1&lang=nl")
    page.page.get_by_role("heading", name="De grens over duurt 8 minuten langer").wait_for()
    assert "+8\u00a0min" in page.page.locator(".atlas-price").inner_text()
    lists = page.page.locator(".atlas-ways")
    expect(lists.first.locator("li")).to_have_count(5)  # the pairs that lose most
    expect(lists.nth(1).locator("li").first).to_be_hidden()
    page.page.get_by_text("Hoe dit is geteld").click()
    page.page.get_by_text("lees het als een aanwijzing, niet als een meting").wait_for()
    page.map.locator(".atlas-reach-slower").first.wait_for(state="attached")
    page.page.locator(".atlas-ways").get_by_role("link", name="Münster–Oldenzaal").click()
    page.page.get_by_role("heading", name="Münster (Westf) Hbf → Oldenzaal").wait_for()
    page.map.locator(".atlas-reach-path").wait_for(state="attached")


def test_the_map_alone_shows_and_changes_the_reach_of_its_address(visit):
    alone = visit().open("/map?reach=hengelo&minutes=60&lang=de")
    marks(alone, "origin").wait_for()
    legend = alone.page.locator(".atlas-reach-legend")
    assert "Mit der Bahn ab Hengelo" in legend.inner_text()
    assert alone.page.locator(".atlas-reach-station.atlas-reach-faint").count() > 30
    legend.get_by_text("Als Liste").click()
    assert "Zwolle: 38\u00a0min, direkt" in legend.inner_text()
    marks(alone, "2").first.dispatch_event("click")
    alone.page.get_by_role("button", name="Von hier").click()
    alone.page.wait_for_function("!location.search.includes('reach=hengelo')")
    assert alone.errors == []
    assert alone.other_hosts() == []


def test_on_the_map_alone_every_station_is_opened_by_keyboard_and_the_focus_comes_back(visit):
    alone = visit().open("/map?reach=hengelo&minutes=60")
    marks(alone, "origin").wait_for()
    keyboard = alone.page.keyboard
    alone.page.locator(".atlas-reach-legend summary", has_text="As a list").focus()
    keyboard.press("Enter")
    names = alone.page.locator(".atlas-reach-legend li > button")
    assert names.count() == alone.page.locator(".atlas-reach-station").count()
    keyboard.press("Tab")
    keyboard.press("Tab")
    chosen = names.nth(1).inner_text()
    keyboard.press("Enter")
    popup = alone.page.get_by_role("dialog", name=chosen.partition(":")[0], exact=True)
    popup.wait_for()
    assert popup.evaluate("element => element === document.activeElement")
    keyboard.press("Escape")
    popup.wait_for(state="detached")
    assert names.nth(1).evaluate("element => element === document.activeElement")
    assert violations(alone.page) == []
    assert alone.errors == []


def test_what_the_address_names_and_the_network_lacks_is_said(visit):
    wrong = visit().open("/?reach=nowhere&minutes=soon&panel=reach")
    wrong.page.get_by_text("The address refers to unknown station “nowhere”.").wait_for()
    wrong.page.get_by_text("The address has “soon” where a number of minutes belongs.").wait_for()


def test_the_file_of_a_map_keeps_its_bands(visit, tmp_path):
    import urllib.request

    opened = visit()
    address = f"{opened.url}/download/map.html?reach=hengelo&minutes=60&layers=rail_corridors"
    file = tmp_path / "map.html"
    file.write_bytes(urllib.request.urlopen(address, timeout=60).read())  # noqa: S310
    opened.page.goto(file.as_uri())
    opened.page.locator("html[data-atlas=drawn]").wait_for(state="attached")
    opened.page.locator(".atlas-reach-station.atlas-band-1").first.wait_for()
    assert "By rail from Hengelo" in opened.page.locator(".atlas-reach-legend").inner_text()


def test_axe_finds_nothing_on_panel_and_map(visit):
    looked_at = visit()
    for path, part in {
        "/?reach=zwolle&to=cities.munster&scenario=all_to_munster&minutes=90": ".atlas-trip",
        "/?panel=reach&border=1": ".atlas-price",
        "/?panel=reach": ".atlas-links",
    }.items():
        looked_at.open(path).page.locator(f".st-key-panel {part}").wait_for()
        assert violations_in_both_themes(looked_at, 0, 1) == [], path


def test_on_a_phone_the_legend_makes_room_and_links_are_large_enough(visit):
    phone = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone.open("/?reach=hengelo&minutes=60")
    marks(phone, "origin").wait_for()
    summary = phone.map.locator(".atlas-reach-legend > details > summary")
    assert summary.bounding_box()["height"] >= 44
    assert not phone.map.locator(".atlas-reach-legend > details").evaluate("details => details.open")
    for link in phone.page.locator(".atlas-ways a").all()[:4]:
        assert link.bounding_box()["height"] >= 44
    assert phone.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [500, 1440])
def test_on_paper_the_legend_of_the_bands_is_there_and_open(visit, width):
    sheet = visit(viewport={"width": width, "height": 700}).open("/map?reach=hengelo")
    marks(sheet, "origin").wait_for()
    sheet.page.emulate_media(media="print")
    # It moves from the list of layers, or from the map, into the legend of the sheet.
    row = sheet.page.locator(".atlas-sheet-legend .atlas-reach-legend li").first
    row.wait_for()
    assert row.bounding_box()["height"] > 10
    assert not sheet.page.locator(".atlas-reach-legend > button").is_visible()
