"""Street tiles: which features they show, from which zoom on, and how bad sources are answered."""

import gzip
import json
import re
import shutil

import pytest

from dashboard.cli import main
from geodata.basemap_build.street_layers import street_layers
from geodata.large.pmtiles_reader import TileArchive
from tests.support.street_sources import BBOX, write_layers
from tests.support.tile_reading import first_zoom, tiles_in

BOX = ",".join(map(str, BBOX))
VINTAGE = ["--vintage", "2021-08"]


def make(folder, path, *arguments):
    assert main(["basemap", str(folder), "--output", str(path), *VINTAGE, *arguments]) == 0
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_layers(tmp_path_factory.mktemp("layers"))


@pytest.fixture(scope="module")
def streets(folder, tmp_path_factory):
    return make(folder, tmp_path_factory.mktemp("tiles") / "streets.pmtiles", "--bbox", BOX)


@pytest.fixture(scope="module")
def closest(streets):
    return tiles_in(streets, BBOX, 13)


def test_every_layer_of_the_contract_is_in_the_tiles_and_single_houses_have_their_own(streets, closest):
    assert sorted([*closest, "houses"]) == sorted(street_layers().layers)
    assert [*tiles_in(streets, BBOX, 14)] == ["houses"]


@pytest.mark.parametrize(
    ("layer", "properties", "zoom"),
    [
        ("roads", {"kind": "motorway", "ref": "A35"}, 9),
        ("roads", {"kind": "secondary", "name": "Größestraße", "brunnel": "bridge"}, 10),
        ("roads", {"kind": "motorway", "ramp": 1}, 12),
        ("roads", {"kind": "residential", "name": "Dorpsstraat"}, 12),
        ("paths", {"name": "F35"}, 12),
        ("paths", {}, 13),
        ("railways", {"kind": "rail", "brunnel": "bridge"}, 9),
        ("railways", {"kind": "rail", "service": "siding"}, 13),
        ("platforms", {"kind": "rail_platform"}, 13),
        ("buildings", {}, 12),
        ("landuse", {"kind": "residential"}, 9),
        ("green", {"kind": "park"}, 11),
        ("waterways", {"kind": "canal", "name": "Kanaal"}, 11),
        ("waterways", {"kind": "stream", "name": "Beek"}, 13),
        ("places", {"kind": "town", "name": "Größe"}, 9),
        ("points", {"kind": "museum", "name": "Muséum"}, 13),
        ("peaks", {"name": "Berg", "ele": 85}, 12),
        ("area_names", {"kind": "lake", "name": "Het Meer"}, 12),
    ],
)
def test_a_feature_appears_at_its_zoom_with_its_attributes_and_no_others(streets, layer, properties, zoom):
    assert first_zoom(streets, BBOX, layer, properties) == zoom


def test_a_road_of_unknown_class_is_drawn_like_any_other(closest):
    assert {"kind": "unclassified"} in closest["roads"]


def test_what_is_gone_or_underground_is_not_drawn(closest):
    assert not [rail for rail in closest["railways"] if rail["kind"] == "razed"]
    assert not [river for river in closest["waterways"] if river["name"] == "Duiker"]


def test_a_reserve_has_its_name_once_in_its_largest_part(closest):
    assert closest["area_names"].count({"kind": "reserve", "name": "Veen"}) == 1


def test_the_report_says_for_each_layer_what_came_in_what_went_out_and_why_not(folder, tmp_path, capsys):
    path = make(folder, tmp_path / "streets.pmtiles", "--bbox", BOX)
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert "roads: 6 in, 5 out; left out: 1 outside of the box" in lines
    assert "railways: 3 in, 2 out; left out: 1 razed" in lines
    assert "waterways: 3 in, 2 out; left out: 1 tunnel" in lines
    assert "buildings: 4 in, 2 out; left out: 1 part of a block, 1 too small" in lines
    assert re.fullmatch(
        rf"wrote {path} \(0\.0 MB\): \d+ tiles of zooms 9 to 14, the largest of \d kB", lines[-2]
    )
    assert re.fullmatch(rf"wrote {tmp_path}/streets\.names\.parquet \(\d kB\): \d+ names", lines[-1])
    assert [step for step in ("reading roads", "cutting tiles", "ready") if step not in said.err] == []
    left = sorted(file.name for file in tmp_path.iterdir())
    assert left == ["streets.names.parquet", "streets.pmtiles"], "nothing else is left beside it"


def test_the_file_says_its_license_vintage_and_whom_to_credit_and_nothing_of_this_machine(streets, folder):
    metadata = TileArchive(streets).metadata
    assert metadata["license"] == "ODbL-1.0"
    assert metadata["vintage"] == "2021-08"
    assert metadata["attribution"] == "© OpenStreetMap contributors; schema © OpenMapTiles"
    assert str(folder.parent) not in json.dumps(metadata)
    assert TileArchive(streets).bbox == pytest.approx(BBOX)


def test_license_and_credit_can_be_chosen(folder, tmp_path):
    chosen = ("--license", "CC0-1.0", "--attribution", "Somebody")
    path = make(folder, tmp_path / "streets.pmtiles", *chosen)
    metadata = TileArchive(path).metadata
    assert (metadata["license"], metadata["attribution"]) == ("CC0-1.0", "Somebody")


def test_without_a_box_everything_is_drawn(folder, tmp_path, capsys):
    make(folder, tmp_path / "streets.pmtiles")
    assert "roads: 6 in, 6 out" in capsys.readouterr().out.splitlines()


def test_nothing_is_drawn_beyond_the_box(streets):
    assert not tiles_in(streets, (6.95, 52.21, 6.99, 52.22), 13)


def test_the_same_source_gives_the_same_file(folder, streets, tmp_path):
    again = make(folder, tmp_path / "streets.pmtiles", "--bbox", BOX)
    assert again.read_bytes() == streets.read_bytes()


def test_the_file_is_one_that_the_catalog_s_base_map_may_name(streets):
    TileArchive(streets).require_whole()
    assert "roads" in {layer["id"] for layer in TileArchive(streets).metadata["vector_layers"]}


def refused(folder, tmp_path, capsys, *arguments):
    """What the command says when it makes nothing."""
    output = tmp_path / "streets.pmtiles"
    output.write_text("as before", encoding="utf-8")
    assert main(["basemap", str(folder), "--output", str(output), *VINTAGE, *arguments]) in (1, 2)
    assert output.read_text(encoding="utf-8") == "as before"
    assert [file.name for file in tmp_path.glob("*streets*")] == ["streets.pmtiles"]
    return capsys.readouterr().err.splitlines()[-1]


def test_a_missing_source_is_named(tmp_path, capsys):
    assert "there is no" in refused(tmp_path / "nowhere", tmp_path, capsys)


def test_a_folder_without_any_known_file_says_which_it_looks_for(tmp_path, capsys):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "has none of the files of a folder of layers: roads_main" in refused(empty, tmp_path, capsys)


@pytest.mark.parametrize(
    ("bbox", "what"),
    [
        ("6.88,52.21,6.90", "is no box; give west, south, east and north"),
        ("6.88,52.21,6.90,north", "is no box; give west, south, east and north"),
        ("6.90,52.21,6.88,52.23", "is no box from west to east"),
        ("6.88,52.23,6.90,52.21", "is no box from west to east"),
        ("nan,52.21,6.90,52.23", "is no box from west to east"),
        ("6.88,52.21,6.90,152.23", "is no box from west to east"),
        ("52.21,6.88,52.23,6.90", "Write longitudes first: 6.88,52.21,6.9,52.23."),
        ("4.88,52.35,4.90,52.37", "Choose one that touches 6.87,52.2,6.99,52.24."),
    ],
)
def test_a_box_that_is_none_or_lies_elsewhere_is_refused_before_the_work_begins(
    folder, tmp_path, capsys, bbox, what
):
    said = refused(folder, tmp_path, capsys, "--bbox", bbox)
    assert what in said
    assert "reading" not in said


def harmed(folder, tmp_path, name, content):
    """A copy of the folder with one file of other content."""
    copy = tmp_path / "harmed"
    shutil.copytree(folder, copy)
    path = copy / name
    path.write_bytes(content(path.read_bytes()))
    return copy


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("roads_main.geojsonl.gz", lambda data: data[:-20], "is cut off or no gzip file"),
        ("roads_main.geojsonl.gz", lambda data: b"PK\3\4" + data, "is cut off or no gzip file"),
        ("roads_main.geojsonl.gz", lambda data: gzip.compress(b"\xff\xfe"), "is not UTF-8"),
        (
            "roads_main.geojsonl.gz",
            lambda data: gzip.compress(gzip.decompress(data) + b'{"type":"Feature"}\n'),
            "is no GeoJSON feature with a shape",
        ),
        (
            "places.csv",
            lambda data: b"kind,name,x,y\ntown,A,1,2\n",
            "has no numbers in its columns `lon` and",
        ),
        (
            "places.csv",
            lambda data: b"kind,name,lon,lat\ntown,A,6.89,north\n",
            "has no numbers in its columns",
        ),
    ],
)
def test_a_damaged_file_is_named_with_what_is_wrong(folder, tmp_path, capsys, name, content, what):
    said = refused(harmed(folder, tmp_path, name, content), tmp_path, capsys)
    assert name in said
    assert what in said


def test_a_line_that_is_no_feature_is_counted(folder, tmp_path, capsys):
    broken = harmed(folder, tmp_path, "water.geojsonl.gz", lambda data: data + gzip.compress(b"{}\n"))
    assert "line 2 of" in refused(broken, tmp_path, capsys)


def test_files_that_a_folder_lacks_are_said(folder, tmp_path, capsys):
    part = tmp_path / "part"
    part.mkdir()
    shutil.copy(folder / "roads_main.geojsonl.gz", part)
    make(part, tmp_path / "streets.pmtiles")
    assert "water: the source has none" in capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(
    ("output", "what"),
    [("nowhere/streets.pmtiles", "there is no folder"), ("streets.mbtiles", "give it the ending .pmtiles")],
)
def test_an_output_that_cannot_be_written_is_refused_before_the_work_begins(
    folder, tmp_path, capsys, output, what
):
    assert main(["basemap", str(folder), "--output", str(tmp_path / output), *VINTAGE]) == 1
    said = capsys.readouterr().err
    assert what in said
    assert "reading" not in said


def test_the_vintage_has_to_be_said(folder, tmp_path, capsys):
    assert main(["basemap", str(folder), "--output", str(tmp_path / "streets.pmtiles")]) == 2
    assert "'--vintage'" in capsys.readouterr().err
