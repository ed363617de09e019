"""The names of the base map: how they are collected from a source, kept in a file, and found."""

import logging
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pytest
import shapely

from dashboard.cli import main
from dashboard.views.name_kinds import name_kinds
from dashboard.views.search_results import find
from geodata import in_language
from geodata.basemap_build.names_file import NamesFileError, names_path, read_names, write_names
from geodata.basemap_build.place_names import NameCollector, name_rules
from geodata.basemap_build.street_source import Batch
from geodata.search.index import SearchIndex
from geodata.search.place_names import KindOfName, PlaceNames
from tests.support.small_catalog import BASEMAP
from tests.support.street_sources import BBOX, write_layers

METADATA = {"license": "ODbL-1.0", "vintage": "2021-08", "attribution": "© OpenStreetMap contributors"}

NAMES = 'names = ["streets.names.parquet"]'
TABLE = BASEMAP.replace('streets = "streets.pmtiles"', NAMES)


def street(name, west, east, lat=52.2, kind="residential"):
    return name, kind, shapely.LineString([(west, lat), ((west + east) / 2, lat), (east, lat)])


def place(name, kind, lon, lat=52.2):
    return name, kind, shapely.Point(lon, lat)


def batch(layer, *rows):
    names, kinds, shapes = zip(*rows, strict=True)
    features = gpd.GeoDataFrame({"name": names, "kind": kinds}, geometry=list(shapes), crs="EPSG:4326")
    return Batch(layer, features, 1.0)


def collected(*batches, bbox=None):
    collector = NameCollector(bbox)
    for one in batches:
        collector.add(one)
    return collector.entries()


def rows_of(entries):
    return [(row.name, row.kind, row.locality) for row in entries.itertuples(index=False)]


TWO_TOWNS = batch("places", place("Weststad", "town", 6.0), place("Oostdorp", "village", 6.3))


# Collect


def test_a_street_of_many_segments_is_one_entry_with_a_point_on_it():
    entries = collected(
        TWO_TOWNS,
        batch(
            "roads",
            street("Dorpsstraat", 6.000, 6.004),
            street("Dorpsstraat", 6.004, 6.010, kind="tertiary"),
            street("Dorpsstraat", 6.010, 6.012),
        ),
    )
    [street_entry] = entries[entries["kind"] == "street"].itertuples()
    assert (street_entry.name, street_entry.locality) == ("Dorpsstraat", "Weststad")
    assert shapely.LineString([(6.0, 52.2), (6.012, 52.2)]).distance(street_entry.geometry) < 2e-5


def test_streets_with_the_same_name_in_two_towns_stay_apart():
    entries = collected(
        TWO_TOWNS, batch("roads", street("Kerkstraat", 6.0, 6.01), street("Kerkstraat", 6.295, 6.305))
    )
    found = [row for row in rows_of(entries) if row[1] == "street"]
    assert found == [("Kerkstraat", "street", "Oostdorp"), ("Kerkstraat", "street", "Weststad")]


def test_the_short_end_of_a_street_in_the_next_town_is_no_street_of_that_town():
    # The larger town reaches further: the border is at 6.214.
    entries = collected(
        TWO_TOWNS, batch("roads", street("Langeweg", 6.1, 6.21), street("Langeweg", 6.21, 6.2145))
    )
    assert [row for row in rows_of(entries) if row[1] == "street"] == [("Langeweg", "street", "Weststad")]


def test_a_river_through_several_towns_is_one_entry_and_another_one_far_away_another():
    entries = collected(
        TWO_TOWNS,
        batch(
            "waterways",
            street("Vecht", 6.0, 6.15, kind="river"),
            street("Vecht", 6.15, 6.3, kind="river"),
            street("Vecht", 6.0, 6.1, lat=51.9, kind="river"),
        ),
    )
    assert len(entries[entries["kind"] == "river"]) == 2


def test_the_cycle_path_of_a_street_is_left_out_and_a_village_names_the_town_nearby():
    entries = collected(
        batch("places", place("Weststad", "town", 6.0), place("Oostdorp", "village", 6.1)),
        batch("roads", street("Ringweg", 6.0, 6.01)),
        batch("paths", street("Ringweg", 6.0, 6.01), street("F35", 6.0, 6.01)),
    )
    assert rows_of(entries) == [
        ("F35", "cycle_path", "Weststad"),
        ("Ringweg", "street", "Weststad"),
        ("Weststad", "town", None),
        ("Oostdorp", "village", "Weststad"),
    ]


def test_what_has_no_name_lies_outside_or_is_of_another_kind_is_no_entry():
    inside = (5.9, 52.1, 6.2, 52.3)
    entries = collected(
        TWO_TOWNS,
        batch("roads", street(None, 6.0, 6.01)),
        batch("points", place("Inn", "hotel", 6.0)),
        bbox=inside,
    )
    assert rows_of(entries) == [("Weststad", "town", None)]
    assert collected(batch("buildings", street("House", 6.0, 6.01))).empty


def test_the_command_writes_the_names_beside_the_tiles_the_same_bytes_each_time(tmp_path, capsys):
    folder = write_layers(tmp_path / "layers")
    box = ",".join(map(str, BBOX))
    for name in ("one", "two"):
        output = ["--output", str(tmp_path / f"{name}.pmtiles"), "--vintage", "2021-08", "--bbox", box]
        assert main(["basemap", str(folder), *output]) == 0
    assert "one.names.parquet" in capsys.readouterr().out
    one, two = (names_path(tmp_path / f"{name}.pmtiles") for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    found = set(rows_of(gpd.read_parquet(one)))
    assert {
        ("Größestraße", "street", "Größe"),
        ("Het Meer", "lake", "Größe"),
        ("Berg", "peak", "Größe"),
    } <= found
    assert "Far away" not in {name for name, _, _ in found}
    metadata = {key.decode(): value.decode() for key, value in pq.read_schema(one).metadata.items()}
    assert (metadata["license"], metadata["vintage"]) == ("ODbL-1.0", "2021-08")
    assert "© OpenStreetMap contributors" in metadata["attribution"]


def test_every_kind_of_the_files_has_a_title_in_the_search():
    rules = name_rules().names
    assert {kind for rule in rules for kind in [*rule.kinds, *([rule.kind] if rule.kind else [])]} == set(
        name_kinds().kinds
    )
    assert {kind.group for kind in name_kinds().kinds.values()} == set(name_kinds().groups)


# Find


def names_file(path, *rows):
    """Write names, given as name, kind, locality, longitude, latitude and names in other languages."""
    columns = ["name", "kind", "locality", "lon", "lat", "name_en", "name_nl", "name_de", "country"]
    frame = gpd.pd.DataFrame([(*row, *[None] * (9 - len(row))) for row in rows], columns=columns)
    write_names(gpd.GeoDataFrame(frame, geometry=gpd.points_from_xy(frame.lon, frame.lat)), path, METADATA)
    return path


KINDS = {
    "town": KindOfName("places", 30),
    "village": KindOfName("places", 20),
    "street": KindOfName("streets", 0),
    "museum": KindOfName("sights", 0, ("musee", "museum")),
}


def searched(path, query, language="en", **more):
    names = PlaceNames([path, *more.values()], KINDS, (6.0, 52.0))
    hits = SearchIndex(names, always_fuzzy=False).search(query, language)
    places = [names.place(hit.reference, "") for hit in hits]
    return [(place.name, place.locality) for place in places]


@pytest.fixture(scope="module")
def some_names(tmp_path_factory):
    return names_file(
        tmp_path_factory.mktemp("names") / "some.parquet",
        ("Kerkstraat", "street", "Weststad", 6.0, 52.0),
        ("Kerkstraat", "street", "Oostdorp", 6.3, 52.0),
        ("Kirchstraße", "street", "Grünau", 6.5, 52.0),
        ("Kirch", "village", "Grünau", 6.6, 52.0),
        ("Grünau", "town", None, 6.5, 52.0, "Greenmead"),
        ("Lange Straße", "street", "Grünau", 6.5, 52.0),
        ("Rijks", "museum", "Weststad", 6.0, 52.0),
        ("???", "street", "Weststad", 6.0, 52.0),
        ("Nowhere", "street", None, 6.0, 89.0),
        ("Odd", "unknown_kind", None, 6.0, 52.0),
    )


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("kerkstraat", ("Kerkstraat", "Weststad")),
        ("KERKSTR.", ("Kerkstraat", "Weststad")),
        ("kerkstraat oostdorp", ("Kerkstraat", "Oostdorp")),
        ("kirchstrasse", ("Kirchstraße", "Grünau")),
        ("Kirchstr", ("Kirchstraße", "Grünau")),
        ("langestrasse", ("Lange Straße", "Grünau")),
        ("kerkstaat", ("Kerkstraat", "Weststad")),
        ("gruenau", ("Grünau", None)),
        ("grunau", ("Grünau", None)),
        ("greenmead", ("Grünau", None)),
        ("musée weststad", ("Rijks", "Weststad")),
        ("kirch", ("Kirch", "Grünau")),
    ],
)
def test_names_are_found_as_tolerantly_as_features(some_names, query, first):
    assert searched(some_names, query)[0] == first


def test_equal_names_come_before_beginnings_and_beginnings_before_misspellings(some_names):
    assert [name for name, _ in searched(some_names, "kirch")] == ["Kirch", "Kirchstraße"]
    assert [name for name, _ in searched(some_names, "kirchstrase")] == ["Kirchstraße"]


@pytest.mark.parametrize("query", ["???", "nowhere", "odd", ""])
def test_names_without_letters_beyond_the_map_or_of_unknown_kinds_are_left_out(some_names, query):
    assert searched(some_names, query) == []


def test_what_two_files_name_is_found_once_with_what_both_know(some_names, tmp_path):
    far = names_file(
        tmp_path / "far.parquet",
        ("Grünau", "town", None, 6.51, 52.01, None, "Groenau"),
        ("Grünau", "town", None, 13.0, 52.0),
    )
    assert searched(some_names, "groenau", "nl", far=far) == [("Grünau", None)]
    assert searched(some_names, "grünau", far=far).count(("Grünau", None)) == 2


def with_names(small, path):
    small.toml = small.toml.replace("[overview]", f"{TABLE}\n[overview]", 1)
    folder = small.path.parent / "basemap"
    folder.mkdir()
    (folder / "overview.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    if path is not None:
        (folder / "streets.names.parquet").write_bytes(path if isinstance(path, bytes) else path.read_bytes())
    return small.load()


def test_features_come_first_unless_only_a_name_is_written_so(small, tmp_path):
    rows = [("One Street", "street", "Weststad", 6.0, 52.0), ("Ones", "village", None, 6.0, 52.0)]
    atlas = with_names(small, names_file(tmp_path / "names.parquet", *rows))
    answer = find(atlas, "one")
    assert [result["name"] for result in answer["results"]] == ["One"]
    assert [(name["name"], name["group"]) for name in answer["names"]] == [
        ("Ones", "Places"),
        ("One Street", "Streets"),
    ]
    assert not answer["names_first"]
    assert find(atlas, "street")["names_first"]


@pytest.mark.parametrize("content", [None, b"", b"PAR1 and then noise", b"x" * 5000])
def test_without_a_readable_file_of_names_the_search_works_and_the_log_says_so_once(small, content, caplog):
    atlas = with_names(small, content)
    with caplog.at_level(logging.WARNING):
        answers = [find(atlas, query) for query in ("one", "two", "one")]
    assert [answer["results"][0]["name"] for answer in answers] == ["One", "Two", "One"]
    assert all(answer["names"] == [] for answer in answers)
    assert len([record for record in caplog.records if "names of the base map" in record.getMessage()]) == 1
    assert ["names" in f"{problem}" for problem in atlas.problems] == [True]


def test_a_file_of_another_schema_is_no_file_of_names(tmp_path):
    other = tmp_path / "other.parquet"
    gpd.GeoDataFrame({"title": ["x"]}, geometry=[shapely.Point(0, 0)], crs="EPSG:4326").to_parquet(other)
    with pytest.raises(NamesFileError, match=r"other\.parquet"):
        read_names(other)


# What is shipped


SHIPPED = {
    "ootmarsum": ("Ootmarsum", "Places"),
    "winterswijk": ("Winterswijk", "Places"),
    "Boekelo": ("Boekelo", "Places"),
    "gutersloh": ("Gütersloh", "Places"),
    "Guetersloh": ("Gütersloh", "Places"),
    "utrecht": ("Utrecht", "Places"),
    "kleef": ("Kleve", "Places"),
    "Bruxelles": ("Brussels", "Places"),
    "oldenzaalsestraat enschede": ("Oldenzaalsestraat", "Streets"),
    "oldenzalsestr losser": ("Oldenzaalsestraat", "Streets"),
    "dinkel": ("Dinkel", "Water and green"),
}


@pytest.mark.parametrize(("query", "first"), SHIPPED.items())
def test_what_is_printed_on_the_map_is_found(atlas, query, first):
    found = find(atlas, query)["names"][0]
    assert (found["name"], found["group"]) == first


def test_a_town_of_the_atlas_is_not_found_a_second_time_in_the_base_map(atlas):
    for language in ("en", "de", "nl"):
        answer = find(in_language(atlas, language), "enschede")
        assert answer["results"][0]["reference"] == "cities.enschede"
        assert "Enschede" not in [name["name"] for name in answer["names"]]


def test_results_of_one_name_have_symbols_that_tell_them_apart(atlas):
    symbols = [result["symbol"] for result in find(atlas, "enschede")["results"][:3]]
    assert len({str(symbol) for symbol in symbols}) == 3


def test_the_shipped_names_are_small_and_say_where_they_are_from(atlas):
    basemap = atlas.catalog.basemap
    paths = [Path(atlas.folder, basemap.folder, name) for name in basemap.names]
    assert sum(path.stat().st_size for path in paths) <= 1_500_000
    for path in paths:
        metadata = pq.read_schema(path).metadata
        assert (metadata[b"license"], metadata[b"vintage"]) == (b"ODbL-1.0", b"2021-08")
        assert "© OpenStreetMap contributors" in metadata[b"attribution"].decode()
