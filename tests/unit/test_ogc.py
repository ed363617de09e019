"""OGC API – Features without a server: pages, filters, coordinates, errors and links."""

import gzip
import json
import re
import urllib.error
import urllib.parse
import urllib.request

import pytest
import shapely
from hypothesis import HealthCheck, given, settings, strategies as st

from dashboard.ogc.dispatch import answer
from dashboard.ogc.endpoint import Answers, kept_answers
from dashboard.ogc.question import Question
from dashboard.web.document import Document
from tests.support.ogc import ADDRESS, RD, ask, ids


def test_links_lead_from_page_to_page_until_the_last_feature(atlas):
    seen, query = [], {"limit": "10"}
    while query is not None:
        _, page = ask(atlas, "collections/stations/items", **query)
        seen += ids(page)
        assert page["numberMatched"] == 94
        links = {link["rel"]: link["href"] for link in page["links"]}
        assert dict(urllib.parse.parse_qsl(links["self"].partition("?")[2])) == query
        query = dict(urllib.parse.parse_qsl(links["next"].partition("?")[2])) if "next" in links else None
        query and query.pop("f", None)
    assert seen == list(atlas.layers["stations"].properties)
    _, page = ask(atlas, "collections/stations/items", limit="94")
    assert "next" not in {link["rel"] for link in page["links"]}, "a full page may be the last"


def test_a_feature_is_found_by_an_item_of_its_list(atlas):
    _, page = ask(atlas, "collections/rail_corridors/items", stations="gronau")
    rows = atlas.layers["rail_corridors"].properties
    assert ids(page) == [key for key, row in rows.items() if "gronau" in row["stations"]] != []


def test_coordinates_have_the_axis_order_of_the_requested_crs(atlas):
    lon, lat = ask(atlas, "collections/cities/items/enschede")[1]["geometry"]["coordinates"]
    name = "http://www.opengis.net/def/crs/EPSG/0/4326"
    _, feature = ask(atlas, "collections/cities/items/enschede", crs=name)
    assert feature["geometry"]["coordinates"] == pytest.approx([lat, lon])
    _, page = ask(atlas, "collections/cities/items", **{"bbox": "52.2,6.8,52.3,6.9", "bbox-crs": name})
    assert "enschede" in ids(page)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_counts_its_features_and_compresses_to_the_same_content(atlas, language):
    for layer_id, data in atlas.layers.items():
        for limit in (1, data.count - 1, data.count, data.count + 1):
            parts, query = ("collections", layer_id, "items"), (("limit", str(max(limit, 1))),)
            page = answer(atlas, Question(ADDRESS, parts, query, language))
            assert gzip.decompress(page.compressed) == page.content
            document = json.loads(page.content)
            assert len(document["features"]) == document["numberReturned"]
    other = answer(atlas, Question(ADDRESS, parts, (("limit", "9999"),), language))
    assert other.version != page.version, "another page has another ETag"


def test_answers_can_leave_out_geometry_properties_or_features(atlas):
    _, page = ask(
        atlas, "collections/cities/items", properties="name,country", skipGeometry="true", limit="1"
    )
    assert page["features"][0]["geometry"] is None
    assert set(page["features"][0]["properties"]) == {"name", "country"}
    _, page = ask(atlas, "collections/cities/items", resulttype="hits")
    assert (page["features"], page["numberMatched"]) == ([], 27)


def test_a_box_across_the_antimeridian_selects_on_both_sides(atlas):
    _, page = ask(atlas, "collections/cities/items", bbox="170,-60,6.9,60")
    west = [key for key, shape in atlas.layers["cities"].geometries.items() if shape.x <= 6.9]
    assert ids(page) == west


FILTERS = {
    "population > 100000 AND country = 'DE'": lambda row, _: (
        row["population"] > 100_000 and row["country"] == "DE"
    ),
    "rank = 'core' OR (country = 'DE' AND NOT name LIKE 'B%')": lambda row, _: (
        row["rank"] == "core" or (row["country"] == "DE" and not row["name"].startswith("B"))
    ),
    "population BETWEEN 20000 AND 30000": lambda row, _: 20_000 <= row["population"] <= 30_000,
    "name IN ('Berlin', 'Almelo')": lambda row, _: row["name"] in ("Berlin", "Almelo"),
    "name NOT IN ('Berlin', 'Almelo')": lambda row, _: row["name"] not in ("Berlin", "Almelo"),
    "name LIKE '%n_e%'": lambda row, _: re.search("n.e", row["name"]) is not None,
    "CASEI(name) = 'berlin'": lambda row, _: row["name"] == "Berlin",
    "population_date >= DATE('2023-01-01')": lambda row, _: row["population_date"] >= "2023-01-01",
    "S_INTERSECTS(geometry, POLYGON((6.5 52,7 52,7 52.4,6.5 52.4,6.5 52)))": lambda _, shape: (
        shape.intersects(shapely.box(6.5, 52, 7, 52.4))
    ),
    "S_DISJOINT(geometry, BBOX(6.5, 52, 7, 52.4))": lambda _, shape: (
        not shape.intersects(shapely.box(6.5, 52, 7, 52.4))
    ),
}


@pytest.mark.parametrize("text", FILTERS)
def test_a_filter_selects_the_expected_features(atlas, text):
    _, page = ask(atlas, "collections/cities/items", filter=text)
    data = atlas.layers["cities"]
    expected = [key for key, row in data.properties.items() if FILTERS[text](row, data.geometries[key])]
    assert ids(page) == expected
    assert 0 < len(expected) < data.count
    assert page["numberMatched"] == len(expected)


def test_a_json_filter_combines_with_properties_and_stays_on_the_next_page(atlas):
    condition = {"op": ">", "args": [{"property": "population"}, 20_000]}
    query = {"filter": json.dumps(condition), "filter-lang": "cql2-json", "country": "NL", "limit": "4"}
    seen = []
    while query is not None:
        _, page = ask(atlas, "collections/cities/items", **query)
        seen += ids(page)
        links = {link["rel"]: link["href"] for link in page["links"]}
        query = dict(urllib.parse.parse_qsl(links["next"].partition("?")[2])) if "next" in links else None
    rows = atlas.layers["cities"].properties
    assert seen == [key for key, row in rows.items() if row["country"] == "NL" and row["population"] > 20_000]
    assert len(seen) > 8


def test_conditions_on_missing_values_are_neither_true_nor_false(atlas):
    rows = atlas.layers["stations"].properties
    without = [key for key, row in rows.items() if "municipality" not in row]
    others = [key for key in rows if key not in without]
    assert 0 < len(without) < len(rows)
    for text, expected in {
        "municipality IS NULL": without,
        "municipality IS NOT NULL": others,
        "NOT municipality = 'x'": others,
        "municipality = 'x' OR country = 'NL'": [k for k, row in rows.items() if row["country"] == "NL"],
    }.items():
        assert ids(ask(atlas, "collections/stations/items", filter=text)[1]) == expected, text


def test_a_filter_compares_the_items_of_a_list(atlas):
    _, page = ask(atlas, "collections/rail_corridors/items", filter="stations = 'gronau'")
    rows = atlas.layers["rail_corridors"].properties
    assert ids(page) == [key for key, row in rows.items() if "gronau" in row["stations"]]
    _, page = ask(atlas, "collections/rail_corridors/items", filter="stations <> 'gronau'")
    assert ids(page) == [key for key, row in rows.items() if "gronau" not in row["stations"]]


@given(text=st.text(max_size=80) | st.sampled_from([*FILTERS, "a" * 3000, "(" * 999, "'", '"', "DATE('x')"]))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_filter_is_answered_or_rejected(atlas, text):
    for language in ("cql2-text", "cql2-json"):
        query = {"filter": text, "filter-lang": language}
        assert ask(atlas, "collections/cities/items", **query)[0] in (200, 400)


# What it refuses


@pytest.mark.parametrize(
    ("path", "query", "status", "words"),
    [
        ("collections/moon", {}, 404, "Known: euroregion, region"),
        ("collections/cities/items/atlantis", {}, 404, "no feature `atlantis`"),
        ("processes", {}, 404, "Begin at /ogc"),
        ("collections/cities/items/enschede/x", {}, 404, "Begin at /ogc"),
        ("collections/cities/items", {"colour": "red"}, 400, "Unknown parameter `colour`"),
        ("collections/cities/items", {"filter": "population >"}, 400, "can't be read as cql2-text"),
        ("collections/cities/items", {"filter": "colour = 'red'"}, 400, "unknown property `colour`"),
        ("collections/cities/items", {"filter": " OR ".join(["rank = 'a'"] * 60)}, 400, "more than 50"),
        ("collections/cities/items", {"filter": f"name LIKE '{'%_' * 150}'"}, 400, "more than 200"),
        (
            "collections/cities/items",
            {"filter": "S_WITHIN(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))"},
            400,
            "invalid geometry: Self-intersection",
        ),
        ("collections/cities/items", {"filter": "population = 'many'"}, 400, "compares a number with a text"),
        (
            "collections/cities/items",
            {"filter": "name = 'a' OR name = 'b' AND rank = 'c'"},
            400,
            "parentheses",
        ),
        ("collections/cities/items", {"filter": "__import__('os') = 1"}, 400, "can't be read"),
        ("collections/cities/items", {"filter": "system(name) = 'a'"}, 400, "the function system"),
        ("collections/cities/items", {"filter": "S_INTERSECTS(name, POINT(6 52))"}, 400, "no geometry"),
        ("collections/cities/items", {"filter": "name = 'a'", "filter-lang": "sql"}, 400, "one of cql2-text"),
        ("collections/cities/items", {"filter": "{}", "filter-lang": "cql2-json"}, 400, "as cql2-json"),
        (
            "collections/cities/items",
            {"filter": "name = 'a'", "filter-crs": RD},
            400,
            "must be http",
        ),
        ("collections/cities/items", {"filter-lang": "cql2-text"}, 400, "needs a `filter`"),
        ("collections/cities/items", {"limit": "none"}, 400, "integer"),
        ("collections/cities/items", {"limit": "0"}, 400, "positive"),
        ("collections/cities/items", {"offset": "-1"}, 400, "positive"),
        ("collections/cities/items", {"bbox": "1,2,3"}, 400, "bbox"),
        ("collections/cities/items", {"bbox": "nan,1,2,3"}, 400, "not a finite number"),
        ("collections/cities/items", {"bbox": "6,52,7,53", "bbox-crs": "here"}, 400, "Known: http"),
        ("collections/cities/items", {"bbox-crs": RD}, 400, "four numbers"),
        ("collections/cities/items", {"crs": "EPSG:1"}, 400, "not supported"),
        ("collections/cities/items", {"sortby": "colour"}, 400, "sort"),
        ("collections/cities/items", {"properties": "colour"}, 400, "unknown"),
        ("collections/cities/items", {"name": "x" * 5000}, 400, "at most"),
        ("collections", {"f": "html"}, 400, "`f` must be json"),
    ],
)
def test_invalid_questions_get_an_error_in_the_form_of_the_standard(atlas, path, query, status, words):
    answered, content = ask(atlas, path, **query)
    assert answered == status
    assert words in content["description"]
    assert content["code"]


def test_a_server_error_does_not_reveal_its_cause(atlas, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("a secret path")

    monkeypatch.setattr("dashboard.ogc.provider.LayerProvider.query", fail)
    status, content = ask(atlas, "collections/cities/items")
    assert status == 500
    assert "secret" not in json.dumps(content)


def test_the_openapi_document_describes_every_layer_without_another_host(atlas):
    _, document = ask(atlas, "openapi")
    text = json.dumps(document)
    assert '"$ref": "http' not in text
    for part in text.split('"$ref": "#/')[1:]:
        where = document
        for step in part.partition('"')[0].split("/"):
            where = where[step]
    assert {path for path in document["paths"] if path.endswith("/items")} == {
        f"/collections/{layer_id}/items" for layer_id in atlas.layers
    }
    parameters = document["paths"]["/collections/cities/items"]["get"]["parameters"]
    names = [entry.get("name") or entry["$ref"].rpartition("/")[2] for entry in parameters]
    answered, content = ask(atlas, "collections/cities/items", nothing="1")
    assert answered == 400
    known = content["description"].partition("Known: ")[2].removesuffix(".").split(", ")
    assert set(names) == set(known) - {"resulttype"}


def test_no_answer_connects_to_another_host(small, monkeypatch):
    def fail(*_):
        raise AssertionError("it connects")

    monkeypatch.setattr("socket.socket.connect", fail)
    monkeypatch.setattr("socket.getaddrinfo", fail)
    atlas = small.load()
    of_towns = ("", "/schema", "/queryables", "/items", "/items/one")
    for path in ("openapi", "conformance", "collections", *(f"collections/towns{part}" for part in of_towns)):
        assert ask(atlas, path)[0] == 200


def test_the_answers_that_were_not_requested_for_longest_are_dropped(atlas, small):
    answers = Answers(max_bytes=13)
    one, two, three = (Question(ADDRESS, (name,), (), "en") for name in ("one", "two", "three"))
    for question in (one, two):
        answers.keep(question, Document(b"123456", "text/plain"))
    assert answers.find(one) is not None
    answers.keep(three, Document(b"123456", "text/plain"))
    assert [answers.find(question) is not None for question in (one, two, three)] == [True, False, True]
    answers.keep(two, Document(b"too large to be kept", "text/plain"))
    assert answers.find(two) is None
    assert kept_answers(atlas) is kept_answers(atlas)
    assert kept_answers(atlas) is not kept_answers(small.load())
