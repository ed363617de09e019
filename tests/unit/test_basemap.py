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
from geodata.basemap_build.cells import CELL_BUFFER, Cell, cell_bounds
from geodata.basemap_build.frames import DETAIL_MINZOOM, DETAIL_ZOOM, KINDS, OVERVIEW_ZOOMS
from geodata.basemap_build.writing import DETAIL_GRID

FOLDER = Path(geodata.__file__).parent / "basemap"
INDEX = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
README = (FOLDER / "README.md").read_text(encoding="utf-8")
CELLS = INDEX["cells"]
DRAWN = ["overview", *(f"detail/{name}" for name in CELLS)]

Features = list[dict[str, Any]]

OVERVIEW_LIMIT = 110_000
CELL_LIMIT = 120_000
"""In bytes, compressed."""

BEYOND = (-25.0, 35.0, 45.0, 70.0)
"""West, south, east, north, as the README says."""


def read_features(name: str) -> Features:
    features: Features = json.loads((FOLDER / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    return features


def geometries(features: Features) -> list[shapely.Geometry]:
    return [shapely.from_geojson(json.dumps(f["geometry"])) for f in features]


def to_cell(name: str) -> Cell:
    zoom, x, y = map(int, name.split("_"))
    return zoom, x, y


def compressed_size(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9, mtime=0))


def test_the_index_lists_exactly_the_cells_there_are() -> None:
    assert sorted(CELLS) == sorted(path.stem for path in (FOLDER / "detail").iterdir())
    assert len(set(CELLS)) == len(CELLS)


def test_the_folder_holds_the_files_that_the_readme_describes() -> None:
    expected = {
        "README.md",
        "detail",
        "europe.pmtiles",
        "index.json",
        "land_beyond.geojson",
        "overview.geojson",
        "streets.pmtiles",
    }
    assert {path.name for path in FOLDER.iterdir()} == expected
    assert all(f"`{name}" in README for name in expected - {"README.md"})


def test_the_index_states_the_zoom_and_the_box_of_its_cells() -> None:
    boxes = [shapely.box(*cell_bounds(to_cell(name))) for name in CELLS]
    assert INDEX["detail_zoom"] == DETAIL_ZOOM
    assert INDEX["bbox"] == pytest.approx(list(shapely.total_bounds(boxes)), abs=1e-6)


def test_the_overview_is_light_enough_for_a_first_view() -> None:
    assert compressed_size(FOLDER / "overview.geojson") <= OVERVIEW_LIMIT


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_is_light_enough_to_be_fetched_while_zooming(name: str) -> None:
    assert compressed_size(FOLDER / "detail" / f"{name}.geojson") <= CELL_LIMIT


def test_the_readme_documents_the_kinds_in_drawing_order() -> None:
    [listed] = re.findall(r"A feature has a `kind` \((.*?)\)", README, re.DOTALL)
    assert tuple(re.findall(r"`(\w+)`", listed)) == KINDS


@pytest.mark.parametrize("name", DRAWN)
def test_features_are_of_a_documented_kind_and_carry_documented_properties(name: str) -> None:
    for feature in read_features(name):
        properties = feature["properties"]
        assert properties["kind"] in KINDS
        extra = {"name", "country", "rank", "population"} if properties["kind"] == "place" else set()
        assert set(properties) <= {"kind", "minzoom"} | extra


@pytest.mark.parametrize("name", DRAWN)
def test_features_lie_in_the_zooms_of_their_file(name: str) -> None:
    zooms = OVERVIEW_ZOOMS if name == "overview" else range(DETAIL_MINZOOM, 18)
    for feature in read_features(name):
        if name != "overview" or feature["properties"]["kind"] != "place":
            assert feature["properties"].get("minzoom", zooms.start) in zooms


@pytest.mark.parametrize("name", CELLS)
def test_a_cell_lies_within_its_tile_and_margin(name: str) -> None:
    room = shapely.box(*cell_bounds(to_cell(name), CELL_BUFFER)).buffer(DETAIL_GRID)
    west, south, east, north = shapely.total_bounds(geometries(read_features(f"detail/{name}")))
    assert room.covers(shapely.box(west, south, east, north))


@pytest.mark.parametrize("name", ["overview", "land_beyond"])
def test_the_rest_lies_within_the_box_of_the_readme(name: str) -> None:
    west, south, east, north = shapely.total_bounds(geometries(read_features(name)))
    assert shapely.box(*BEYOND).covers(shapely.box(west, south, east, north))
    assert "25° W–45° E and 35–70° N" in README


@pytest.mark.parametrize("name", [*DRAWN, "land_beyond"])
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
