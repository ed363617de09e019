"""The map document: what Folium was given to draw, in which order, and what its policy allows."""

import base64
import hashlib
import html
import json
import re

import folium
import pytest

from dashboard.map import builder as map_builder
from dashboard.map.builder import build_map, render_map, tile_hosts, to_latlng_bounds
from dashboard.map.data_urls import map_addresses
from dashboard.map.elements import AtlasMap, DataLayer, EmbeddedBasemap, OnlineBasemap
from dashboard.web.assets import FRONTEND, gl_code, map_code
from dashboard.web.bundle import join_modules, modules_in_order
from geodata import load_atlas
from geodata.atlas.evidence import evidence_card


@pytest.fixture(scope="module")
def document(atlas):
    return build_map(atlas, map_addresses(atlas))


@pytest.fixture(scope="module")
def rendered(atlas, document):
    return render_map(document, tile_hosts(atlas))


def children(document, kind):
    [atlas_map] = [child for child in document._children.values() if isinstance(child, AtlasMap)]
    return [child for child in atlas_map._children.values() if isinstance(child, kind)]


def test_it_is_a_folium_map_with_the_atlas_s_layers_as_children(atlas, document):
    [atlas_map] = [child for child in document._children.values() if isinstance(child, folium.Map)]
    assert {layer.options["id"] for layer in children(document, DataLayer)} == set(atlas.layers)
    assert len(children(document, EmbeddedBasemap)) == 1
    assert len(children(document, OnlineBasemap)) == len(atlas.catalog.online_basemaps) == 3
    assert atlas_map.default_js == atlas_map.default_css == []
    assert folium.Map.default_js != [], "other maps of the process keep their scripts"


def test_areas_come_under_lines_under_points(document):
    roles = [layer.options["role"] for layer in children(document, DataLayer)]
    assert roles == sorted(roles, key=["area", "line", "point"].index)
    assert set(roles) == {"area", "line", "point"}


def test_a_layer_says_how_many_features_it_has_and_where_its_bytes_are(atlas, document):
    for layer in children(document, DataLayer):
        data = atlas.layers[layer.options["id"]]
        assert layer.options["count"] == len(data.gdf)
        assert layer.options["url"] == f"./layers/{data.layer.id}.geojson?v={data.sha256[:16]}"
        assert layer.show == layer.options["visible"] == data.layer.visible


def without_data(text):
    """Return a document without the layers that it holds, which nobody runs and no policy asks for."""
    return re.sub(r'<script type="application/json".*?</script>', "", text, flags=re.DOTALL)


def first_of(atlas):
    """Return the layers that a map begins with, by address."""
    shown = [data for data in atlas.layers.values() if data.layer.visible]
    return {f"./layers/{data.layer.id}.geojson?v={data.sha256[:16]}": data.content for data in shown}


def held_in(rendered):
    """Return what the document holds of layers, by address."""
    pattern = re.compile(r'<script type="application/json" id="([^"]+)">(.*?)</script>', re.DOTALL)
    return {address: json.loads(text) for address, text in pattern.findall(rendered.content.decode())}


def test_the_layers_that_it_begins_with_travel_in_it_as_they_are(atlas, rendered):
    assert held_in(rendered) == {address: json.loads(content) for address, content in first_of(atlas).items()}
    assert 'as="fetch"' not in rendered.content.decode(), "nothing is fetched twice"


def test_layers_that_are_too_much_for_it_are_fetched(atlas, monkeypatch):
    monkeypatch.setattr(map_builder, "HELD_BYTES", 20_000)
    rendered = render_map(build_map(atlas, map_addresses(atlas)), [])
    held, first = set(held_in(rendered)), first_of(atlas)
    fetched = set(re.findall(r'as="fetch" crossorigin href="([^"]+)"', rendered.content.decode()))
    assert 0 < sum(len(first[address]) for address in held) <= 20_000
    assert fetched == set(first) - held


def test_no_text_of_a_layer_ends_the_element_that_holds_it(small):
    small.feature("towns")["properties"]["name"] = "</script><script>alert(1)</script><!--"
    atlas = load_atlas(small.write())
    rendered = render_map(build_map(atlas, map_addresses(atlas)), [])
    [towns] = [content for address, content in held_in(rendered).items() if "towns" in address]
    assert towns["features"][0]["properties"]["name"] == "</script><script>alert(1)</script><!--"
    assert "<script>alert" not in rendered.content.decode()


def test_only_base_maps_exclude_each_other(document):
    assert all(layer.overlay for layer in children(document, DataLayer))
    assert not any(layer.overlay for layer in children(document, EmbeddedBasemap | OnlineBasemap))


def test_online_base_maps_are_asked_over_https_and_named_in_the_policy(document, rendered):
    policy = rendered.headers["Content-Security-Policy"]
    for basemap in children(document, OnlineBasemap):
        assert basemap.options["url"].startswith("https://")
        host = basemap.options["url"].split("/")[2]
        assert host.replace("{s}", "*") in policy
        assert not basemap.show


def test_it_names_its_language_and_may_be_enlarged(rendered):
    text = rendered.content.decode()
    assert '<html lang="en">' in text
    assert "user-scalable" not in text
    assert "maximum-scale" not in text


def test_the_policy_allows_just_the_code_that_is_in_the_document(rendered):
    policy = rendered.headers["Content-Security-Policy"]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    text = without_data(rendered.content.decode())
    for directive, tag in (("script-src", "script"), ("style-src", "style")):
        inline = re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", text, re.DOTALL)
        hashes = {base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in inline}
        if directive == "script-src":
            # For large layers, of which people bring some, too.
            hashes.add(gl_code().digest.removeprefix("sha256-"))
        assert set(directives[directive].split()) == {f"'sha256-{digest}'" for digest in hashes}
    assert directives["default-src"] == "'none'"
    assert directives["frame-ancestors"] == "*"
    assert "unsafe" not in policy
    assert "\r" not in text, "parsers turn it into a line feed, and the hash would be another"


def test_our_own_part_of_it_leads_to_no_other_host_but_those_of_choice(atlas, rendered):
    text = (
        without_data(rendered.content.decode()).replace(map_code().leaflet, "").replace(map_code().styles, "")
    )
    hosts = set(re.findall(r"https?://([^/\"'\s\\{<>]+)", html.unescape(text)))
    chosen = {host.removeprefix("https://") for host in tile_hosts(atlas)}
    credited = {"www.openstreetmap.org", "www.kadaster.nl", "www.govdata.de", "www.w3.org"}
    evidence = json.dumps([evidence_card(data) for data in atlas.layers.values()])
    linked = set(re.findall(r"https?://([^/\"]+)", evidence))
    assert hosts <= chosen | credited | linked


def test_the_same_atlas_gives_the_same_bytes(atlas, rendered):
    again = render_map(build_map(atlas, map_addresses(atlas)), tile_hosts(atlas))
    assert again.content == rendered.content


def test_the_offline_document_has_no_address_but_its_own_content(atlas):
    text = build_map(atlas, map_addresses(atlas, are_served=False)).render()
    for address in (*re.findall(r'"url": "([^"]*)"', text), *re.findall(r'"overview": "([^"]*)"', text)):
        assert address.startswith(("data:", "https://", "#")), (
            "a layer, an online base map of choice, or streets"
        )
    assert "./layers/" not in text
    assert "<link" not in text


def test_every_style_sheet_is_part_of_a_document():
    entries = ["map/map.css", "page/shell.css", "panel/panel.css", "page/about.css"]
    joined = {name for entry in entries for name in modules_in_order(FRONTEND, entry)}
    assert joined == {path.relative_to(FRONTEND).as_posix() for path in FRONTEND.rglob("*.css")}


@pytest.mark.parametrize("entry", ["map/main.js", "page/shell.js"])
def test_a_joined_script_declares_each_name_once(entry):
    modules = "\n".join((FRONTEND / name).read_text() for name in modules_in_order(FRONTEND, entry))
    declared = r"^(?:export )?(?:async )?(?:const|let|function\*?|class) (\w+)"
    names = re.findall(declared, modules, re.MULTILINE)
    assert len(names) == len(set(names)), [name for name in names if names.count(name) > 1]
    assert not re.findall(r"^(?:import|export)\b", join_modules(FRONTEND, entry), re.MULTILINE)


def test_every_script_is_part_of_the_map_or_of_the_page():
    joined = {*modules_in_order(FRONTEND, "map/main.js"), *modules_in_order(FRONTEND, "page/shell.js")}
    files = {path.relative_to(FRONTEND).as_posix() for path in FRONTEND.rglob("*.js")}
    assert joined | {"page/beginning.js"} == files


def test_modules_that_import_each_other_in_a_circle_are_refused(tmp_path):
    (tmp_path / "room").mkdir()
    (tmp_path / "a.js").write_text('import { b } from "./room/b.js";\n')
    (tmp_path / "room" / "b.js").write_text('import { a } from "../a.js";\n')
    with pytest.raises(ValueError, match=r"a\.js → room/b\.js → a\.js"):
        modules_in_order(tmp_path, "a.js")


HOSTILE = '</script><img src=x onerror="alert(1)">${alert(2)}`{{ 7 * 7 }}'


def test_what_data_says_cannot_leave_its_string(small):
    small.toml = small.toml.replace('title = "Towns"', f"title = '{HOSTILE}'").replace(
        'title = "Test Atlas"', f"title = '{HOSTILE}'"
    )
    atlas = small.load()
    assert not atlas.problems
    text = build_map(atlas, map_addresses(atlas)).render()
    assert HOSTILE not in text
    assert len(re.findall("</script>", without_data(text))) == 2, "that of Leaflet, and that of the atlas"


def test_leaflet_says_latitude_first():
    assert to_latlng_bounds([6.0, 51.0, 8.0, 53.0]) == [[51.0, 6.0], [53.0, 8.0]]
