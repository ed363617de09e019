"""The atlas as a person meets it: in Chromium, with every other host out of reach."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.support.browser_page import MOVING, PHONE
from tests.support.street_map import label_boxes

LINES_IN = """boxes => boxes.filter(([left, top, right, bottom]) => {
  for (const path of document.querySelectorAll('path[data-feature^="rail_corridors."]:not(.atlas-hit)')) {
    const matrix = path.getScreenCTM();
    for (let at = 0; at < path.getTotalLength(); at += 3) {
      const { x, y } = path.getPointAtLength(at).matrixTransform(matrix);
      if (x > left && x < right && y > top && y < bottom) return true;
    }
  }
  return false;
})"""
"""Those of the boxes that a railway corridor runs through."""


def test_the_dashboard_draws_every_visible_layer_and_asks_no_other_host(visit, atlas):
    visited = visit().open("/")
    for layer_id, data in atlas.layers.items():
        shapes = visited.map.locator(f'path[data-feature^="{layer_id}."]:not(.atlas-hit)')
        if data.layer.visible:
            drawn = set(shapes.evaluate_all("paths => paths.map(path => path.dataset.feature)"))
            assert drawn == {f"{layer_id}.{feature_id}" for feature_id in data.gdf.index}
        else:
            expect(shapes).to_have_count(0)
    expect(visited.page.get_by_role("heading", name="Twente, a region on the border")).to_be_visible()
    visited.settle()
    assert visited.other_hosts() == []
    assert visited.errors == []


def test_the_map_alone_does_the_same(visit, atlas):
    visited = visit().open("/map")
    expect(visited.map.locator(".atlas-layer")).to_have_count(len(atlas.layers))
    expect(visited.map.locator("canvas.leaflet-tile").first).to_be_attached()
    visited.settle()
    assert visited.other_hosts() == []
    assert visited.errors == []


@pytest.mark.parametrize("size", [(1440, 900), (1920, 1080)], ids=str)
def test_tiles_of_the_base_map_are_asked_for_only_away_from_home(visit, size):
    visited = visit(viewport={"width": size[0], "height": size[1]}).open("/map")
    visited.settle()
    assert [url for url in visited.requests if "/basemap/streets/" in url] == []
    for view in ("10/52.26/6.8", "6/52/7.5"):
        before = len(visited.requests)
        visited.open(f"/map?view={view}").settle()
        assert any("/basemap/streets/" in url for url in visited.requests[before:]), view


def test_the_base_map_is_drawn_with_land_and_water(visit):
    visited = visit().open("/map?view=8/52.4/6.0")
    visited.settle()
    colors = visited.map.locator("canvas.leaflet-tile").evaluate_all(
        """canvases => [...new Set(canvases.flatMap(canvas => {
            const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
            const found = [];
            for (let i = 0; i < pixels.length; i += 4000) found.push(pixels.slice(i, i + 4).join());
            return found;
        }))]"""
    )
    assert len(colors) > 6, "a map, not one sheet of color"


def test_the_legend_counts_what_is_on_the_map(visit, atlas):
    visited = visit().open("/map")
    for layer_id, data in atlas.layers.items():
        row = visited.map.locator(f".atlas-layer:has(input[data-layer={layer_id}])")
        expect(row.locator(".atlas-name")).to_have_text(data.layer.title)
        expect(row.locator(".atlas-count")).to_have_text(str(len(data.gdf)))
        expect(row.locator(".atlas-swatch").first).to_be_visible()


def test_names_on_the_map_do_not_lie_over_each_other(visit):
    for path in (
        "/map",
        "/map?view=10/52.27/6.8&layers=cities,stations,municipalities",
        "/map?view=12/52.25/6.85",
    ):
        visited = visit().open(path)
        visited.settle()
        boxes = label_boxes(visited)
        assert len(boxes) > 10
        for index, (left, top, right, bottom, name) in enumerate(boxes):
            for other_left, other_top, other_right, other_bottom, other in boxes[index + 1 :]:
                apart = (
                    left >= other_right or other_left >= right or top >= other_bottom or other_top >= bottom
                )
                assert apart or name == other, f"{path}: {name} over {other}"


def test_corridors_are_named_along_their_lines_twice_at_most_and_towns_beside_them(visit):
    visited = visit().open("/map?view=10/52.3/6.65")
    visited.settle()
    along = visited.map.locator("text.atlas-label-line").all_text_contents()
    assert {"Zwolle–Twente–Münster", "Amsterdam–Hengelo–Berlin"} <= set(along)
    assert max(map(along.count, along)) <= 2
    towns = [box for box in label_boxes(visited) if box[4] in ("Nijverdal", "Almelo", "Deventer")]
    assert len(towns) == 3
    assert visited.page.evaluate(LINES_IN, towns) == []
    width, height = visited.page.evaluate("[innerWidth, innerHeight]")
    for left, top, right, bottom, name in label_boxes(visited):
        outside = right <= 0 or left >= width or bottom <= 0 or top >= height
        assert outside or (left >= 0 and right <= width and top >= 0 and bottom <= height), f"{name} is cut"


def test_a_municipality_is_not_named_where_its_town_of_the_same_name_is(visit):
    visited = visit().open("/map?view=14/52.2205/6.8937")
    visited.settle()
    expect(visited.map.locator(".atlas-label-major")).to_have_text(["Enschede"])
    expect(visited.map.locator(".atlas-label-area", has_text="Enschede")).to_have_count(0)


def test_hovering_names_a_feature(visit):
    visited = visit().open("/map")
    visited.feature("cities.munster").hover()
    expect(visited.map.locator(".atlas-tooltip")).to_have_text("Münster")


CLICKS = {
    "an area": ("municipalities.haaksbergen", "Haaksbergen", "Municipality"),
    "a line": ("border.nl_de", "Dutch-German state border", "State border"),
    "a line of a category": ("rail_corridors.munster_osnabruck", "Münster–Osnabrück", "Main rail corridor"),
    "a point": ("cities.osnabruck", "Osnabrück", "City of the network"),
    "a small area as a symbol": (
        "innovation_districts.xl_business_park",
        "XL Business Park",
        "Innovation district",
    ),
}


def test_a_click_names_the_feature_on_the_map_and_opens_the_panel_and_the_address(visit):
    visited = visit()
    for reference, name, kind in CLICKS.values():
        visited.open("/")
        visited.click_feature(reference)
        expect(visited.map.locator(".atlas-popup h2")).to_have_text(name)
        expect(visited.map.locator(".atlas-popup dl")).to_have_count(0)  # which would repeat the panel
        expect(visited.page.locator(".atlas-details h2")).to_have_text(name)
        expect(visited.page.locator(".atlas-details .atlas-kind")).to_have_text(kind)
        assert visited.wait_for_address("feature", ".") == reference
        assert visited.errors == []


def test_a_layer_that_started_hidden_can_be_switched_on_and_its_features_clicked(visit):
    visited = visit().open("/")
    visited.fetch_hidden_layers()
    before = len(visited.requests)
    visited.map.locator("input[data-layer=stations]").check()
    expect(visited.map.locator('path[data-feature^="stations."]')).to_have_count(94)
    assert [url for url in visited.requests[before:] if ".geojson" in url] == [], "it was there already"
    visited.click_feature("stations.ochtrup")
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Ochtrup")
    expect(visited.page.locator(".atlas-details h2")).to_have_text("Ochtrup")
    assert "stations" in visited.wait_for_address("layers", "stations").split(",")


def test_switching_a_layer_off_takes_its_shapes_names_and_credit_with_it_without_the_server(visit, atlas):
    visited = visit().open("/")
    credits_ = visited.map.locator(".atlas-credits")
    expect(credits_).to_contain_text("ERA RINF")
    visited.fetch_hidden_layers()
    before = len(visited.requests)
    railways = {"rail_corridors", "rail_sections"}
    for layer_id in sorted(railways):
        visited.map.locator(f"input[data-layer={layer_id}]").uncheck()
        expect(visited.map.locator(f'path[data-feature^="{layer_id}."]')).to_have_count(0)
    expect(credits_).not_to_contain_text("ERA RINF")
    layers = visited.wait_for_address("layers", "cities").split(",")
    assert set(layers) == {key for key, data in atlas.layers.items() if data.layer.visible} - railways
    assert visited.requests[before:] == []
    visited.map.locator("input[data-layer=cities]").uncheck()
    expect(visited.map.locator(".atlas-label-major")).to_have_count(0)


def test_a_layer_switched_on_again_keeps_its_place_in_the_drawing_order(visit):
    visited = visit().open("/map")
    visited.map.locator("input[data-layer=euroregion]").uncheck()
    visited.map.locator("input[data-layer=euroregion]").check()
    order = visited.map.locator("g.atlas-areas path[data-feature]").evaluate_all(
        "paths => [...new Set(paths.map(path => path.dataset.feature.split('.')[0]))]"
    )
    assert order == ["euroregion", "region", "municipalities", "innovation_districts"]


def test_clearing_the_choice_brings_back_the_overview_and_an_address_without_it(visit):
    visited = visit().open("/?feature=cities.gronau")
    expect(visited.page.locator(".atlas-details h2")).to_contain_text("Gronau")
    visited.map.locator(".leaflet-popup-close-button").click()
    expect(visited.page.get_by_role("heading", name="Twente, a region on the border")).to_be_visible()
    visited.wait_until("!new URLSearchParams(location.search).has('feature')")


def test_what_is_done_in_the_map_while_the_page_still_loads_is_not_lost(visit):
    visited = visit(**MOVING)
    held = []
    visited.page.route(re.compile(r"/static/js/index\."), lambda route: held.append(route))
    visited.page.goto(visited.url, wait_until="commit")
    visited.map.locator("html[data-atlas=drawn]").wait_for(state="attached")
    visited.click_feature("cities.munster")
    visited.map.locator("input[data-layer=stations]").check()
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Münster")
    assert "feature" not in visited.query, "nobody listens yet"
    for route in held:
        route.continue_()
    expect(visited.page.locator(".atlas-details h2")).to_have_text("Münster")
    assert "stations" in visited.wait_for_address("layers", "stations")
    assert visited.query["feature"] == "cities.munster"
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Münster")


def test_more_tells_the_rest_where_there_is_no_panel(visit):
    visited = visit().open("/map?feature=knowledge_institutes.saxion_enschede")
    popup = visited.map.locator(".atlas-popup")
    popup.get_by_role("button", name="More details").click()
    expect(popup).to_contain_text("All of Saxion")
    expect(popup).to_contain_text("Source:")


def test_a_click_reaches_the_server_without_any_map_data_and_reloads_nothing(visit):
    visited = visit()
    sent = []
    visited.page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda data: sent.append(len(data)))
    )
    visited.open("/")
    visited.fetch_hidden_layers()
    visited.page.frames[1].evaluate("window.marker = 'same document'")
    sent.clear()
    before = len(visited.requests)
    visited.click_feature("cities.munster")
    expect(visited.page.locator(".atlas-details h2")).to_have_text("Münster")
    visited.settle()
    assert visited.page.frames[1].evaluate("window.marker") == "same document"
    assert [url for url in visited.requests[before:] if "/map" in url or ".geojson" in url] == []
    assert 0 < sum(sent) < 60_000, "bytes over the websocket"


def test_an_online_base_map_that_cannot_be_reached_leaves_the_embedded_one_and_says_so(visit):
    visited = visit().open("/map")
    assert visited.other_hosts() == [], "nobody is asked before the choice"
    visited.map.get_by_label("OpenStreetMap").click()
    expect(visited.map.locator(".atlas-notices")).to_contain_text("OpenStreetMap can’t be reached")
    expect(visited.map.locator("input[value=embedded]")).to_be_checked()
    expect(visited.map.locator("img.leaflet-tile")).to_have_count(0)
    assert any("tile.openstreetmap.org" in url for url in visited.other_hosts())


def test_a_layer_that_fails_to_load_is_named_with_a_retry_and_the_rest_works(visit):
    visited = visit()
    visited.page.route(re.compile(r"/layers/stations\.geojson"), lambda route: route.abort())
    visited.open("/map?layers=municipalities,stations")
    row = visited.map.locator(".atlas-layer:has(input[data-layer=stations])")
    expect(row.locator(".atlas-status")).to_contain_text("Could not be loaded.")
    expect(visited.map.locator('path[data-feature^="municipalities."]').first).to_be_attached()
    visited.page.unroute(re.compile(r"/layers/stations\.geojson"))
    row.get_by_role("button", name="Try again").click()
    expect(visited.feature("stations.enschede")).to_be_visible()
    expect(row.locator(".atlas-status")).to_be_hidden()


def test_features_that_cannot_be_drawn_are_counted_and_the_others_drawn(visit):
    features = [
        {"id": "a", "properties": {"name": "A"}, "geometry": {"type": "Point", "coordinates": [6.9, 52.2]}},
        {"id": "b", "properties": None, "geometry": None},
        {"id": "c", "properties": {"name": "C"}, "geometry": {"type": "Point", "coordinates": ["x"]}},
    ]
    features = [*({"type": "Feature", **feature} for feature in features), None]
    body = json.dumps({"type": "FeatureCollection", "features": features})
    visited = visit()
    visited.page.route(re.compile(r"/layers/stations\.geojson"), lambda route: route.fulfill(body=body))
    visited.open("/map?layers=stations")
    expect(visited.feature("stations.a")).to_be_visible()
    expect(visited.map.locator(".atlas-status:visible")).to_have_text("Features that can’t be drawn: 3")


HOSTILE = '<img src=x onerror="window.hacked=1">${window.hacked=2}</script><script>window.hacked=3</script>'


def test_what_data_says_is_never_run(visit, serve, small):
    small.feature("towns")["properties"].update(name=HOSTILE, description=HOSTILE)
    quoted = "'" + HOSTILE.replace("'", "’") + "'"
    small.toml = small.toml.replace('title = "Towns"', f"title = {quoted}").replace(
        'attribution = "Nobody"', f"attribution = {quoted}"
    )
    visited = visit(serve("--catalog", str(small.write())).url).open("/")
    visited.click_feature("towns.one")
    expect(visited.map.locator(".atlas-popup h2")).to_have_text(HOSTILE)
    expect(visited.page.locator(".atlas-details h2")).to_have_text(HOSTILE)
    expect(visited.map.locator(".atlas-credits")).to_contain_text(HOSTILE)
    visited.map.locator(".leaflet-popup-close-button").click()
    visited.feature("towns.two").hover()
    for frame in visited.page.frames:
        assert frame.evaluate("window.hacked") is None
        assert frame.evaluate("document.querySelectorAll('img[src=x]').length") == 0


def test_dark_follows_the_system_on_the_page_and_on_the_map(visit):
    def paper(visited):
        panel = visited.map.locator(".atlas-panel").evaluate(
            "panel => getComputedStyle(panel).backgroundColor"
        )
        return panel, visited.page.locator(".stApp").evaluate("app => getComputedStyle(app).backgroundColor")

    light = paper(visit(color_scheme="light").open("/"))
    dark = paper(visit(color_scheme="dark").open("/"))
    assert light == ("rgb(255, 255, 255)", "rgb(255, 255, 255)")
    assert dark == ("rgb(26, 33, 40)", "rgb(20, 25, 31)")


def test_on_a_phone_the_map_comes_first_and_more_leads_to_the_details(visit):
    visited = visit(**PHONE, **MOVING).open("/")
    frame = visited.page.locator("iframe.atlas-frame").bounding_box()
    panel = visited.page.locator(".st-key-panel").bounding_box()
    assert frame["width"] == 390
    assert frame["height"] > 700, "the map fills the screen"
    assert panel["y"] > 700, "and the panel only peeks over it"
    expect(visited.map.locator(".atlas-panel-body")).to_be_hidden()
    for button in visited.map.locator(".leaflet-bar a:visible, .atlas-buttons button:visible").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 44
    visited.click_feature("cities.almelo")
    popup = visited.map.locator(".leaflet-popup-content-wrapper")
    visited.settle()
    assert popup.bounding_box()["x"] >= visited.map.locator(".atlas-buttons:visible").bounding_box()["width"]
    visited.map.locator(".atlas-chosen-name").click()
    heading = visited.page.locator(".atlas-details h2")
    expect(heading).to_have_text("Almelo")
    expect(heading).to_be_in_viewport()
