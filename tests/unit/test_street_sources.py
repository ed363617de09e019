"""Street tiles from OpenStreetMap extracts and from vector tiles in the OpenMapTiles schema."""

import geopandas as gpd
import pytest
import shapely

from dashboard.cli import main
from geodata.basemap_build.names_file import names_path, read_names
from geodata.basemap_build.openmaptiles import OpenMapTiles, join_parts
from geodata.basemap_build.osm_extract import OsmExtract
from geodata.basemap_build.street_layers import street_layers
from geodata.basemap_build.tag_rules import source_rules
from geodata.large.pmtiles_reader import TileArchive
from geodata.reading.gdal import DRIVERS, pyogrio
from tests.support.openmaptiles import write_tiles
from tests.support.osm_pbf import write_extract
from tests.support.street_sources import BBOX, across, square
from tests.support.tile_reading import first_zoom, tiles_in

BOX = ",".join(map(str, BBOX))

EXTRACT = [
    (shapely.Point(6.890, 52.220), {"place": "town", "name": "Größe", "population": "160,000"}),
    (shapely.Point(6.892, 52.228), {"natural": "peak", "name": "Berg", "ele": "85.4 m"}),
    (shapely.Point(6.891, 52.221), {"tourism": "museum", "name": "Muséum"}),
    (shapely.Point(6.891, 52.222), {"amenity": "theatre"}),
    (shapely.Point(6.891, 52.223), {"amenity": "bench", "name": "Bench"}),
    (across(52.212), {"highway": "motorway", "ref": "A35", "bridge": "yes", "tunnel": "no"}),
    (across(52.213), {"highway": "motorway_link"}),
    (across(52.215), {"highway": "residential", "name": "Dorpsstraat", "tunnel": "building_passage"}),
    (across(52.216), {"highway": "service"}),
    (across(52.217), {"highway": "cycleway", "name": "F35"}),
    (across(52.218), {"highway": "path", "bicycle": "designated"}),
    (across(52.2185), {"highway": "path"}),
    (across(52.219), {"railway": "rail"}),
    (across(52.2191), {"railway": "rail", "service": "siding"}),
    (across(52.2193, 6.889, 6.891), {"railway": "platform"}),
    (across(52.225), {"waterway": "canal", "name": "Kanaal"}),
    (across(52.226), {"waterway": "stream"}),
    (across(52.2295), {"aeroway": "runway"}),
    (square(6.888, 52.222, 0.001), {"building": "yes"}),
    (square(6.884, 52.222), {"landuse": "industrial"}),
    (square(6.890, 52.222), {"leisure": "park", "name": "Volkspark"}),
    (square(6.893, 52.222), {"landuse": "forest"}),
    (square(6.896, 52.222), {"natural": "water", "name": "Het Meer"}),
    (square(6.882, 52.227), {"leisure": "nature_reserve", "name": "Veen"}),
    (across(52.216, 6.95, 6.99), {"highway": "residential", "name": "Far away"}),
]

TILES = {
    "transportation": [
        (across(52.212), {"class": "motorway", "brunnel": "bridge"}),
        (across(52.213), {"class": "motorway", "ramp": 1}),
        (across(52.215, 6.80, 6.899), {"class": "minor", "brunnel": "ford"}),
        (across(52.2155), {"class": "minor", "subclass": "living_street", "ramp": 0}),
        (across(52.216), {"class": "service"}),
        (square(6.884, 52.216, 0.001), {"class": "path", "subclass": "pedestrian"}),
        (across(52.217), {"class": "path", "subclass": "cycleway"}),
        (across(52.219), {"class": "rail", "subclass": "rail"}),
        (across(52.2191), {"class": "rail", "subclass": "rail", "service": "siding"}),
    ],
    "transportation_name": [
        (across(52.212), {"class": "motorway", "ref": "A35"}),
        (across(52.212), {"class": "minor", "name": "Beside the motorway"}),
        (across(52.215, 6.80, 6.899), {"class": "minor", "name": "Dorpsstraat"}),
        (across(52.217), {"class": "path", "name": "F35"}),
    ],
    "building": [(square(6.888, 52.222, 0.001), {"render_height": 5})],
    "landuse": [(square(6.884, 52.222), {"class": "industrial"})],
    "landcover": [
        (square(6.890, 52.222), {"class": "grass", "subclass": "park"}),
        (shapely.box(6.88, 52.223, 6.92, 52.229), {"class": "wood", "subclass": "forest"}),
    ],
    "water": [(square(6.896, 52.222), {"class": "lake"})],
    "waterway": [
        (across(52.225), {"class": "canal", "name": "Kanaal"}),
        (across(52.226), {"class": "canal", "name": "Duiker", "brunnel": "tunnel"}),
    ],
    "park": [(square(6.882, 52.227), {"class": "nature_reserve", "name": "Veen"})],
    "aeroway": [(across(52.2295), {"class": "runway"})],
    "place": [(shapely.Point(6.890, 52.220), {"class": "town", "name": "Größe"})],
    "water_name": [(shapely.Point(6.897, 52.223), {"class": "lake", "name": "Het Meer"})],
    "poi": [(shapely.Point(6.891, 52.221), {"class": "museum", "subclass": "museum", "name": "Muséum"})],
    "mountain_peak": [(shapely.Point(6.892, 52.228), {"class": "peak", "name": "Berg", "ele": 85})],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("sources")


@pytest.fixture(scope="module")
def extract(folder):
    path = folder / "quarter.osm.pbf"
    write_extract(path, EXTRACT, (6.88, 52.21, 6.99, 52.23))
    return path


@pytest.fixture(scope="module")
def pmtiles(folder):
    return write_tiles(folder / "quarter.pmtiles", TILES)


@pytest.fixture(scope="module")
def mbtiles(folder):
    return write_tiles(folder / "quarter.mbtiles", TILES)


def make_well(source, path):
    assert make(source, path, "--bbox", BOX) == 0
    return path


def make(source, path, *arguments):
    return main(["basemap", str(source), "--output", str(path), "--vintage", "2026-01", *arguments])


@pytest.fixture(scope="module")
def from_extract(extract, folder):
    return make_well(extract, folder / "from_extract.pmtiles")


@pytest.fixture(scope="module", params=["pmtiles", "mbtiles"])
def from_tiles(request, folder):
    return make_well(request.getfixturevalue(request.param), folder / f"from_{request.param}.pmtiles")


def names_beside(tiles):
    return {(row["name"], row["kind"]) for row in read_names(names_path(tiles)).to_pylist()}


def test_an_extract_gives_names_too(from_extract):
    assert names_beside(from_extract) == {
        ("Größe", "town"),
        ("Dorpsstraat", "street"),
        ("F35", "cycle_path"),
        ("Kanaal", "canal"),
        ("Het Meer", "lake"),
        ("Volkspark", "park"),
        ("Veen", "reserve"),
        ("Berg", "peak"),
        ("Muséum", "museum"),
    }


def test_vector_tiles_give_names_too(from_tiles):
    assert names_beside(from_tiles) == {
        ("Größe", "town"),
        ("Dorpsstraat", "street"),
        ("F35", "cycle_path"),
        ("Het Meer", "lake"),
        ("Kanaal", "canal"),
        ("Berg", "peak"),
        ("Muséum", "museum"),
    }


def test_an_extract_fills_every_layer(from_extract):
    assert sorted([*tiles_in(from_extract, BBOX, 13), "houses"]) == sorted(street_layers().layers)


@pytest.mark.parametrize(
    ("layer", "properties", "zoom"),
    [
        ("roads", {"kind": "motorway", "ref": "A35", "brunnel": "bridge"}, 9),
        ("roads", {"kind": "motorway", "ramp": 1}, 12),
        ("roads", {"kind": "residential", "name": "Dorpsstraat", "brunnel": "tunnel"}, 12),
        ("paths", {"name": "F35"}, 12),
        ("railways", {"kind": "rail"}, 9),
        ("railways", {"kind": "rail", "service": "siding"}, 13),
        ("platforms", {"kind": "rail_platform"}, 13),
        ("buildings", {}, 13),
        ("landuse", {"kind": "industrial"}, 11),
        ("green", {"kind": "park"}, 11),
        ("waterways", {"kind": "canal", "name": "Kanaal"}, 11),
        ("places", {"kind": "town", "name": "Größe", "population": 160000}, 9),
        ("points", {"kind": "museum", "name": "Muséum"}, 13),
        ("peaks", {"name": "Berg", "ele": 85}, 12),
        ("area_names", {"kind": "lake", "name": "Het Meer"}, 12),
        ("area_names", {"kind": "reserve", "name": "Veen"}, 11),
    ],
)
def test_tags_of_an_extract_become_attributes_of_the_tiles(from_extract, layer, properties, zoom):
    assert first_zoom(from_extract, BBOX, layer, properties) == zoom


def test_what_an_extract_has_beyond_streets_is_not_drawn(from_extract):
    closest = tiles_in(from_extract, BBOX, 13)
    assert {road["kind"] for road in closest["roads"]} == {"motorway", "residential"}
    assert closest["paths"] == [{"name": "F35"}, {}] or closest["paths"] == [{}, {"name": "F35"}]
    assert [point["name"] for point in closest["points"]] == ["Muséum"]
    assert [water["name"] for water in closest["waterways"]] == ["Kanaal"]


def test_an_extract_is_credited_without_the_schema_of_tiles(from_extract):
    assert TileArchive(from_extract).metadata["attribution"] == "© OpenStreetMap contributors"


def test_vector_tiles_fill_every_layer_that_they_have(from_tiles):
    assert sorted(tiles_in(from_tiles, BBOX, 13)) == sorted(
        set(street_layers().layers) - {"platforms", "houses"}
    )


@pytest.mark.parametrize(
    ("layer", "properties", "zoom"),
    [
        ("roads", {"kind": "motorway", "ref": "A35", "brunnel": "bridge"}, 9),
        ("roads", {"kind": "motorway", "ramp": 1}, 12),
        ("roads", {"kind": "residential", "name": "Dorpsstraat"}, 12),
        ("roads", {"kind": "living_street"}, 12),
        ("paths", {"name": "F35"}, 12),
        ("railways", {"kind": "rail"}, 9),
        ("railways", {"kind": "rail", "service": "siding"}, 13),
        ("buildings", {}, 13),
        ("landuse", {"kind": "industrial"}, 11),
        ("green", {"kind": "park"}, 11),
        ("waterways", {"kind": "canal", "name": "Kanaal"}, 11),
        ("places", {"kind": "town", "name": "Größe"}, 9),
        ("points", {"kind": "museum", "name": "Muséum"}, 13),
        ("peaks", {"name": "Berg", "ele": 85}, 12),
        ("area_names", {"kind": "lake", "name": "Het Meer"}, 12),
    ],
)
def test_classes_of_vector_tiles_become_kinds_and_roads_carry_their_names(
    from_tiles, layer, properties, zoom
):
    assert first_zoom(from_tiles, BBOX, layer, properties) == zoom


def test_what_vector_tiles_have_beyond_streets_is_not_drawn(from_tiles):
    closest = tiles_in(from_tiles, BBOX, 13)
    assert {road["kind"] for road in closest["roads"]} == {"motorway", "residential", "living_street"}
    assert [water["name"] for water in closest["waterways"]] == ["Kanaal"]


def test_what_vector_tiles_cut_is_one_again(pmtiles):
    batches = [batch for batch in OpenMapTiles(pmtiles).batches(BBOX) if batch.layer in ("roads", "woods")]
    street = [name for batch in batches for name in batch.features.get("name", []) if name == "Dorpsstraat"]
    woods = [area for batch in batches if batch.layer == "woods" for area in batch.features.geometry]
    assert len(street) <= 2, "the box lies in two blocks of tiles at most"
    assert len(woods) <= 2
    assert shapely.union_all(woods).area == pytest.approx(0.04 * 0.006, rel=0.01)


def test_only_parts_that_agree_in_all_attributes_are_joined():
    lines = [shapely.LineString([(x, 0), (x + 1, 0)]) for x in range(3)]
    names = ["A", "A", None]
    roads = gpd.GeoDataFrame({"kind": "primary", "name": names}, geometry=lines, crs="EPSG:3857")
    joined = join_parts(roads, ["kind", "name"])
    assert sorted(joined.length) == [1, 2]


def test_an_extract_that_does_not_say_its_box_is_measured(tmp_path):
    path = tmp_path / "towns.osm.pbf"
    write_extract(path, [(shapely.Point(6.9, 52.2), {"place": "town", "name": "Enschede"})])
    assert list(OsmExtract(path).boxes()) == [pytest.approx((6.4, 51.7, 7.4, 52.7))]


@pytest.mark.parametrize("source", ["extract", "pmtiles", "mbtiles"])
def test_a_box_outside_of_the_source_is_refused_before_the_work_begins(request, source, tmp_path, capsys):
    path = request.getfixturevalue(source)
    assert make(path, tmp_path / "streets.pmtiles", "--bbox", "4.88,52.35,4.90,52.37") == 1
    said = capsys.readouterr().err
    assert "lies in the box 4.88,52.35,4.9,52.37" in said
    assert "reading" not in said


@pytest.mark.parametrize("source", ["extract", "pmtiles", "mbtiles"])
@pytest.mark.parametrize(
    "content",
    [lambda data: data[:-20], lambda data: b"", lambda data: b"PK" * 500],
    ids=["cut_off", "empty", "another"],
)
def test_a_damaged_source_is_one_clear_error(request, source, content, tmp_path, capsys):
    path = request.getfixturevalue(source)
    broken = tmp_path / f"broken.{path.name.partition('.')[2]}"
    broken.write_bytes(content(path.read_bytes()))
    output = tmp_path / "streets.pmtiles"
    assert make(broken, output) == 1
    said = capsys.readouterr().err
    assert f"twente-atlas: {broken}" in said
    assert "again" in said
    assert not output.exists()


def test_tiles_of_another_schema_are_refused(from_extract, tmp_path, capsys):
    assert make(from_extract, tmp_path / "streets.pmtiles") == 1
    assert (
        "is of another schema than OpenMapTiles: it lacks the layer transportation" in capsys.readouterr().err
    )


def test_a_file_of_another_kind_is_refused(tmp_path, capsys):
    path = tmp_path / "roads.shp"
    path.touch()
    assert make(path, tmp_path / "streets.pmtiles") == 1
    assert f"{path} is no source of street tiles. Choose a folder of layers" in capsys.readouterr().err


def test_gdal_has_its_few_drivers_again_after_a_source_was_read(extract):
    assert len(list(OsmExtract(extract).batches(None))) > 0
    assert set(pyogrio.list_drivers()) == set(DRIVERS)


@pytest.mark.parametrize("rule", [*source_rules().osm_extract, *source_rules().openmaptiles], ids=str)
def test_each_kind_that_a_source_gives_is_drawn_by_a_rule_of_its_layer(rule):
    layer = street_layers().layers[rule.layer]
    kinds = {*rule.same, *rule.kinds.values(), *([rule.kind] if rule.kind else [])}
    assert not layer.kinds or kinds <= layer.kinds
