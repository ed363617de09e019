"""A large layer on the server and in the panel: tiles, features, table, search, details, downloads."""

import gzip
import io
import json
import math
import urllib.error
import urllib.request
import zipfile

import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import pytest
from pmtiles.reader import MemorySource, Reader
from starlette.exceptions import HTTPException

from dashboard.downloads.layer import layer_file
from dashboard.views.feature_details import feature_details
from dashboard.views.search_results import find
from dashboard.views.table_rows import ROWS_PER_PAGE, find_rows
from geodata import in_language, load_atlas, read_catalog
from geodata.export.atlas import write_atlas
from geodata.export.formats import FORMATS
from geodata.features.feature_layer import PageQuery
from geodata.large.build import build_layer
from geodata.large.density_grid import WORLD_BITS, to_world
from tests.support.large_catalog import COUNT, houses, write_large_catalog
from tests.support.waiting import WAIT_SECONDS, wait_for


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("TWENTE_ATLAS_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def catalog(tmp_path_factory, cache):
    return write_large_catalog(tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="module")
def large_atlas(catalog):
    read = read_catalog(catalog)
    build_layer(read.catalog.layers["houses"], read.folder)
    return load_atlas(catalog)


@pytest.fixture(scope="module")
def large_server(serve, tmp_path_factory):
    """A server that finds the layer not built yet."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TWENTE_ATLAS_CACHE", str(tmp_path_factory.mktemp("empty_cache")))
        return serve("--catalog", str(write_large_catalog(tmp_path_factory.mktemp("served"))))


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=WAIT_SECONDS) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


@pytest.fixture(scope="module")
def states(large_server):
    """Follow the build as the map does, and return every state of it."""
    seen = []

    def is_over():
        seen.append(json.loads(get(f"{large_server.url}/builds")[2])["houses"])
        return seen[-1]["state"] != "building"

    wait_for(is_over)
    return seen


@pytest.fixture(scope="module")
def tiles(states):
    return states[-1]["tiles"]


def test_the_server_answers_before_a_layer_is_built_and_reports_progress(states):
    assert states[0]["state"] == "building"
    assert states[-1]["state"] == "ready", states[-1]["message"]


def tile_of(lon, lat, zoom):
    x = int((lon + 180) / 360 * 2**zoom)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**zoom)
    return x, y


def test_a_server_shows_the_other_layers_while_it_builds_and_then_has_the_tiles(large_server, tiles):
    assert get(f"{large_server.url}/layers/towns.geojson")[0] == 200
    assert tiles["count"] == COUNT
    for zoom in (0, tiles["detail_zoom"]):
        x, y = tile_of(6.5, 52.45, zoom)
        path = tiles["url"].replace("{z}", str(zoom)).replace("{x}", str(x)).replace("{y}", str(y))
        status, headers, content = get(large_server.url + path.removeprefix("."))
        assert status == 200
        assert headers["Content-Encoding"] == "gzip"
        assert "immutable" in headers["Cache-Control"]
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert gzip.decompress(content)


def test_a_tile_without_features_is_an_empty_answer(large_server, tiles):
    zoom = tiles["detail_zoom"]
    assert get(f"{large_server.url}/tiles/houses/{zoom}/0/0.mvt")[0] == 204
    assert get(f"{large_server.url}/tiles/nothing/0/0/0.mvt")[0] == 404


def test_one_feature_is_geojson_with_all_its_properties(large_server, tiles):
    path = tiles["feature_url"].replace("{id}", "7").removeprefix(".")
    status, headers, content = get(large_server.url + path)
    feature = json.loads(content)
    assert status == 200
    assert "immutable" in headers["Cache-Control"]
    assert feature["properties"] == {"name": "House 7", "year": 1907, "use": "home"}
    assert feature["geometry"]["type"] == "Point"
    assert get(f"{large_server.url}/features/houses/{COUNT + 1}.json")[0] == 404


def rows_of(large_atlas, page=1, **filters):
    return find_rows(large_atlas.layers["houses"], PageQuery(**filters), page)


def test_a_table_has_pages_and_says_how_many_pass(large_atlas):
    first = rows_of(large_atlas, sort="name")
    assert (first.total, first.pages) == (COUNT, COUNT // ROWS_PER_PAGE)
    assert len(first.features) == ROWS_PER_PAGE
    second = rows_of(large_atlas, 2, sort="name")
    assert not {feature.id for feature in first.features} & {feature.id for feature in second.features}
    assert rows_of(large_atlas, 9999).page == first.pages, "the last page"


def test_a_table_is_filtered_by_text_value_and_view(large_atlas):
    shops = rows_of(large_atlas, among={"use": ["shop"]})
    assert shops.total == COUNT // 4
    named = rows_of(large_atlas, text="house 1199")
    assert {feature.properties["name"] for feature in named.features} >= {"House 1199", "House 11990"}
    assert all("1199" in feature.properties["name"] for feature in named.features)
    view = (6.49, 52.44, 6.51, 52.46)
    inside = rows_of(large_atlas, bbox=view)
    assert 0 < inside.total < COUNT
    for feature in inside.features:
        point = feature.geometry
        assert view[0] <= point.x <= view[2]
        assert view[1] <= point.y <= view[3]


def test_numbers_are_sorted_from_the_largest_names_from_a_to_z(large_atlas):
    rows = rows_of(large_atlas, sort="year")
    years = [feature.properties["year"] for feature in rows.features]
    assert years == sorted(years, reverse=True)
    assert years[0] == 2019
    names = [feature.properties["name"] for feature in rows_of(large_atlas, sort="name").features]
    assert names == sorted(names)


def test_the_search_finds_one_of_many(large_atlas):
    found = find(large_atlas, "house 11990")["results"]
    assert found[0]["name"] == "House 11990"
    assert found[0]["reference"] == "houses.11990"
    assert found[0]["kind"] == "House"


@pytest.mark.parametrize("language", ["en", "nl"])
def test_details_tell_where_a_feature_of_a_large_layer_lies(large_atlas, language):
    atlas = in_language(large_atlas, language)
    details = feature_details(atlas, atlas.feature("houses.4"))
    assert details.name == "House 4"
    facts = [(fact.label, fact.value) for fact in details.key_facts + details.facts]
    assert facts == [("Built in", "1904"), ("Use", "Shop")]
    assert [link.reference for link in details.location] == ["areas.square"]


@pytest.mark.parametrize("extension", FORMATS)
def test_some_features_are_downloaded_in_each_format(large_atlas, extension):
    file = layer_file(large_atlas, "houses", extension, {"features": "3,4"})
    assert file.content
    if extension == "geojson":
        names = [feature["properties"]["name"] for feature in json.loads(file.content)["features"]]
        assert names == ["House 3", "House 4"]


@pytest.mark.parametrize(("extension", "read"), [("fgb", gpd.read_file), ("parquet", gpd.read_parquet)])
def test_the_whole_layer_is_downloaded_in_batches_equal_to_its_source(
    large_server, tiles, tmp_path, extension, read
):
    status, _, content = get(f"{large_server.url}/download/houses.{extension}")
    assert status == 200
    path = tmp_path / f"houses.{extension}"
    path.write_bytes(content)
    frame = read(path).set_index("id")
    source = houses()
    frame = frame.loc[[str(number) for number in range(1, COUNT + 1)]]
    assert list(frame["name"]) == list(source["name"])
    assert list(frame["year"]) == list(source["year"])
    assert frame.crs == "EPSG:4326"
    assert frame.geometry.geom_equals_exact(source.geometry.set_axis(frame.index), 1e-9).all()
    if extension == "fgb":
        evidence = pyogrio.read_info(path)["layer_metadata"]["evidence"]
    else:
        evidence = pq.read_metadata(path).metadata[b"evidence"]
    assert json.loads(evidence)["features_in_file"] == COUNT


def test_the_whole_layer_is_downloaded_as_the_tiles_of_the_map(large_server, tiles, tmp_path):
    status, _, content = get(f"{large_server.url}/download/houses.pmtiles")
    assert status == 200
    reader = Reader(MemorySource(content))
    metadata = reader.metadata()
    assert [layer["id"] for layer in metadata["vector_layers"]] == ["counts", "features"]
    assert metadata["evidence"]["title"] == "Houses"
    x, y = tile_at(6.5, 52.45, reader.header()["max_zoom"])
    for zoom in (0, 6, reader.header()["max_zoom"]):
        shift = reader.header()["max_zoom"] - zoom
        path = f"/tiles/houses/{zoom}/{x >> shift}/{y >> shift}.mvt"
        served = get(large_server.url + path)[2]
        stored = gzip.decompress(reader.get(zoom, x >> shift, y >> shift))
        assert stored == (gzip.decompress(served) if served.startswith(b"\x1f\x8b") else served)


def tile_at(lon, lat, zoom):
    """Return x and y of the tile with a place."""
    [[x, y]] = to_world([lon], [lat]) >> (WORLD_BITS - zoom)
    return int(x), int(y)


def test_a_zip_of_all_layers_has_the_large_one_too(large_atlas, tmp_path):
    write_atlas(large_atlas, ".parquet.zip", tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == ["areas.parquet", "towns.parquet", "houses.parquet", "evidence.json"]
        assert len(gpd.read_parquet(io.BytesIO(archive.read("houses.parquet")))) == COUNT


def test_the_whole_layer_is_downloaded_as_a_geopackage(large_server, tiles, tmp_path):
    status, _, content = get(f"{large_server.url}/download/houses.gpkg")
    assert status == 200
    path = tmp_path / "houses.gpkg"
    path.write_bytes(content)
    assert pyogrio.read_info(path, layer="features")["features"] == COUNT
    evidence = pyogrio.read_dataframe(path, layer="evidence")
    assert evidence["title"].tolist() == ["Houses"]


def test_an_unknown_download_lists_the_formats(large_atlas):
    with pytest.raises(HTTPException, match="as a whole it comes as gpkg, fgb, parquet, pmtiles"):
        layer_file(large_atlas, "houses", "csv", {})
    with pytest.raises(HTTPException, match="no feature `0`"):
        layer_file(large_atlas, "houses", "csv", {"features": "0"})
