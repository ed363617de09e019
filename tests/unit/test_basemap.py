"""The committed base map, held to its claims."""

import gzip
import importlib.util
import json
import re
from pathlib import Path
from typing import Any

import pytest
import shapely

import geodata
from geodata.basemap_build.frames import KINDS, OVERVIEW_ZOOMS

FOLDER = Path(geodata.__file__).parent / "basemap"
README = (FOLDER / "README.md").read_text(encoding="utf-8")

Features = list[dict[str, Any]]

OVERVIEW_LIMIT = 110_000
"""In bytes, compressed."""

BEYOND = (-25.0, 35.0, 45.0, 70.0)
"""West, south, east, north, as the README says."""


def read_features(name: str) -> Features:
    features: Features = json.loads((FOLDER / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    return features


def geometries(features: Features) -> list[shapely.Geometry]:
    return [shapely.from_geojson(json.dumps(f["geometry"])) for f in features]


def compressed_size(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def test_the_folder_holds_the_files_that_the_readme_describes() -> None:
    expected = {
        "README.md",
        "europe.names.parquet",
        "europe.pmtiles",
        "land_beyond.geojson",
        "overview.geojson",
        "streets.names.parquet",
        "streets.pmtiles",
    }
    assert {path.name for path in FOLDER.iterdir()} == expected
    assert all(f"`{name}" in README for name in expected - {"README.md"})


def test_the_overview_is_light_enough_for_a_first_view() -> None:
    assert compressed_size(FOLDER / "overview.geojson") <= OVERVIEW_LIMIT


def test_the_readme_documents_the_kinds_in_drawing_order() -> None:
    [listed] = re.findall(r"A feature has a `kind` \((.*?)\)", README, re.DOTALL)
    assert tuple(re.findall(r"`(\w+)`", listed)) == KINDS


def test_features_are_of_a_documented_kind_and_carry_documented_properties() -> None:
    for feature in read_features("overview"):
        properties = feature["properties"]
        assert properties["kind"] in KINDS
        extra = {"name", "country", "rank", "population"} if properties["kind"] == "place" else set()
        assert set(properties) <= {"kind", "minzoom"} | extra
        assert properties.get("minzoom", OVERVIEW_ZOOMS.start) in OVERVIEW_ZOOMS


@pytest.mark.parametrize("name", ["overview", "land_beyond"])
def test_the_rest_lies_within_the_box_of_the_readme(name: str) -> None:
    west, south, east, north = shapely.total_bounds(geometries(read_features(name)))
    assert shapely.box(*BEYOND).covers(shapely.box(west, south, east, north))
    assert "25° W–45° E and 35–70° N" in README


@pytest.mark.parametrize("name", ["overview", "land_beyond"])
def test_geometries_are_valid_and_polygons_wound_as_in_rfc_7946(name: str) -> None:
    for part in shapely.get_parts(geometries(read_features(name))):
        assert part.is_valid
        if part.geom_type == "Polygon":
            assert part.exterior.is_ccw
            assert not any(ring.is_ccw for ring in part.interiors)


def test_the_readme_names_the_license_and_whom_to_credit() -> None:
    assert "https://opendatacommons.org/licenses/odbl/1-0/" in README
    names = ("© OpenStreetMap contributors", "© OpenMapTiles", "Natural Earth", "CBS / Kadaster", "BKG")
    assert all(name in README for name in names)


def test_the_readme_says_that_land_beyond_is_partly_a_sketch() -> None:
    section = README.split("## Land beyond")[1].split("\n## ")[0]
    assert "Natural Earth 1:110m" in section
    assert "sketch by hand" in section


def test_the_command_of_the_readme_can_be_run() -> None:
    [module] = re.findall(r"^python -m (\S+)", README, re.MULTILINE)
    assert importlib.util.find_spec(f"{module}.__main__")
