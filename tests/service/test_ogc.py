"""OGC API – Features, asked by the clients that people use, and held against `/layers`."""

import json
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
from hypothesis import HealthCheck, given, settings, strategies as st
from owslib.ogcapi.features import Features

from geodata import in_language, load_atlas
from geodata.large.build import build_layer
from tests.support import other_gdal
from tests.support.large_catalog import COUNT, houses, write_large_catalog
from tests.support.ogc import CRS84, RD, ask, ids


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


def served_layer(server, layer_id):
    return json.loads(get(f"{server.url}/layers/{layer_id}.geojson")[2])


# Real clients


def test_owslib_finds_every_layer_and_the_same_features_as_in_the_file_of_the_layer(server, atlas):
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


@pytest.mark.parametrize("page_size", ["40", "1000"])  # some layers in several pages, all in one
def test_gdal_reads_the_same_from_pages_as_from_the_geojson(server, atlas, page_size):
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


def test_gdal_selects_by_box_and_reads_another_crs(server, atlas):
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


def test_gdal_filters_by_attributes_like_the_geojson(server):
    for where in ("population > 100000 AND country = 'DE'", "name LIKE 'E%' OR population < 20000"):
        found, expected = (
            other_gdal.read_file(source, where=where)
            for source in (
                f"OAPIF:{server.url}/ogc/collections/cities",
                f"{server.url}/layers/cities.geojson",
            )
        )
        assert list(found["id"]) == list(expected["id"]) != []


def test_gdal_reads_every_value_of_a_large_layer(serve, large_atlas):
    server = serve("--catalog", str(large_atlas.folder / "catalog.toml"))
    frame = other_gdal.read_file(f"OAPIF:{server.url}/ogc/collections/houses", PAGE_SIZE="5000")
    source = houses()
    assert len(frame) == COUNT
    assert list(frame["id"].astype(str)) == [str(number) for number in range(1, COUNT + 1)]
    assert list(frame["name"]) == list(source["name"])
    assert list(frame["year"]) == list(source["year"])
    assert shapely.equals_exact(frame.geometry.values, source.geometry.values, 1e-9).all()


def test_the_commands_of_the_documents_work_with_the_gdal_of_the_system(serve, server, atlas, tmp_path):
    if shutil.which("ogr2ogr") is None:
        pytest.skip("no GDAL programs on this machine: install Debian's `gdal-bin`")
    readme = (Path(__file__).parents[2] / "dashboard" / "README.md").read_text(encoding="utf-8")
    lines = [
        line.partition("#")[0]
        for line in readme.replace("\\\n", "").splitlines()
        if line.startswith(("ogr2ogr ", "ogrinfo "))
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


def test_titles_and_features_are_in_the_requested_language_or_that_of_the_browser(server, atlas):
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


@pytest.mark.parametrize("fixture", ["atlas", "large_atlas"])
def test_features_are_filtered_by_properties_and_sorted(fixture, request):
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


@pytest.mark.parametrize(
    ("fixture", "layer_id", "box"),
    [
        ("atlas", "stations", (240_000, 455_000, 265_000, 480_000)),
        ("large_atlas", "houses", (230_000, 490_000, 234_000, 498_000)),
    ],
)
def test_a_box_in_another_crs_includes_features_where_its_sides_bulge(fixture, layer_id, box, request):
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


def test_a_large_layer_rejects_filters_and_the_api_then_does_not_declare_them(large_atlas, atlas):
    status, content = ask(large_atlas, "collections/houses/items", filter="year > 1900")
    assert status == 400
    assert "large layer: use `bbox` and properties" in content["description"]
    promised = [ask(one, "conformance")[1]["conformsTo"] for one in (atlas, large_atlas)]
    assert [any("features-filter" in name for name in names) for names in promised] == [True, False]


def test_a_large_layer_rejects_questions_that_it_does_not_support(large_atlas):
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
def test_any_question_is_answered_or_rejected_without_a_server_error(large_atlas, path, query):
    assert ask(large_atlas, path, **query)[0] in (200, 400)


# What it offers


def test_every_link_leads_to_an_answer(server):
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


def test_answers_follow_changed_files_without_a_restart(small_server, towns):
    url = f"{small_server[1].url}/ogc/collections/towns/items/one"
    assert json.loads(get(url)[2])["properties"]["population"] == 1000
    towns.write_bytes(towns.read_bytes().replace(b'"population": 1000', b'"population": 11000'))
    assert json.loads(get(url)[2])["properties"]["population"] == 11000


@pytest.fixture(scope="module")
def prefixed(serve):
    """A server whose atlas has a path of its own, and another name."""
    return serve("--base-path", "/atlas", "--allow-host", "atlas.example", base_path="/atlas")


def test_links_have_the_path_prefix_of_the_server(prefixed):
    server = prefixed
    status, _, content = get(f"{server.url}/atlas/ogc")
    assert status == 200
    hrefs = [link["href"] for link in json.loads(content)["links"]]
    assert all(href.startswith(f"{server.url}/atlas/") for href in hrefs)
    frame = other_gdal.read_info(f"OAPIF:{server.url}/atlas/ogc/collections/cities")
    assert frame["features"] == 27


def test_links_have_the_public_host_and_scheme_behind_a_proxy(prefixed):
    server = prefixed
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


def test_pygeoapi_is_not_loaded_before_the_first_request():
    code = "import sys, dashboard.endpoints.handlers; print('pygeoapi' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.split() == ["False"]
