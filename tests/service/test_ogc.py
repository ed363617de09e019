"""OGC API – Features, asked by the clients that people use, and held against `/layers`."""

import gzip
import json
import re
import shlex
import shutil
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pyproj
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from owslib.ogcapi.features import Features

from dashboard.ogc.dispatch import answer
from dashboard.ogc.endpoint import Answers, kept_answers
from dashboard.ogc.question import Question
from dashboard.web.document import Document
from geodata import in_language, load_atlas
from geodata.large.build import build_layer
from tests.support import other_gdal
from tests.support.large_catalog import COUNT, houses, write_large_catalog

ADDRESS = "http://atlas.example/ogc"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
RD = "http://www.opengis.net/def/crs/EPSG/0/28992"


@pytest.fixture(scope="module")
def large_atlas(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWENTE_ATLAS_CACHE", str(tmp_path_factory.mktemp("cache")))
        path = write_large_catalog(tmp_path_factory.mktemp("large"))
        atlas = load_atlas(path)
        build_layer(atlas.catalog.layers["houses"], atlas.folder)
        yield load_atlas(path)


def get(url, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as response:  # noqa: S310
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def ask(atlas, path, language="en", **query):
    """Return status and content of an answer, without a server around it."""
    question = Question(ADDRESS, tuple(path.split("/")), tuple(sorted(query.items())), language)
    answered = answer(atlas, question)
    is_document = isinstance(answered, Document)
    return (
        (200, json.loads(answered.content))
        if is_document
        else (answered.status_code, json.loads(answered.body))
    )


def ids(content):
    return [feature["id"] for feature in content["features"]]


def served_layer(server, layer_id):
    return json.loads(get(f"{server.url}/layers/{layer_id}.geojson")[2])


# Real clients


def test_owslib_finds_every_layer_and_every_feature_that_layers_has(server, atlas):
    service = Features(f"{server.url}/ogc")
    assert service.feature_collections() == list(atlas.layers)
    assert any("ogcapi-features-2/1.0/conf/crs" in name for name in service.conformance()["conformsTo"])
    for layer_id, data in atlas.layers.items():
        collection = service.collection(layer_id)
        assert (collection["title"], collection["description"]) == (data.layer.title, data.layer.description)
        assert collection["extent"]["spatial"]["bbox"] == [[float(v) for v in data.gdf.total_bounds]]
        [license_] = [link for link in collection["links"] if link["rel"] == "license"]
        assert license_["href"] == data.layer.license.url
        expected = served_layer(server, layer_id)["features"]
        page = service.collection_items(layer_id, limit=1000)
        assert page["numberMatched"] == page["numberReturned"] == len(expected)
        for feature, other in zip(page["features"], expected, strict=True):
            assert {name: feature[name] for name in ("id", "properties", "geometry")} == {
                name: other[name] for name in ("id", "properties", "geometry")
            }
        schema = service.collection_schema(layer_id)["properties"]
        assert set(schema) >= {name for feature in expected for name in feature["properties"]}


@pytest.mark.parametrize("page_size", ["7", "1000"])
def test_gdal_reads_every_layer_page_by_page_as_it_reads_the_geojson(server, atlas, page_size):
    source = f"OAPIF:{server.url}/ogc"
    options = {"PAGE_SIZE": page_size}
    assert {name for name, _ in other_gdal.list_layers(source)} == set(atlas.layers)
    for layer_id in atlas.layers:
        frame = other_gdal.read_file(source, layer=layer_id, **options).set_index("id")
        expected = other_gdal.read_file(f"{server.url}/layers/{layer_id}.geojson").set_index("id")
        assert list(frame.index) == list(expected.index)
        assert shapely.equals_exact(frame.geometry.values, expected.geometry.values, 1e-9).all()
        assert list(frame["name"]) == list(expected["name"])
        for name in ("population", "length_km", "country"):
            if name in expected:
                assert frame[name].fillna(-1).tolist() == expected[name].fillna(-1).tolist()


def test_gdal_finds_by_box_and_brings_another_crs(server, atlas):
    source = f"OAPIF:{server.url}/ogc/collections/stations"
    box = (6.7, 52.2, 6.95, 52.3)
    found = other_gdal.read_file(source, bbox=box)
    expected = [
        key
        for key, shape in atlas.layers["stations"].geometries.items()
        if shape.intersects(shapely.box(*box))
    ]
    assert sorted(found["id"]) == sorted(expected)
    in_rd = other_gdal.read_file(source, CRS="EPSG:28992")
    assert in_rd.crs == "EPSG:28992"
    back = in_rd.to_crs(4326).set_index("id")
    stations = atlas.layers["stations"].gdf.geometry.loc[back.index]
    assert back.geometry.geom_equals_exact(stations, 1e-6).all()


def test_gdal_filters_by_attributes_as_it_does_the_geojson(server):
    for where in ("population > 100000 AND country = 'DE'", "name LIKE 'E%' OR population < 20000"):
        found, expected = (
            other_gdal.read_file(source, where=where)
            for source in (
                f"OAPIF:{server.url}/ogc/collections/cities",
                f"{server.url}/layers/cities.geojson",
            )
        )
        assert list(found["id"]) == list(expected["id"]) != []


def test_gdal_reads_a_large_layer_with_all_of_its_values(serve, large_atlas):
    server = serve("--catalog", str(large_atlas.folder / "catalog.toml"))
    frame = other_gdal.read_file(f"OAPIF:{server.url}/ogc/collections/houses", PAGE_SIZE="5000")
    source = houses()
    assert len(frame) == COUNT
    assert list(frame["id"].astype(str)) == [str(number) for number in range(1, COUNT + 1)]
    assert list(frame["name"]) == list(source["name"])
    assert list(frame["year"]) == list(source["year"])
    assert shapely.equals_exact(frame.geometry.values, source.geometry.values, 1e-9).all()


def test_the_readme_s_lines_work_with_the_system_s_gdal(serve, server, atlas, tmp_path):
    if shutil.which("ogr2ogr") is None:
        pytest.skip("no GDAL programs on this machine: install Debian's `gdal-bin`")
    readme = (Path(__file__).parents[2] / "dashboard" / "README.md").read_text(encoding="utf-8")
    lines = [
        line.partition("#")[0] for line in readme.splitlines() if line.startswith(("ogr2ogr ", "ogrinfo "))
    ]
    assert {line.split()[0] for line in lines} == {"ogr2ogr", "ogrinfo"}
    for line in lines:
        command = shlex.split(line.replace("http://localhost:8501", server.url))
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True)
        assert done.stderr == ""
    assert "OGRFeature(cities):" in done.stdout
    assert "name (String) = Enschede" in done.stdout
    assert "name (String) = Berlin" not in done.stdout
    info = tmp_path / "twente.gpkg"
    layers = {name for name, _ in other_gdal.list_layers(str(info))}
    assert layers == set(atlas.layers)
    corridors = other_gdal.read_file(str(info), layer="rail_corridors")
    assert "munster_hbf" in corridors["stations"].iloc[0]


# What it is asked


def test_titles_and_features_are_in_the_language_asked_for_or_the_browser_s(server, atlas):
    for language in ("en", "nl", "de"):
        expected = in_language(atlas, language)
        for query, headers in ((f"?lang={language}", {}), ("", {"Accept-Language": language})):
            status, answered, content = get(f"{server.url}/ogc/collections/cities{query}", **headers)
            assert (status, answered["Content-Language"]) == (200, language)
            assert json.loads(content)["title"] == expected.catalog.layers["cities"].title
            _, _, content = get(f"{server.url}/ogc/collections/cities/items{query}", **headers)
            assert [feature["properties"] for feature in json.loads(content)["features"]] == list(
                expected.layers["cities"].properties.values()
            )


def test_pages_lead_from_the_first_feature_to_the_last_and_say_how_many_there_are(atlas):
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


@pytest.mark.parametrize("fixture", ["atlas", "large_atlas"])
def test_features_are_found_by_their_properties_and_sorted(fixture, request):
    atlas = request.getfixturevalue(fixture)
    if fixture == "atlas":
        layer_id, query, sort = "cities", {"country": "DE", "rank": "network"}, "population"
        rows = atlas.layers["cities"].properties
        expected = [key for key, row in rows.items() if (row["country"], row["rank"]) == ("DE", "network")]
    else:
        layer_id, query, sort = "houses", {"use": "shop", "year": "1924"}, "year"
        source = houses()
        kept = source[(source["use"] == "shop") & (source["year"] == 1924)]
        expected = [str(number + 1) for number in kept.index]
    _, page = ask(atlas, f"collections/{layer_id}/items", **query)
    assert ids(page) == expected
    assert page["numberMatched"] == len(expected) > 1
    for sign, is_descending in (("", False), ("-", True)):
        _, page = ask(atlas, f"collections/{layer_id}/items", sortby=sign + sort, limit="20")
        values = [feature["properties"][sort] for feature in page["features"]]
        assert values == sorted(values, reverse=is_descending)


def test_a_list_is_found_by_what_it_holds(atlas):
    _, page = ask(atlas, "collections/rail_corridors/items", stations="gronau")
    rows = atlas.layers["rail_corridors"].properties
    assert ids(page) == [key for key, row in rows.items() if "gronau" in row["stations"]] != []


@pytest.mark.parametrize(
    ("fixture", "layer_id", "box"),
    [
        ("atlas", "stations", (240_000, 455_000, 265_000, 480_000)),
        ("large_atlas", "houses", (230_000, 490_000, 234_000, 498_000)),
    ],
)
def test_a_box_may_be_in_another_crs_and_takes_in_the_bulge_of_its_sides(fixture, layer_id, box, request):
    atlas = request.getfixturevalue(fixture)
    to_rd = pyproj.Transformer.from_crs("OGC:CRS84", "EPSG:28992", always_xy=True)
    features = ask(atlas, f"collections/{layer_id}/items", limit="10000")[1]["features"]
    west, south, east, north = box
    inside = set()
    for feature in features:
        x, y = to_rd.transform(*feature["geometry"]["coordinates"])
        if west <= x <= east and south <= y <= north:
            inside.add(feature["id"])
    query = {"bbox": ",".join(map(str, box)), "bbox-crs": RD, "limit": "10000"}
    _, page = ask(atlas, f"collections/{layer_id}/items", **query)
    assert inside
    assert inside <= set(ids(page)), "the box around it in degrees is a little larger"
    assert page["numberMatched"] <= len(inside) * 1.3


def test_coordinates_are_in_the_order_of_the_crs_asked_for(atlas):
    lon, lat = ask(atlas, "collections/cities/items/enschede")[1]["geometry"]["coordinates"]
    name = "http://www.opengis.net/def/crs/EPSG/0/4326"
    _, feature = ask(atlas, "collections/cities/items/enschede", crs=name)
    assert feature["geometry"]["coordinates"] == pytest.approx([lat, lon])
    _, page = ask(atlas, "collections/cities/items", **{"bbox": "52.2,6.8,52.3,6.9", "bbox-crs": name})
    assert "enschede" in ids(page)


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_has_as_many_features_as_it_says_and_its_compressed_form_is_the_same(atlas, language):
    for layer_id, data in atlas.layers.items():
        for limit in (1, data.count - 1, data.count, data.count + 1):
            parts, query = ("collections", layer_id, "items"), (("limit", str(max(limit, 1))),)
            page = answer(atlas, Question(ADDRESS, parts, query, language))
            assert gzip.decompress(page.compressed) == page.content
            document = json.loads(page.content)
            assert len(document["features"]) == document["numberReturned"]
    other = answer(atlas, Question(ADDRESS, parts, (("limit", "9999"),), language))
    assert other.version != page.version, "another page has another ETag"


def test_questions_for_all_of_a_layer_are_one_question_whatever_their_limit(atlas):
    for layer_id, data in atlas.in_memory.items():

        def common(layer_id=layer_id, **query):
            parts = ("collections", layer_id, "items")
            question = Question(ADDRESS, parts, tuple(sorted(query.items())), "nl")
            return question.with_common_limit(atlas).parameters

        for limit in (str(data.count), "9999", "20000"):
            assert common(limit=limit, bbox="6,52,7,53") == {"limit": "10000", "bbox": "6,52,7,53"}
        for limit in (str(data.count - 1), "0", "x", "²", "-1"):
            assert common(limit=limit) == {"limit": limit}
        assert common(limit="9999", offset="0") == {"limit": "9999", "offset": "0"}
        assert common() == {}


def test_part_of_a_feature_is_given_where_no_more_is_wanted(atlas):
    _, page = ask(
        atlas, "collections/cities/items", properties="name,country", skipGeometry="true", limit="1"
    )
    assert page["features"][0]["geometry"] is None
    assert set(page["features"][0]["properties"]) == {"name", "country"}
    _, page = ask(atlas, "collections/cities/items", resulttype="hits")
    assert (page["features"], page["numberMatched"]) == ([], 27)


def test_a_box_across_the_antimeridian_takes_in_both_sides(atlas):
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
    "population_date >= DATE('2020-01-01')": lambda row, _: row["population_date"] >= "2020-01-01",
    "S_INTERSECTS(geometry, POLYGON((6.5 52,7 52,7 52.4,6.5 52.4,6.5 52)))": lambda _, shape: (
        shape.intersects(shapely.box(6.5, 52, 7, 52.4))
    ),
    "S_DISJOINT(geometry, BBOX(6.5, 52, 7, 52.4))": lambda _, shape: (
        not shape.intersects(shapely.box(6.5, 52, 7, 52.4))
    ),
}


@pytest.mark.parametrize("text", FILTERS)
def test_a_filter_finds_what_its_words_say(atlas, text):
    _, page = ask(atlas, "collections/cities/items", filter=text)
    data = atlas.layers["cities"]
    expected = [key for key, row in data.properties.items() if FILTERS[text](row, data.geometries[key])]
    assert ids(page) == expected
    assert 0 < len(expected) < data.count
    assert page["numberMatched"] == len(expected)


def test_a_filter_may_be_json_goes_with_the_others_and_along_to_the_next_page(atlas):
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


def test_of_what_is_missing_nothing_is_told_but_that_it_is(atlas):
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


def test_a_list_is_filtered_by_what_it_holds(atlas):
    _, page = ask(atlas, "collections/rail_corridors/items", filter="stations = 'gronau'")
    rows = atlas.layers["rail_corridors"].properties
    assert ids(page) == [key for key, row in rows.items() if "gronau" in row["stations"]]
    _, page = ask(atlas, "collections/rail_corridors/items", filter="stations <> 'gronau'")
    assert ids(page) == [key for key, row in rows.items() if "gronau" not in row["stations"]]


def test_a_filter_on_a_large_layer_is_refused_with_what_to_take_and_not_promised(large_atlas, atlas):
    status, content = ask(large_atlas, "collections/houses/items", filter="year > 1900")
    assert status == 400
    assert "large layer: use `bbox` and properties" in content["description"]
    promised = [ask(one, "conformance")[1]["conformsTo"] for one in (atlas, large_atlas)]
    assert [any("features-filter" in name for name in names) for names in promised] == [True, False]


@given(text=st.text(max_size=80) | st.sampled_from([*FILTERS, "a" * 3000, "(" * 999, "'", '"', "DATE('x')"]))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_as_a_filter_is_answered_or_refused(atlas, text):
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
def test_what_there_is_not_is_refused_in_the_standard_s_form_with_what_there_is(
    atlas, path, query, status, words
):
    answered, content = ask(atlas, path, **query)
    assert answered == status
    assert words in content["description"]
    assert content["code"]


def test_a_large_layer_says_what_it_can_t_be_asked(large_atlas):
    path = "collections/houses/items"
    assert ask(large_atlas, path, bbox="170,-60,7,60")[0] == 400
    assert ask(large_atlas, path, sortby="year,name")[0] == 400
    assert ask(large_atlas, "collections/houses/items/0")[0] == 404
    assert ask(large_atlas, path, year="old")[1]["numberMatched"] == 0


NAMES = (
    "bbox bbox-crs crs datetime limit offset properties resulttype skipGeometry sortby name year use f lang q"
)
VALUES = (
    "1e300,1e300,1e301,1e301; 6,52,7,53; 6,52,0,7,53,9; inf,0,1,1; name,year; -year; +name,; ,; -1; 0; hits; "
    f"true; json; nl; 1924; {'9' * 30}; {RD}; {CRS84}"
)
QUERIES = st.dictionaries(
    st.sampled_from(NAMES.split()), st.text(max_size=12) | st.sampled_from(VALUES.split("; ")), max_size=4
)


@given(path=st.sampled_from(["collections/houses/items", "collections/towns/items"]), query=QUERIES)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_is_answered_or_refused_and_never_a_fault(large_atlas, path, query):
    assert ask(large_atlas, path, **query)[0] in (200, 400)


def test_a_fault_of_its_own_is_one_clean_sentence(atlas, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("a secret path")

    monkeypatch.setattr("dashboard.ogc.provider.LayerProvider.query", fail)
    status, content = ask(atlas, "collections/cities/items")
    assert status == 500
    assert "secret" not in json.dumps(content)


# What it offers


def test_every_link_leads_somewhere_and_none_to_what_there_is_not(server):
    seen, to_see = set(), [f"{server.url}/ogc"]
    while to_see:
        url = to_see.pop()
        if url in seen or (url.count("/collections/") and "/cities" not in url):
            continue
        seen.add(url)
        status, _, content = get(url)
        assert status == 200, url
        document = json.loads(content)
        links = [
            link for part in (document, *document.get("collections", [])) for link in part.get("links", [])
        ]
        assert not [link for link in links if "ld+json" in link["type"]]
        to_see += [link["href"] for link in links if link["href"].startswith(f"{server.url}/ogc")]
    assert len(seen) >= 10


def test_its_description_needs_no_other_host_and_describes_what_is_there(atlas):
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


def test_no_answer_asks_another_host(small, monkeypatch):
    def fail(*_):
        raise AssertionError("it connects")

    monkeypatch.setattr("socket.socket.connect", fail)
    monkeypatch.setattr("socket.getaddrinfo", fail)
    atlas = small.load()
    of_towns = ("", "/schema", "/queryables", "/items", "/items/one")
    for path in ("openapi", "conformance", "collections", *(f"collections/towns{part}" for part in of_towns)):
        assert ask(atlas, path)[0] == 200


def test_changed_files_are_answered_from_without_a_restart(serve, small):
    small.write()
    server = serve("--catalog", str(small.path))
    url = f"{server.url}/ogc/collections/towns/items/one"
    assert json.loads(get(url)[2])["properties"]["population"] == 1000
    small.feature("towns")["properties"]["population"] = 1001
    small.write()
    assert json.loads(get(url)[2])["properties"]["population"] == 1001


def test_it_answers_under_a_path_prefix_and_its_links_have_it(serve):
    server = serve("--base-path", "/atlas", base_path="/atlas")
    status, _, content = get(f"{server.url}/atlas/ogc")
    assert status == 200
    hrefs = [link["href"] for link in json.loads(content)["links"]]
    assert all(href.startswith(f"{server.url}/atlas/") for href in hrefs)
    frame = other_gdal.read_info(f"OAPIF:{server.url}/atlas/ogc/collections/cities")
    assert frame["features"] == 27


def test_behind_a_proxy_links_lead_to_the_name_and_scheme_that_people_use(serve):
    server = serve("--base-path", "/atlas", "--allow-host", "atlas.example", base_path="/atlas")
    headers = {"Host": "atlas.example", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.7"}
    address = "https://atlas.example/atlas"
    for path in ("", "/collections", "/collections/cities", "/collections/cities/items?limit=2"):
        status, _, content = get(f"{server.url}/atlas/ogc{path}", **headers)
        assert status == 200
        document = json.loads(content)
        hrefs = [
            link["href"]
            for part in (document, *document.get("collections", []))
            for link in part["links"]
            if link["rel"] not in ("license",)
        ]
        assert hrefs
        assert all(href.startswith(f"{address}/") for href in hrefs), hrefs
    _, _, content = get(f"{server.url}/atlas/ogc/openapi", **headers)
    assert json.loads(content)["servers"][0]["url"] == f"{address}/ogc"
    status, _, _ = get(f"{server.url}/atlas/ogc", Host="elsewhere.example")
    assert status == 421, "a name that the server does not go by makes no links"


def test_the_answers_that_nobody_asked_for_longest_make_room(atlas, small):
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


def test_a_server_that_nobody_asks_for_it_does_not_load_pygeoapi():
    code = "import sys, dashboard.endpoints.handlers; print('pygeoapi' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["False"]
