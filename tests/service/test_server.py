"""The addresses: what they answer, how caches may keep it, and the headers that guard it."""

import gzip
import html
import json
import re
import urllib.parse
from pathlib import Path

import pytest
import streamlit

from tests.support.requesting import request


@pytest.fixture
def get(server):
    return lambda path, **headers: request(server.url + path, **headers)


def test_a_layer_is_given_out_byte_for_byte_as_geojson(get, atlas):
    for layer_id, data in atlas.layers.items():
        answer = get(f"/layers/{layer_id}.geojson")
        assert answer.status == 200
        assert answer.body == data.content
        assert answer.headers["Content-Type"] == "application/geo+json"


def test_a_layer_travels_compressed_to_those_who_take_it(get, atlas):
    answer = get("/layers/stations.geojson", **{"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body) == atlas.layers["stations"].content
    assert len(answer.body) < len(atlas.layers["stations"].content) / 4
    assert "Accept-Encoding" in answer.headers["Vary"]


def test_an_address_with_the_version_is_kept_for_ever_and_another_is_asked_again(get, atlas):
    version = atlas.layers["cities"].sha256[:16]
    assert "immutable" in get(f"/layers/cities.geojson?v={version}").headers["Cache-Control"]
    assert get("/layers/cities.geojson?v=0").headers["Cache-Control"] == "no-cache"
    assert get("/layers/cities.geojson").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("path", ["/map", "/layers/cities.geojson", "/vendor/leaflet/leaflet.js"])
def test_who_has_it_already_is_told_so(get, path):
    etag = get(path).headers["ETag"]
    again = get(path, **{"If-None-Match": etag})
    assert again.status == 304
    assert again.body == b""
    assert get(path, **{"If-None-Match": 'W/"other"'}).status == 200


def test_everything_that_the_map_document_names_is_there(get):
    text = get("/map").body.decode()
    parts = {part for part in text.replace('"', " ").split() if part.startswith("./")}
    names = {part for part in parts if not part.endswith(".js")}  # comments name modules, which are inside
    assert len(names) > 15, "layers, overview and streets"
    for name in names:
        address = name.removeprefix(".").format(z=9, x=265, y=168)  # of tiles there is one template
        assert get(address).status == 200, name


@pytest.mark.parametrize(
    "path",
    [
        "/layers/moon.geojson",
        "/layers/..%2f..%2fcatalog.geojson",
        "/vendor/leaflet/../../../etc/passwd",
        "/vendor/leaflet/..%2f..%2f__init__.py",
        "/vendor/jquery/jquery.js",
        "/vendor/leaflet",
        "/frontend/app.py",
        "/frontend/..%2fcli.py",
        "/basemap/README.md",
        "/basemap/..%2flayers%2fcities.geojson",
        "/basemap/streets",
        "/texts/..%2fcatalog.json",
    ],
)
def test_what_is_not_there_is_a_short_no_and_never_a_file_of_the_machine(get, path):
    answer = get(path)
    assert answer.status in {400, 404}
    assert len(answer.body) < 300
    assert b"Traceback" not in answer.body


def test_an_unknown_layer_is_told_which_there_are(get):
    assert (
        "There is no layer `moon`. There are: euroregion, region" in get("/layers/moon.geojson").body.decode()
    )


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/map",
        "/layers/cities.geojson",
        "/layers/moon.geojson",
        "/search?q=e",
        "/download/cities.csv",
        "/_stcore/health",
    ],
)
def test_every_answer_carries_the_security_headers(get, path):
    headers = get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    policy = headers["Content-Security-Policy"]
    assert ("frame-ancestors *" if path == "/map" else "frame-ancestors 'none'") in policy


def test_the_map_and_its_data_may_be_read_from_a_frame_without_an_origin(get):
    for path in ("/map", "/layers/cities.geojson", "/basemap/overview.geojson", "/frontend/map/main.js"):
        assert get(path, Origin="null").headers["Access-Control-Allow-Origin"] == "*"


def test_a_language_that_is_not_there_falls_back_to_english(get):
    assert get("/map?lang=xx").body == get("/map?lang=en").body


@pytest.mark.parametrize("path", ["/", "/map", "/about"])
def test_a_document_is_in_the_language_of_the_address_else_of_the_browser(get, path):
    dutch = {"Accept-Language": "nl-NL,nl;q=0.9,en;q=0.8"}
    assert b'<html lang="de">' in get(f"{path}?lang=de", **dutch).body
    answer = get(path, **dutch)
    assert b'<html lang="nl">' in answer.body
    assert "Accept-Language" in answer.headers["Vary"], "caches keep the languages apart"
    assert b'<html lang="en">' in get(path).body


def test_the_page_and_the_map_in_it_speak_one_language(get):
    assert b'src="./map?lang=nl"' in get("/", **{"Accept-Language": "nl"}).body
    assert b'src="./map?lang=de&amp;layers=cities"' in get("/?layers=cities&lang=de").body


def test_the_texts_of_features_are_there_in_each_language_and_not_in_english(get, atlas):
    for language in atlas.catalog.languages:
        answer = get(f"/texts/{language}.json", Origin="null")
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert len(json.loads(answer.body)) > 800
    for language in ("en", "xx"):
        assert get(f"/texts/{language}.json").status == 404


def test_the_page_about_the_atlas_has_the_evidence_of_each_layer_and_whom_to_turn_to(get, atlas):
    body = get("/about").body.decode()
    for layer_id, data in atlas.layers.items():
        assert f'id="{layer_id}"' in body
        assert data.sha256 in body
        assert html.escape(data.layer.method, quote=True).replace("&#x27;", "&#39;") in body
        assert f'href="{data.layer.license.url}"' in body
    assert "European Liaison Officer" in body
    assert atlas.catalog.about.contacts[0].name in body
    assert 'feature=partners.euregio"' in body
    assert "Waar elke laag vandaan komt" in get("/about?lang=nl").body.decode()


@pytest.mark.parametrize("language", ["en", "nl", "de"])
def test_the_first_view_of_the_map_is_at_most_350_kb(get, atlas, language):
    """The budget of the first view, in gzip: document, base map overview, texts and the layers that are on.

    The other layers come with the first pointer or key, MapLibre with the first large layer, or with streets
    once somebody zooms in.
    """
    text = get(f"/map?lang={language}").body.decode()
    names = {
        part
        for part in text.replace('"', " ").split()
        if part.startswith("./") and not re.search(r"/streets/|\.js$|/maplibre/", part)
    }
    names -= set(re.findall(r'<script type="application/json" id="([^"]+)"', text))  # held by the document
    off = tuple(f"./layers/{key}.geojson" for key, data in atlas.layers.items() if not data.layer.visible)
    names = {name for name in names if not name.startswith(off)}
    sizes = {name: len(get(name.removeprefix("."), **{"Accept-Encoding": "gzip"}).body) for name in names}
    total = sum(sizes.values()) + len(get(f"/map?lang={language}", **{"Accept-Encoding": "gzip"}).body)
    assert total <= 350_000, json.dumps(sizes, indent=1)


def test_under_a_path_prefix_everything_moves_along(serve):
    server = serve("--base-path", "atlas", base_path="/atlas")
    for path, part in {
        "/": b' id="root">',
        "/search?q=enschede": b"cities.enschede",
        "/download/cities.csv": b"EVIDENCE.txt",
        "/map": b"new Atlas(",
        "/layers/cities.geojson": b"FeatureCollection",
        "/vendor/leaflet/leaflet.js": b"Leaflet 1.9",
    }.items():
        assert part in request(f"{server.url}/atlas{path}").body, path


def test_the_page_loads_all_that_streamlit_s_own_page_loads(get):
    own = (Path(streamlit.__file__).with_name("static") / "index.html").read_text(encoding="utf-8")
    page = get("/").body.decode()
    for address in re.findall(r'(?:src|href)="(\./static/js/[^"]+|\./static/css/[^"]+)"', own):
        assert f'href="{address}"' in page, address
    for address in re.findall(r'href="\.(/[^"]+)"', page):
        assert get(address).status == 200, address


def test_the_scripts_of_streamlit_come_compressed_and_are_kept_for_ever(get):
    name = re.search(r'data-entry="\.(/static/js/index[^"]+)"', get("/").body.decode())[1]
    plain, packed = get(name), get(name, **{"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < 0.4 * len(plain.body)
    assert "immutable" in packed.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Nothing here"), ("nl", "Hier is niets"), ("de", "Hier ist nichts")]
)
def test_an_unknown_address_is_a_page_with_ways_on_and_a_sentence_for_programs(get, language, words):
    page = get(f"/no/such/page?lang={language}", Accept="text/html")
    assert page.status == 404
    assert f"<h1>{words}</h1>" in page.body.decode()
    for address in re.findall(r'(?:href|src)="(/[^"]*)"', page.body.decode()):
        assert get(html.unescape(address)).status == 200, address
    assert get("/no/such/page").body == b"There is nothing at this address."


def test_the_page_hands_its_address_on_to_the_map_and_nothing_else(get):
    body = get("/?layers=cities&feature=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&other=1").body.decode()
    [source] = re.findall(r'<iframe class="atlas-frame"[^>]* src="([^"]*)"', body)
    assert "layers=cities" in source
    assert "other" not in source
    assert "<script>alert" not in body


def search(get, query, language="en"):
    answer = get(f"/search?{urllib.parse.urlencode({'q': query, 'lang': language})}")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-cache"
    return json.loads(answer.body)


def test_the_search_answers_with_features_in_the_language_asked_for(get):
    [english, *_] = search(get, "Universitat Twente")["results"]
    assert english.pop("symbol")["shape"] == "point"
    assert english == {
        "reference": "knowledge_institutes.university_of_twente",
        "name": "University of Twente",
        "kind": "Knowledge institute",
        "layer": "Knowledge institutes",
        "where": "Enschede, NL",
    }
    [dutch, *_] = search(get, "universty twente", "nl")["results"]
    assert (dutch["reference"], dutch["name"]) == (english["reference"], "Universiteit Twente")
    assert dutch["kind"] == "Kennisinstelling"
    assert search(get, "munster", "de")["results"][0]["where"] == "EUREGIO, DE"


def test_the_search_reads_coordinates(get):
    assert search(get, "52,24 6,85")["place"] == {"lat": 52.24, "lng": 6.85}
    assert search(get, "Enschede")["place"] is None


@pytest.mark.parametrize(
    "query", ["", " ", "\0", "%", "שלום\u202e", "<script>alert(1)</script>", "e" * 10_000, "zzz"]
)
def test_the_search_answers_whatever_is_asked(get, query):
    answer = search(get, query)
    assert answer["query"] == query[:200]
    assert len(answer["results"]) <= 12
    assert len(answer["names"]) <= 16
    assert search(get, "e" * 10_000)["place"] is None
    assert json.loads(get("/search").body) == {
        "query": "",
        "place": None,
        "results": [],
        "names": [],
        "names_first": False,
    }


def test_the_search_answers_with_names_of_the_base_map(get):
    [found, *_] = search(get, "ootmarsum", "de")["names"]
    position = found.pop("lat"), found.pop("lng")
    assert position == pytest.approx((52.41, 6.9), abs=0.01)
    assert found == {
        "name": "Ootmarsum",
        "kind": "Dorf",
        "group": "Orte",
        "icon": "place",
        "where": "bei Tubbergen",
        "zoom": 13,
    }


def test_the_search_follows_the_files(small_server, towns):
    server = small_server[1]

    def names(query):
        answer = request(f"{server.url}/search?q={query}").json()
        return [result["name"] for result in answer["results"]]

    assert names("one") == ["One"]
    towns.write_bytes(towns.read_bytes().replace(b'"name": "One"', b'"name": "Brand new town"'))
    assert names("brand") == ["Brand new town"]
