"""The shipped street tiles, held to their claims."""

import json
from itertools import product
from pathlib import Path

import pytest

import geodata
from geodata import DEFAULT_CATALOG, load_atlas
from geodata.basemap_build.street_layers import street_layers
from geodata.large.pmtiles_reader import TileArchive
from tests.support.tile_reading import in_tiles, tiles_in

FOLDER = Path(geodata.__file__).parent / "basemap"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
STREETS = FOLDER / "streets.pmtiles"
ARCHIVE = TileArchive(STREETS)

MAX_BYTES = 30_000_000
MAX_VIEW_BYTES = 300_000
"""Of the tiles for a window of 1440 × 900 pixels at the map's zoom 14, compressed."""

TILE_PIXELS = 512

BBOX = (6.0, 51.7, 8.4, 52.8)

TOWNS = {
    "Enschede": (6.8937, 52.2205),
    "Hengelo": (6.7930, 52.2660),
    "Kennispark": (6.8550, 52.2390),
    "Almelo": (6.6620, 52.3560),
    "Gronau": (7.0250, 52.2120),
    "Rheine": (7.4400, 52.2800),
    "Münster": (7.6260, 51.9620),
    "Osnabrück": (8.0470, 52.2760),
}


def near(place, zoom, side=0.002):
    lon, lat = TOWNS[place]
    return tiles_in(STREETS, (lon - side, lat - side, lon + side, lat + side), zoom)


def test_the_catalog_names_the_file_and_finds_nothing_wrong_with_it():
    atlas = load_atlas(DEFAULT_CATALOG)
    assert atlas.catalog.basemap.streets == STREETS.name
    assert atlas.problems == ()


def test_the_file_is_small_enough_for_a_repository():
    assert STREETS.stat().st_size <= MAX_BYTES


def test_the_file_says_what_the_readme_says_of_it():
    metadata = ARCHIVE.metadata
    assert (metadata["license"], metadata["vintage"]) == ("ODbL-1.0", "2021-08")
    assert "© OpenStreetMap contributors" in metadata["attribution"]
    assert f"{STREETS.stat().st_size / 1e6:.1f} MB" in README
    assert ARCHIVE.bbox == pytest.approx(BBOX)
    assert "6.0–8.4° E, 51.7–52.8° N" in README
    zooms = [
        zoom for layer in street_layers().layers.values() for zoom in layer.zooms or street_layers().zooms
    ]
    assert (ARCHIVE.zooms[0], ARCHIVE.zooms[-1]) == (min(zooms), max(zooms))


def test_the_file_says_nothing_of_the_machine_that_made_it():
    assert set(ARCHIVE.metadata) == {"name", "attribution", "license", "vintage", "vector_layers"}
    assert "/" not in json.dumps(ARCHIVE.metadata)


def test_every_layer_is_in_the_tiles_and_in_the_readme():
    layers = {layer["id"]: layer["fields"] for layer in ARCHIVE.metadata["vector_layers"]}
    assert sorted(layers) == sorted(street_layers().layers)
    for name, fields in layers.items():
        assert set(fields) <= set(street_layers().layers[name].attributes)
        assert f"`{name}`" in README


@pytest.mark.parametrize(
    ("place", "streets"),
    [
        ("Enschede", {"Haaksbergerstraat", "Oldenzaalsestraat", "Gronausestraat", "Oude Markt"}),
        ("Hengelo", {"Enschedesestraat", "Deldenerstraat"}),
        ("Kennispark", {"Hengelosestraat", "Hallenweg"}),
        ("Almelo", {"Grotestraat"}),
        ("Gronau", {"Bahnhofstraße"}),
        ("Rheine", {"Emsstraße"}),
        ("Münster", {"Ludgeristraße", "Prinzipalmarkt"}),
        ("Osnabrück", {"Große Straße", "Neumarkt"}),
    ],
)
def test_somebody_who_lives_there_finds_their_street(place, streets):
    names = {road.get("name") for road in near(place, 13, 0.01)["roads"]}
    assert streets <= names


@pytest.mark.parametrize("place", TOWNS)
def test_a_town_has_buildings_from_zoom_12_on_and_single_houses_close_by(place):
    assert "buildings" in near(place, 12)
    assert "buildings" in near(place, 13)
    assert [*near(place, 14)] == ["houses"]
    assert "buildings" not in near(place, 11)


def test_the_station_of_enschede_has_its_tracks_and_platforms():
    station = tiles_in(STREETS, (6.888, 52.221, 6.892, 52.223), 13)
    assert {"kind": "rail"} in station["railways"]
    assert {"kind": "rail_platform"} in station["platforms"]


def test_the_motorways_carry_their_numbers_from_the_first_zoom_on():
    refs = {road.get("ref") for road in tiles_in(STREETS, BBOX, 9)["roads"] if road["kind"] == "motorway"}
    assert {"A1", "A35", "A 30", "A 31"} <= refs


@pytest.mark.parametrize("place", TOWNS)
def test_the_tiles_of_a_view_at_zoom_14_are_light(place):
    x, y = in_tiles(*TOWNS[place], 13)
    half_width, half_height = 1440 / TILE_PIXELS / 2, 900 / TILE_PIXELS / 2
    columns = range(int(x - half_width), int(x + half_width) + 1)
    rows = range(int(y - half_height), int(y + half_height) + 1)
    assert sum(len(ARCHIVE.tile(13, *at) or b"") for at in product(columns, rows)) <= MAX_VIEW_BYTES
