"""Layers of a database: what the atlas finds there, asks of it, and does while it is away."""

import gzip
import itertools
import re
import subprocess
import sys
import zipfile

import geopandas as gpd
import pytest
from psycopg.sql import SQL

from geodata import load_atlas, read_catalog
from geodata.atlas.evidence import evidence_card
from geodata.database import status
from geodata.database.connection import open_database, read_address
from geodata.database.large_layer import DatabaseLayer
from geodata.database.regex import to_pattern
from geodata.errors import DatabaseError
from geodata.export.formats import FORMATS
from geodata.features.feature_layer import PageQuery
from geodata.large.build import build_layer
from geodata.large.density_grid import WORLD_BITS, to_world
from tests.support.database_catalog import (
    COUNT,
    HOSTILE,
    HOSTILE_NAME,
    load_with,
    place_of,
    troubles,
    write_database_catalog,
)
from tests.support.postgres import PASSWORD
from tests.support.tile_reading import assert_same_counts, read_tile


def test_an_atlas_without_a_database_loads_nothing_of_it(small):
    code = "import sys; from geodata import load_atlas; load_atlas(); print('psycopg' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "False"


def test_a_table_of_many_rows_is_a_large_layer(database, tmp_path):
    atlas = load_with(tmp_path)
    large = atlas.large["houses"]
    assert isinstance(large, DatabaseLayer)
    assert not troubles(atlas)
    assert large.count == COUNT
    assert large.report.geometry_types == ["Point"]
    assert large.report.bbox == pytest.approx((6.3, 52.35, 6.657, 52.55))
    assert {column.name: column.type for column in large.report.fields} == {
        "name": "string", "year": "integer", "use": "string", "height": "number", "listed": "boolean",
        "tags": "json", "street": "string",
    }  # fmt: skip


def test_a_feature_is_found_by_its_id_and_has_the_types_of_its_columns(houses):
    feature = houses.feature("4711")
    assert feature.properties == {
        "name": "House 4711", "year": 1931, "use": "home", "height": 2355.5, "listed": False,
        "tags": ["a", 4711], "street": "Straße 0",
    }  # fmt: skip
    assert (feature.geometry.x, feature.geometry.y) == pytest.approx(place_of(4711))
    assert houses.feature("0") is None
    assert houses.feature(str(COUNT + 1)) is None
    assert houses.feature("9" * 18) is None


def test_pages_are_sorted_and_filtered_in_the_database(houses):
    assert [feature.id for feature in houses.page(PageQuery(limit=3)).features] == ["1", "2", "3"]
    page = houses.page(PageQuery(sort="height", limit=2))
    assert [feature.id for feature in page.features] == [str(COUNT), str(COUNT - 1)]
    assert page.total == COUNT
    assert houses.page(PageQuery(among={"use": ["shop"]})).total == COUNT // 4
    assert houses.page(PageQuery(among={"year": ["1950", "1951"]})).total == 200
    assert houses.page(PageQuery(among={"listed": ["true"]})).total == COUNT // 2
    assert houses.page(PageQuery(text="strasse 3 HOUSE 10")).total > 0
    assert houses.page(PageQuery(text="strasse 99999")).total == 0
    lon, lat = place_of(4711)
    inside = houses.page(PageQuery(bbox=(lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4)))
    assert [feature.id for feature in inside.features] == ["4711"]
    assert houses.page(PageQuery(bbox=(0, 0, 1, 1))).total == 0
    assert [
        feature.id for feature in houses.page(PageQuery(sort="name", descending=True, limit=1)).features
    ] == ["9999"]


def test_a_search_finds_names_without_regard_to_case_and_accents(database, tmp_path):
    database.execute("UPDATE houses SET name = 'Großes Bücherhäuschen' WHERE id = 77")
    large = load_with(tmp_path).large["houses"]
    assert large.search("HOUSE 1199")[0].id == "1199"
    assert [feature.id for feature in large.search("grosses bucher")] == ["77"]
    assert [feature.id for feature in large.search("Bücherhaus")] == ["77"]
    assert large.search("") == []
    assert large.search("%") == []
    assert len(large.search("house", limit=5)) == 5


def test_a_pattern_has_nothing_but_letters_and_their_variants():
    assert to_pattern("xq1").startswith("x")
    assert "ü" in to_pattern("u")
    assert "ß" in to_pattern("strasse")


def test_every_house_is_counted_once_at_every_zoom(houses):
    for zoom, cells in houses.report.overview.items():
        assert sum(count for _, _, count in cells) == COUNT, zoom


def test_tiles_of_the_database_hold_what_those_of_a_file_hold(houses, database, tmp_path):
    features = houses.page(PageQuery(limit=COUNT)).features
    rows = [{name: value for name, value in each.properties.items() if name != "tags"} for each in features]
    frame = gpd.GeoDataFrame(rows, geometry=[feature.geometry for feature in features], crs=4326)
    frame.to_file(tmp_path / "houses.fgb", driver="FlatGeobuf", engine="pyogrio", SPATIAL_INDEX="NO")
    (tmp_path / "files").mkdir()
    catalog = write_database_catalog(tmp_path / "files", f'file = "{tmp_path}/houses.fgb"')
    read = read_catalog(catalog)
    built = build_layer(read.catalog.layers["houses"], read.folder, tmp_path / "cache")
    report = houses.report
    assert (report.detail_zoom, report.max_zoom) == (built.report.detail_zoom, built.report.max_zoom)
    assert_same_counts(houses, built)
    for zoom in range(report.max_zoom + 1):
        tiles = list(tiles_in(report.bbox, zoom))
        mine, theirs = ([decoded(large.tile(zoom, x, y)) for x, y in tiles[:40]] for large in (houses, built))
        assert [set(features) for features in mine] == [set(features) for features in theirs], zoom
        assert mine == theirs or zoom < report.detail_zoom


def tiles_in(bbox, zoom):
    """Yield x and y of the tiles of a zoom that a box meets."""
    west, south, east, north = bbox
    (left, bottom), (right, top) = to_world([west, east], [south, north]) >> (WORLD_BITS - zoom)
    yield from itertools.product(range(left, right + 1), range(top, bottom + 1))


def decoded(tile):
    """Return the features of a tile: layer and id → properties."""
    return {} if tile is None else read_tile(gzip.decompress(tile))


def test_tiles_elsewhere_or_beyond_the_map_are_empty(houses):
    assert houses.tile(12, 0, 0) is None
    assert houses.tile(12, 5000, 1) is None
    assert houses.tile(300, 1, 1) is None
    assert houses.tile(0, 7, 7) is None


def test_a_few_rows_are_a_small_layer_with_the_ids_of_the_table(database, tmp_path):
    query = "SELECT 'h' || id AS key, name, year, use, geom FROM houses WHERE id % 1000 = 13"
    atlas = load_with(tmp_path, f'database = {{ query = "{query}", id = "key" }}')
    data = atlas.layers["houses"]
    assert not troubles(atlas)
    assert list(data.properties) == sorted(f"h{number}" for number in range(13, COUNT, 1000))
    assert data.properties["h13"]["name"] == HOSTILE_NAME
    assert (data.geometries["h1013"].x, data.geometries["h1013"].y) == pytest.approx(place_of(1013))


def test_a_table_without_rows_is_a_layer_without_features(database, tmp_path):
    database.execute("DELETE FROM houses")
    atlas = load_with(tmp_path)
    assert atlas.layers["houses"].count == 0
    assert not troubles(atlas)


def test_other_crs_are_reprojected_to_wgs84(database, tmp_path):
    query = 'database = {{ query = "SELECT id, name, year, use, {} AS shape FROM houses", id = "id" }}\n{}'
    rd = load_with(tmp_path, query.format("ST_Transform(geom, 28992)", "")).large["houses"]
    lon, lat = place_of(4711)
    assert (rd.feature("4711").geometry.x, rd.feature("4711").geometry.y) == pytest.approx(
        (lon, lat), abs=1e-6
    )
    box = (lon - 1e-4, lat - 1e-4, lon + 1e-4, lat + 1e-4)
    assert [feature.id for feature in rd.page(PageQuery(bbox=box)).features] == ["4711"]
    silent = query.format("ST_SetSRID(ST_Transform(geom, 28992), 0)", "")
    (tmp_path / "silent").mkdir()
    assert "has shapes without a CRS" in troubles(load_with(tmp_path / "silent", silent))[0]
    (tmp_path / "said").mkdir()
    said = load_with(
        tmp_path / "said", query.format("ST_SetSRID(ST_Transform(geom, 28992), 0)", 'crs = "EPSG:28992"')
    )
    large = said.large["houses"]
    assert [feature.id for feature in large.page(PageQuery(bbox=box)).features] == ["4711"]
    zoom = large.report.detail_zoom
    x, y = next(tiles_in((lon, lat, lon, lat), zoom))
    assert ("features", 4711) in decoded(large.tile(zoom, x, y))


def test_features_that_can_t_be_shown_are_counted_with_the_reason(database, tmp_path):
    database.execute(
        "ALTER TABLE houses ALTER geom TYPE geometry",
        "UPDATE houses SET geom = NULL WHERE id = 1",
        "UPDATE houses SET geom = 'SRID=4326;POINT EMPTY' WHERE id = 2",
        "UPDATE houses SET geom = 'SRID=4326;LINESTRING(6 52, 7 53)' WHERE id = 3",
        "UPDATE houses SET geom = 'SRID=4326;POINT(6 89)' WHERE id = 4",
    )
    atlas = load_with(tmp_path)
    large = atlas.large["houses"]
    assert (large.report.count_in, large.count) == (COUNT, COUNT - 4)
    assert len(troubles(atlas)) == 4
    assert all("leaves out 1 feature" in text for text in troubles(atlas))
    assert large.feature("1") is None
    assert [sum(count for _, _, count in cells) for cells in large.report.overview.values()] == [
        COUNT - 4
    ] * 3


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ('database = { table = "nowhere" }', "refers to table `nowhere`"),
        ('database = { table = "houses", id = "number" }', "refers to the unknown id column `number`"),
        ('database = { table = "houses", id = "name" }', "holds no whole numbers"),
        ('database = { table = "houses", id = "year" }', "repeated or missing"),
        ('database = { table = "houses", geometry = "name" }', "has the geometry columns `geom`"),
        ('database = { query = "SELECT 1 AS id", id = "id" }', "has the geometry columns none"),
        ('database = { query = "SELEC", id = "id" }', "syntax error"),
        ('database = { table = "houses", version = "SELECT id FROM houses" }', "`version` of 12000 rows"),
        ('database = { connection = "other", table = "houses" }', "TWENTE_ATLAS_DATABASE_OTHER"),
    ],
)  # fmt: skip
def test_a_catalog_that_refers_to_missing_tables_or_columns_gets_a_message(database, tmp_path, where, said):
    atlas = load_with(tmp_path, where)
    assert "houses" not in atlas.large
    assert set(atlas.layers) == {"areas", "towns"}
    [trouble] = troubles(atlas)
    assert said in trouble


def test_a_catalog_names_either_a_file_or_a_table_or_a_query(tmp_path):
    for where in (
        'database = { table = "a", query = "SELECT" }',
        "database = { }",
        'database = { query = "SELECT 1" }',
        'file = "a.gpkg"\ndatabase = { table = "a" }',
    ):
        assert troubles(load_with(tmp_path, where)), where


def test_names_with_any_characters_are_quoted(database, tmp_path):
    table = 'odd "%s" {x}; DROP TABLE houses'
    quoted = '"' + table.replace('"', '""') + '"'
    database.execute(
        f"DROP TABLE IF EXISTS {quoted}",
        f"""CREATE TABLE {quoted} AS
            SELECT id AS "i%d", name AS "na{{}}me", year, use, geom AS "ge om" FROM houses""",
        f'ALTER TABLE {quoted} ADD PRIMARY KEY ("i%d")',
    )
    catalog = write_database_catalog(
        tmp_path, f"database = {{ table = '{quoted}' }}\nname_field = \"na{{}}me\""
    )
    atlas = load_atlas(catalog)
    assert not troubles(atlas)
    large = atlas.large["houses"]
    assert large.feature("5").properties["name"] == "House 5"
    assert large.search("house 4711")[0].id == "4711"
    assert large.page(PageQuery(text="house 4711", sort="na{}me")).total == 1
    zoom = large.report.detail_zoom
    x, y = next(tiles_in((*place_of(5), *place_of(5)), zoom))
    assert decoded(large.tile(zoom, x, y))["features", 5]["name"] == "House 5"


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE houses; --", "%s", "{}", "\\", "$$", "\0", "') OR 1=1 --", "a" * 5000, "\ud800", "(((",
        "***:(?i)", "é" * 300,
    ],
)  # fmt: skip
def test_values_are_never_run_as_sql(houses, database, text):
    assert houses.feature(text) is None
    assert all(found.properties["name"] == HOSTILE_NAME for found in houses.search(text))
    assert houses.page(PageQuery(among={"use": [text], "year": [text], "listed": [text]})).total == 0
    assert houses.page(PageQuery(among={text: [text]}, sort=text, limit=1)).total == COUNT
    houses.page(PageQuery(text=text))
    assert database.execute("SELECT count(*) FROM houses") == [(COUNT,)]


def test_a_session_can_t_write(cluster, database, monkeypatch):
    monkeypatch.setenv("TWENTE_ATLAS_DATABASE_MAIN", cluster.url)
    owner = open_database("main")
    with pytest.raises(DatabaseError, match="read-only"):
        owner.ask(SQL("DELETE FROM houses RETURNING id").format())
    assert cluster.execute("SELECT count(*) FROM houses") == [(COUNT,)]


@pytest.mark.parametrize(
    "address", ["postgresql://reader:geheim@[half", "passwort=geheim host", "host='geheim"]
)
def test_an_address_that_can_t_be_read_is_not_repeated(monkeypatch, address):
    monkeypatch.setenv("TWENTE_ATLAS_DATABASE_MAIN", address)
    with pytest.raises(DatabaseError) as error:
        read_address("main")
    assert "geheim" not in str(error.value)


def test_an_address_may_name_a_service_file(database, tmp_path, monkeypatch):
    service = tmp_path / "services"
    service.write_text(
        f"[atlas]\nhost=127.0.0.1\nport={database.port}\ndbname=gis\nuser=atlas_reader\npassword={PASSWORD}\n"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(service))
    monkeypatch.setenv("TWENTE_ATLAS_DATABASE_MAIN", "service=atlas")
    assert load_with(tmp_path).large["houses"].count == COUNT


@pytest.mark.parametrize("ending", ["gpkg", "fgb", "parquet"])
def test_a_whole_layer_is_exported_in_each_format(houses, tmp_path, ending):
    path = tmp_path / f"houses.{ending}"
    FORMATS[ending].write_large(houses, evidence_card(houses), path)
    frame = gpd.read_parquet(path) if ending == "parquet" else gpd.read_file(path)
    assert len(frame) == COUNT
    row = frame[frame["name"] == HOSTILE_NAME].iloc[0]
    assert (row["year"], row["street"]) == (1913, "Straße 6")
    assert (row.geometry.x, row.geometry.y) == pytest.approx(place_of(HOSTILE))


def test_commands_count_check_and_export_a_layer_of_a_database(database, tmp_path, capsys):
    from dashboard.cli import main

    catalog = str(write_database_catalog(tmp_path))
    assert main(["check", "--catalog", catalog]) == 0
    assert f"{COUNT + 3} features: no problem found" in capsys.readouterr().out
    assert main(["layers", "--catalog", catalog]) == 0
    assert re.search(rf"^houses +{COUNT} ", capsys.readouterr().out, re.MULTILINE)
    assert main(["build", "--catalog", catalog, "houses"]) == 1
    assert "makes its tiles when they are asked for" in capsys.readouterr().err
    assert main(["export", "--catalog", catalog, str(tmp_path / "all.fgb.zip")]) == 0
    with zipfile.ZipFile(tmp_path / "all.fgb.zip") as archive:
        archive.extract("houses.fgb", tmp_path)
    assert len(gpd.read_file(tmp_path / "houses.fgb")) == COUNT
    assert main(["export", "--catalog", catalog, str(tmp_path / "map.html")]) == 0
    database.stop()
    status.forget()
    assert main(["check", "--catalog", catalog]) == 1
    assert main(["export", "--catalog", catalog, str(tmp_path / "less.zip")]) == 0
    assert "can't reach the database main" in capsys.readouterr().err
