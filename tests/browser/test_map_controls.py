"""What a person does inside the map: measures, looks where one is, prints; and what a page may ask of it."""

import json
import re

import pytest
from PIL import Image
from playwright.sync_api import expect
from pyproj import Geod

from dashboard.map.builder import build_map
from dashboard.map.data_urls import map_addresses

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NEAR = "/map?view=11/52.26/6.8"

WGS84 = Geod(ellps="WGS84")


@pytest.fixture
def framed(visit, server):
    """The map in the frame of another page, with the messages that it sends, and a way to send it some."""

    def start(path="/map", **options):
        visited = visit(**options)
        html = f'<iframe id="map" src="{server.url}{path}" style="width:1200px;height:800px"></iframe>'
        script = "window.heard = []; addEventListener('message', ({data}) => heard.push(data));"
        visited.page.route(
            "**/embedder",
            lambda route: route.fulfill(content_type="text/html", body=f"<script>{script}</script>{html}"),
        )
        visited.page.goto(f"{server.url}/embedder")
        frame = visited.page.frame_locator("#map")
        frame.locator("html[data-atlas=drawn]").wait_for(state="attached")

        def say(**message):
            visited.page.evaluate(
                "message => document.querySelector('#map').contentWindow.postMessage(message, '*')",
                {"sign": "twente-atlas", **message},
            )

        def heard(kind):
            return visited.page.evaluate("kind => heard.filter(({type}) => type === kind)", kind)

        return visited, frame, say, heard

    return start


def emphasized(frame):
    return frame.locator("path.atlas-highlighted").evaluate_all(
        "paths => [...new Set(paths.map(path => path.dataset.feature))].sort()"
    )


def test_a_page_can_make_features_stand_out_quietly_and_let_them_be_again(framed):
    _, frame, say, _ = framed()
    say(type="highlight", features=["cities.munster", "region.twente", "stations.gronau", "no.such", 7])
    expect(frame.locator("path.atlas-highlighted")).to_have_count(2)
    assert emphasized(frame) == ["cities.munster", "region.twente"], "stations are hidden"
    expect(frame.locator(".atlas-popup")).to_have_count(0)
    say(type="layers", layers=["cities", "stations"])
    expect(frame.locator('path.atlas-highlighted[data-feature="stations.gronau"]')).to_have_count(1)
    say(type="highlight", features=[])
    expect(frame.locator("path.atlas-highlighted")).to_have_count(0)


def test_what_stands_out_still_does_after_it_was_chosen_and_the_colors_changed(framed):
    _, frame, say, _ = framed()
    say(type="highlight", features=["cities.munster"])
    say(type="select", feature="cities.munster")
    expect(frame.locator("path.atlas-selected")).to_have_count(1)
    say(type="theme", theme="dark")
    say(type="select", feature=None)
    expect(frame.locator("path.atlas-selected")).to_have_count(0)
    assert emphasized(frame) == ["cities.munster"]


@pytest.mark.parametrize(("path", "width", "height"), [("/", 1440, 900), ("/map", 1024, 768)])
def test_the_legend_fits_the_window_with_its_kinds_folded_away(visit, path, width, height):
    visited = visit(viewport={"width": width, "height": height}).open(path)
    body = visited.map.locator(".atlas-panel-body")
    assert body.evaluate("body => body.scrollHeight <= body.clientHeight")
    expect(visited.map.get_by_role("radio", name="basemap.de")).to_be_in_viewport(ratio=1)
    soft = visited.map.locator(".atlas-soft-note")
    expect(soft).to_be_visible()
    for layer in ("innovation_districts", "knowledge_institutes", "cities"):
        visited.map.locator(f"input[data-layer={layer}]").uncheck()
    expect(soft).to_be_hidden()


FOLLOW_TEXT = """(node) => {
  node.texts = [node.textContent];
  const keep = () => node.texts.at(-1) === node.textContent || node.texts.push(node.textContent);
  new MutationObserver(keep).observe(node, { childList: true, characterData: true, subtree: true });
}"""
"""Keep each text of an element in its `texts`."""


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_a_page_can_fly_the_map_to_a_view_and_hears_its_bounds(framed, motion):
    visited, frame, say, heard = framed(reduced_motion=motion)
    scale = frame.locator(".leaflet-control-scale-line")
    scale.evaluate(FOLLOW_TEXT)
    say(type="view", view="12/52.37/6.66", fly=True)
    expect(scale).to_contain_text("3 km")
    assert (len(scale.evaluate("line => line.texts")) > 2) == (motion == "no-preference"), "scales in between"
    frame.locator(".atlas-overview").wait_for()
    # Leaflet places the map on whole pixels.
    there = r"/^12\/52\.3(699|70[01])\/6\.6(599|60[01])$/"
    visited.page.wait_for_function(f"() => {there}.test(heard.at(-1).view)")
    last = heard("view")[-1]
    west, south, east, north = last["bounds"]
    assert west < 6.66 < east
    assert south < 52.37 < north
    assert heard("ready")[0]["bounds"][0] < west


def test_a_page_can_ask_for_a_coordinate_which_gets_a_pin_that_can_be_closed(framed):
    _, frame, say, _ = framed()
    say(type="locate", lat=52.24, lng=6.85)
    expect(frame.locator(".atlas-place")).to_have_text("52.2400, 6.8500 · near Enschede")
    expect(frame.locator(".atlas-pin")).to_be_visible()
    expect(frame.get_by_role("dialog")).to_have_attribute("aria-label", re.compile("52.2400, 6.8500"))
    frame.get_by_role("button", name="Close").click()
    expect(frame.locator(".atlas-pin")).to_have_count(0)
    say(type="locate", lat=252, lng="x")
    expect(frame.locator(".atlas-pin")).to_have_count(0)


def test_a_saved_file_opens_as_it_was_saved(visit, atlas, tmp_path):
    initial = {"layers": ["stations", "cities"], "feature": "stations.hengelo", "view": "12/52.26/6.79"}
    document = build_map(atlas, map_addresses(atlas, are_served=False), initial=initial)
    (tmp_path / "map.html").write_text(document.render(), encoding="utf-8")
    visited = visit(f"file://{tmp_path}")
    visited.page.goto(f"file://{tmp_path}/map.html")
    visited.page.locator("html[data-atlas=drawn]").wait_for(state="attached")
    expect(visited.page.locator(".atlas-popup h2")).to_have_text("Hengelo")
    checked = visited.page.locator("input[data-layer]:checked")
    assert {box.get_attribute("data-layer") for box in checked.all()} == {"stations", "cities"}
    expect(visited.page.locator(".leaflet-control-scale-line")).to_contain_text("3 km")
    assert visited.errors == []


MEASURED = [(500, 350), (800, 300), (760, 560)]


def positions(visited, points):
    """Where on the ground points of the window are, as the map says it."""
    found = []
    for x, y in points:
        visited.page.mouse.move(x, y)
        visited.draw_frames()
        text = visited.map.locator(".atlas-position").inner_text()
        found.append([float(part) for part in re.findall(r"-?\d+\.\d+", text)[:2]])
    return found


def number_before(unit, text):
    return float(re.search(rf"([\d.,]+)\s{unit}", text).group(1).replace(",", ""))


def test_clicks_measure_distance_and_area_as_the_ellipsoid_has_them(visit):
    visited = visit().open(NEAR)
    lats, lons = zip(*positions(visited, MEASURED), strict=True)
    visited.map.get_by_role("button", name="Measure distance and area").click()
    total = visited.map.locator(".atlas-measure p")
    for point in MEASURED:
        visited.page.mouse.click(*point)
    assert number_before("km", total.inner_text()) == pytest.approx(
        WGS84.line_length(lons, lats) / 1000, rel=0.005
    )
    visited.page.mouse.click(*MEASURED[0])  # back where it began: a shape
    area, length = WGS84.polygon_area_perimeter(lons, lats)
    expect(total).to_contain_text("Area")
    assert number_before("km²", total.inner_text()) == pytest.approx(abs(area) / 1e6, rel=0.005)
    assert number_before("km$", total.inner_text()) == pytest.approx(length / 1000, rel=0.005)
    expect(visited.map.locator(".atlas-popup")).to_have_count(0)
    assert visited.errors == []


# Small and large, near and far: from a field to the way to Berlin.
SHAPES = {
    "a field": [(6.85, 52.24), (6.8515, 52.24), (6.8515, 52.241), (6.85, 52.241)],
    "a town": [(6.8, 52.2), (6.95, 52.19), (6.97, 52.25), (6.82, 52.26)],
    "a region": [(6.1, 51.7), (8.5, 51.9), (8.2, 52.9), (6.3, 52.7)],
    "far away": [(4.9, 52.4), (13.4, 52.5), (9.9, 49.0)],
}


def test_lengths_and_areas_agree_with_the_ellipsoid_within_half_a_percent(visit, server):
    visited = visit()
    visited.page.goto(f"{server.url}/map")
    code = (
        visited.page.request.get(f"{server.url}/frontend/map/controls/geodesy.js")
        .text()
        .replace("export ", "")
    )
    for shape in SHAPES.values():
        measured = visited.page.evaluate(
            f"(ring) => {{ {code}; const at = ring.map(L.latLng); return [lengthOf(at), areaOf(at)]; }}",
            [{"lng": lng, "lat": lat} for lng, lat in shape],
        )
        lons, lats = zip(*shape, strict=True)
        # Between corners of a ring lie geodesics; over such lengths they and great circles are one.
        expected = [WGS84.line_length(lons, lats), abs(WGS84.polygon_area_perimeter(lons, lats)[0])]
        assert measured == pytest.approx(expected, rel=0.005)


def test_measuring_is_undone_finished_and_left_by_key_and_features_take_clicks_again(visit):
    visited = visit().open(NEAR)
    button = visited.map.get_by_role("button", name="Measure distance and area")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    total = visited.map.locator(".atlas-measure p")
    visited.page.mouse.click(500, 350)
    visited.page.mouse.click(800, 300)
    first = total.inner_text()
    visited.page.mouse.click(760, 560)
    visited.page.keyboard.press("Backspace")
    expect(total).to_have_text(first)
    visited.page.mouse.dblclick(760, 560)
    expect(visited.map.get_by_role("button", name="Finish")).to_be_disabled()
    expect(visited.map.locator(".atlas-measure-dot")).to_have_count(3)
    visited.page.mouse.click(400, 400)
    expect(visited.map.locator(".atlas-measure-dot")).to_have_count(1)
    visited.page.keyboard.press("Escape")
    expect(visited.map.locator(".atlas-measure, .atlas-measure-line, .atlas-measure-dot")).to_have_count(0)
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(button).to_be_focused()
    visited.feature("cities.enschede").click()
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Enschede")


def test_a_measure_is_taken_by_keyboard_alone_and_said(visit):
    visited = visit().open(NEAR)
    visited.map.get_by_role("button", name="Measure distance and area").focus()
    keys = visited.page.keyboard
    keys.press("Enter")
    said = visited.map.locator(".atlas-unseen")
    expect(said).to_contain_text("arrow keys")
    keys.press("Enter")
    expect(visited.map.locator(".atlas-crosshair")).to_be_visible()
    expect(said).to_contain_text("Point 1.")
    lats, lons = [], []
    for way in ("ArrowRight", "ArrowDown"):
        at = visited.map.locator(".atlas-position").inner_text()
        lats.append(float(at.split(",")[0]))
        lons.append(float(at.split(",")[1].split("·")[0]))
        keys.press(way)
        visited.settle()
        keys.press("Enter")
    expect(said).to_contain_text("Point 3. Distance:")
    keys.press("Enter")
    expect(visited.map.get_by_role("button", name="Finish")).to_be_disabled()
    at = visited.map.locator(".atlas-position").inner_text()
    lats.append(float(at.split(",")[0]))
    lons.append(float(at.split(",")[1].split("·")[0]))
    length = WGS84.line_length(lons, lats) / 1000
    assert number_before("km", visited.map.locator(".atlas-measure p").inner_text()) == pytest.approx(
        length, rel=0.01
    )


def test_a_measure_is_taken_by_touch_with_buttons_large_enough(visit):
    visited = visit(**PHONE)
    visited.page.clock.install()
    visited.open(NEAR)
    visited.map.locator("[data-button=measure]").tap()
    expect(visited.map.locator(".atlas-measure p")).to_have_text("Tap points on the map.")
    for point in ((150, 300), (250, 350), (150, 500)):
        visited.page.touchscreen.tap(*point)
        visited.page.clock.fast_forward(1_000)  # else it would be a double tap
    for button in visited.map.locator(".atlas-measure button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44
    visited.map.get_by_role("button", name="Close shape").tap()
    expect(visited.map.locator(".atlas-measure p")).to_contain_text("Area")
    visited.map.get_by_role("button", name="Stop measuring").tap()
    expect(visited.map.locator(".atlas-measure")).to_have_count(0)


def test_the_corner_says_where_the_pointer_is_and_near_which_place(visit):
    visited = visit().open(NEAR)
    position = visited.map.locator(".atlas-position")
    expect(position).to_be_hidden()
    visited.map.get_by_role("application").focus()
    visited.page.keyboard.press("Shift")  # the keyboard is in use
    expect(position).to_be_visible()
    expect(position).to_contain_text(re.compile(r"^52\.2600, 6\.8000 · near (Hengelo|Borne)"))
    box = visited.feature("cities.enschede").bounding_box()
    visited.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(position).to_have_text(re.compile(r"^52\.2\d\d\d, 6\.8\d\d\d · near Enschede$"))
    visited.page.goto(f"{visited.url}/map?view=9/53.5/4.5")
    expect(position).to_have_text("53.5000, 4.5000")


def test_zoomed_in_an_overview_shows_where_one_is_and_leads_elsewhere(visit):
    visited = visit().open("/map")
    overview = visited.map.locator(".atlas-overview")
    expect(overview).to_be_hidden()
    visited.page.goto(f"{visited.url}/map?view=12/52.22/6.89")
    expect(overview).to_be_visible()
    view, whole = (overview.locator(part).bounding_box() for part in (".atlas-overview-view", "svg"))
    assert whole["x"] < view["x"]
    assert view["x"] + view["width"] < whole["x"] + whole["width"]
    overview.click(position={"x": 100, "y": 60})
    expect(visited.map.locator(".atlas-position")).not_to_contain_text("Enschede")
    overview.focus()
    visited.page.keyboard.press("Enter")
    expect(overview).to_be_hidden()
    expect(visited.map.locator(".leaflet-container")).to_be_focused()


def test_a_small_screen_keeps_its_room_and_has_no_overview(visit):
    visited = visit(**PHONE).open("/map?view=12/52.22/6.89")
    expect(visited.map.locator(".atlas-overview")).to_be_hidden()
    expect(visited.map.locator(".atlas-position")).to_be_hidden()
    credits_ = visited.map.locator(".atlas-credits")
    box = credits_.bounding_box()
    assert box["height"] < 30, "one line"
    assert box["x"] >= 0
    line = credits_.locator("summary")
    assert line.evaluate("line => line.scrollWidth <= line.clientWidth"), "nothing is cut"
    line.tap()
    credit = credits_.get_by_role("listitem").filter(has_text="ERA RINF")
    expect(credit).to_have_count(1)
    expect(credit).to_be_in_viewport(ratio=1)


def pages_of(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("layers", [None, "all"], ids=["as it starts", "with every layer"])
def test_the_map_prints_on_one_page_in_landscape(visit, atlas, layers):
    query = f"?layers={','.join(atlas.layers)}" if layers else ""
    visited = visit(color_scheme="dark").open(f"/map{query}")
    for paper in ("A4", "Letter"):
        pdf = visited.page.pdf(format=paper, landscape=True)
        assert pages_of(pdf) == 1, paper
        width, height = re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups()
        assert float(width) > float(height), paper
    expect(visited.map.locator(".atlas-sheet-title")).to_have_count(0)
    expect(visited.map.locator(".leaflet-control-zoom")).to_be_visible()


def test_what_is_printed_has_title_choice_legend_scale_credits_and_date_and_no_buttons(visit):
    visited = visit(color_scheme="dark").open(
        "/map?layers=region,cities&feature=cities.almelo&view=11/52.33/6.66&lang=de"
    )
    visited.page.emulate_media(media="print")
    sheet = visited.page
    expect(sheet.get_by_role("heading", name="Twente Atlas")).to_be_visible()
    expect(sheet.locator(".atlas-sheet-title")).to_contain_text(re.compile(r"\d+\. \w+ 20\d\d"))
    expect(sheet.locator(".atlas-sheet-chosen")).to_have_text("Netzwerkstadt: Almelo")
    expect(sheet.locator(".atlas-sheet-legend .atlas-name")).to_have_text(["Städte und Orte", "Twente"])
    expect(sheet.locator(".atlas-sheet-legend .atlas-categories li").first).to_be_visible()
    expect(sheet.locator(".atlas-sheet-credits")).to_contain_text("OpenStreetMap")
    expect(sheet.locator(".leaflet-control-scale-line")).to_be_visible()
    for gone in (".leaflet-control-zoom", ".atlas-panel", ".atlas-buttons", ".atlas-credits"):
        expect(sheet.locator(f"{gone}:visible")).to_have_count(0)
    assert (
        sheet.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    sheet.emulate_media(media="screen")
    expect(sheet.locator(".atlas-sheet-title")).to_have_count(0)
    sheet.wait_for_function("() => location.search.includes('view=11/52.3300/6.6600')")


def test_an_address_can_ask_for_printing_once_the_map_is_drawn(visit):
    visited = visit(is_new=True)
    visited.page.add_init_script(
        "window.print = () => { window.printed = document.documentElement.dataset.atlas; }"
    )
    visited.open("/map?print=1&view=11/52.26/6.8")
    visited.page.wait_for_function("() => window.printed === 'drawn'")
    assert "print" not in visited.page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_picture_has_title_map_and_legend_on_white_and_the_page_is_a_map_again(visit, tmp_path, scheme):
    visited = visit(color_scheme=scheme)
    with visited.page.expect_download() as saved:
        visited.page.goto(f"{visited.url}/map?picture=1&view=12/52.22/6.89&feature=cities.enschede")
    assert saved.value.suggested_filename == "Twente Atlas.png"
    saved.value.save_as(tmp_path / "map.png")
    picture = Image.open(tmp_path / "map.png").convert("RGB")
    assert picture.width > 1900
    assert picture.getpixel((4, 4)) == (255, 255, 255)
    width, height = picture.size
    title, street_map, legend = (
        picture.crop([round(part * size) for part, size in zip(box, (width, height) * 2, strict=True)])
        for box in ((0, 0, 0.3, 0.07), (0.1, 0.2, 0.7, 0.8), (0.76, 0.1, 1, 0.6))
    )
    assert min(title.convert("L").getdata()) < 80, "words"
    assert len(set(street_map.getdata())) > 2000, "streets, railways, names"
    assert (181, 32, 47) in set(street_map.getdata()), "a railway in its color"
    assert min(legend.convert("L").getdata()) < 80
    expect(visited.page.locator("html:not(.atlas-sheet)")).to_be_visible()
    assert "picture" not in visited.page.url
    assert visited.errors == []


def test_layers_are_announced_as_they_are_switched(visit):
    visited = visit().open("/map")
    said = visited.map.locator(".atlas-unseen")
    visited.map.locator("input[data-layer=stations]").check()
    expect(said).to_have_text("Railway stations on, 94 features")
    visited.map.locator("input[data-layer=stations]").uncheck()
    expect(said).to_have_text("Railway stations off")
    visited.map.locator("input[data-layer=region]").uncheck()
    visited.map.locator("input[data-layer=region]").check()
    expect(said).to_have_text("Twente on, one feature")
    visited.feature("cities.munster").click()
    expect(said).to_have_text("Münster, City of the network")


def test_the_map_stays_small_on_the_wire(visit):
    visited = visit(is_new=True)
    session = visited.page.context.new_cdp_session(visited.page)
    session.send("Network.enable")
    received = []
    session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    visited.open("/map")
    visited.settle()
    assert sum(received) <= 350_000, json.dumps(received)
