"""Addresses and pages around the map: links, embedding, path prefix, the map as a file, the phone."""

import functools
import http.server
import threading

import pytest
from playwright.sync_api import expect


def test_a_deep_link_restores_layers_view_and_feature(visit):
    link = "/?layers=stations,rail_corridors&feature=stations.hengelo&view=11.5/52.27/6.81"
    visited = visit().open(link)
    expect(visited.page.locator(".atlas-details h2")).to_have_text("Hengelo")
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Hengelo")
    expect(visited.map.locator('path[data-feature^="municipalities."]')).to_have_count(0)
    checked = visited.map.locator("input[data-layer]:checked").evaluate_all(
        "inputs => inputs.map(input => input.dataset.layer).sort()"
    )
    assert checked == ["rail_corridors", "stations"]
    assert visited.query["layers"] == "stations,rail_corridors"


def test_the_address_of_a_used_page_opens_the_same_page_elsewhere(visit):
    first = visit().open("/?view=10/52.2/7.0")
    first.map.locator("input[data-layer=stations]").check()
    first.map.locator("input[data-layer=municipalities]").uncheck()
    first.wait_for_address("layers", "stations")
    first.click_feature("cities.gronau")
    first.wait_for_address("feature", "gronau")
    first.settle()
    address = first.page.url.removeprefix(first.url)

    second = visit().open(address)
    expect(second.map.locator(".atlas-popup h2")).to_have_text(
        first.map.locator(".atlas-popup h2").inner_text()
    )
    state = (
        "() => [...document.querySelectorAll('input[data-layer]:checked')].map(input => input.dataset.layer)"
    )
    frames = [visited.page.frames[1] for visited in (first, second)]
    assert frames[0].evaluate(state) == frames[1].evaluate(state)
    zoom, lat, lng = (float(part) for part in first.query["view"].split("/"))
    second.page.mouse.move(10, 400)
    second.map.locator('button[aria-label="Show the whole region"]').wait_for()
    opened = second.query.get("view", first.query["view"])
    assert [float(part) for part in opened.split("/")] == pytest.approx([zoom, lat, lng], abs=0.02)


def test_back_and_forward_step_through_choices_and_panels(visit):
    visited = visit().open("/?view=9/52.3/6.9")
    title, chosen = visited.page.locator(".st-key-panel h2").first, visited.map.locator(".atlas-popup h2")
    overview = title.inner_text()
    visited.click_feature("cities.munster")
    expect(title).to_have_text("Münster")
    visited.page.get_by_role("radio", name="Table").click()
    expect(title).to_have_text("Compare in a table")
    visited.settle()

    visited.page.go_back()
    expect(title).to_have_text("Münster")
    expect(chosen).to_have_text("Münster")
    visited.page.go_back()
    expect(title).to_have_text(overview)
    expect(chosen).to_have_count(0)
    assert list(visited.query) == ["view"]
    visited.page.go_forward()
    expect(chosen).to_have_text("Münster")
    visited.page.go_forward()
    expect(title).to_have_text("Compare in a table")
    visited.settle()
    assert visited.errors == []


def test_back_turns_the_chapters_of_the_tour_back(visit):
    visited = visit().open("/")
    story = visited.page.locator(".atlas-story h2")
    visited.page.get_by_role("link", name="Take the tour").click()
    first = story.inner_text()
    visited.settle().page.locator(".atlas-story a[rel=next]").first.click()
    expect(story).not_to_have_text(first)
    second = story.inner_text()
    visited.settle().page.go_back()
    expect(story).to_have_text(first)
    visited.settle().page.go_forward()
    expect(story).to_have_text(second)
    visited.settle()
    for _ in range(2):
        visited.page.go_back()
    expect(story).to_have_count(0)


def test_the_map_alone_keeps_its_own_address(visit):
    visited = visit().open("/map")
    visited.map.locator("input[data-layer=stations]").check()
    assert "stations" in visited.wait_for_address("layers", "stations")
    visited.click_feature("cities.munster")
    assert visited.wait_for_address("feature", "munster") == "cities.munster"


def test_the_map_frame_is_sandboxed_without_the_page_s_origin(visit):
    visited = visit().open("/")
    sandbox = visited.page.locator("iframe.atlas-frame").get_attribute("sandbox")
    assert "allow-same-origin" not in sandbox
    assert visited.page.frames[1].evaluate("window.origin") == "null"


@pytest.fixture
def other_site(tmp_path):
    """A site of somebody else on this machine: a folder to put pages in, and its address."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{site.server_address[1]}"
        site.shutdown()


def test_any_page_may_embed_the_map_and_steer_it_with_messages(visit, server, other_site):
    folder, address = other_site
    (folder / "embedder.html").write_text(
        '<link rel="icon" href="data:,">'
        f'<iframe id="map" src="{server.url}/map?layers=cities" width="900" height="600"></iframe>'
    )
    visited = visit()
    visited.page.goto(f"{address}/embedder.html")
    frame = visited.page.frame_locator("#map")
    frame.locator("html[data-atlas=drawn]").wait_for(state="attached")

    def say(message):
        visited.page.evaluate(
            "message => document.querySelector('#map').contentWindow.postMessage(message, '*')",
            {"sign": "twente-atlas", **message},
        )

    say({"type": "layers", "layers": ["region", "stations"]})
    expect(frame.locator('path[data-feature^="stations."]')).to_have_count(94)
    expect(frame.locator('path[data-feature^="cities."]')).to_have_count(0)
    say({"type": "select", "feature": "stations.gronau"})
    expect(frame.locator(".atlas-popup h2")).to_have_text("Gronau (Westf)")
    say({"type": "select", "feature": None})
    expect(frame.locator(".atlas-popup")).to_have_count(0)
    say({"type": "view", "view": "12/52.37/6.66"})
    expect(frame.locator(".leaflet-control-scale-line")).to_contain_text("3 km")
    say({"type": "select", "feature": "no.such"})
    say({"type": "constructor"})
    say({"type": "layers", "layers": "all"})
    expect(frame.locator('path[data-feature^="stations."]')).to_have_count(94)
    assert visited.errors == []


def test_an_address_that_means_nothing_is_said_on_the_map(visit):
    visited = visit()
    for path, words in (
        ("/map?feature=cities.atlantis", "Unknown feature “cities.atlantis”."),
        ("/map?layers=cities,moon", "refers to unknown layer “moon”"),
        ("/map?view=near", "The view “near” can’t be read."),
        ("/map?view=99/200/500", "can’t be read"),
    ):
        visited.open(path)
        expect(visited.map.locator(".atlas-notices")).to_contain_text(words)
        expect(visited.feature("cities.enschede")).to_be_visible()


def test_nothing_sticks_out_of_the_page(visit):
    visited = visit().open("/?feature=rail_corridors.zwolle_twente_munster")
    expect(visited.page.locator(".atlas-details h2")).to_be_visible()
    for width, height in ((1440, 900), (1024, 768), (390, 844)):
        visited.page.set_viewport_size({"width": width, "height": height})
        visited.settle()
        assert visited.page.evaluate("document.documentElement.scrollWidth") <= width
        assert visited.page.locator("iframe.atlas-frame").bounding_box()["height"] <= height


def test_the_offline_file_opens_from_a_disk_with_all_its_layers(visit, tmp_path, atlas):
    from dashboard.map.single_file import write_html

    write_html(atlas, tmp_path / "atlas.html")
    visited = visit(f"file://{tmp_path}")
    visited.page.goto(f"file://{tmp_path}/atlas.html")
    visited.page.locator("html[data-atlas=drawn]").wait_for(state="attached")
    for toggle in visited.page.locator("input[data-layer]").all():
        toggle.check()
    drawn = visited.page.locator("path[data-feature]").evaluate_all(
        "paths => [...new Set(paths.map(path => path.dataset.feature.split('.')[0]))]"
    )
    assert set(drawn) == set(atlas.layers)
    visited.page.locator('[data-feature="cities.munster"]').click()
    expect(visited.page.locator(".atlas-popup h2")).to_have_text("Münster")
    assert [url for url in visited.requests if not url.startswith(("file:", "data:", "blob:null"))] == []
    assert visited.errors == []


def test_behind_a_path_prefix_the_dashboard_works_the_same(visit, serve):
    server = serve("--base-path", "region/atlas", base_path="/region/atlas")
    visited = visit(server.url)
    visited.open("/region/atlas/")
    visited.click_feature("cities.munster")
    expect(visited.page.locator(".atlas-details h2")).to_have_text("Münster")
    assert visited.other_hosts() == []
