"""Exports of the whole atlas, read by the tools that people use."""

import json
import re
import zipfile

import frictionless
import geopandas as gpd
import pyogrio
import pytest

from dashboard.cli import main
from dashboard.map.single_file import write_html
from geodata.atlas.evidence import evidence_card
from geodata.export.atlas import ATLAS_FORMATS, write_atlas, write_geojson_zip, write_geopackage
from geodata.export.formats import FORMATS
from tests.support.house_map import ROOT


def test_a_geopackage_holds_every_layer_and_every_value(atlas, tmp_path):
    write_geopackage(atlas, tmp_path / "atlas.gpkg")
    tables = {name for name, _ in pyogrio.list_layers(tmp_path / "atlas.gpkg")}
    assert tables == {*atlas.layers, "evidence"}
    for layer_id, data in atlas.layers.items():
        frame = gpd.read_file(tmp_path / "atlas.gpkg", layer=layer_id).set_index("id")
        assert list(frame.index) == list(data.gdf.index)
        assert frame.crs == "EPSG:4326"
        assert frame.geometry.geom_equals_exact(data.gdf.geometry, 1e-9).all()
        for feature_id, properties in data.properties.items():
            for name, value in properties.items():
                stored = frame.loc[feature_id, name]
                assert (json.loads(stored) if isinstance(value, list) else stored) == value, (
                    feature_id,
                    name,
                )


def test_a_geopackage_holds_the_evidence_of_each_layer(atlas, tmp_path):
    write_geopackage(atlas, tmp_path / "atlas.gpkg")
    table = pyogrio.read_dataframe(tmp_path / "atlas.gpkg", layer="evidence").set_index("id")
    for layer_id, data in atlas.layers.items():
        row = table.loc[layer_id]
        assert (row["sha256"], row["attribution"]) == (data.sha256, data.layer.attribution)
        assert json.loads(row["license"])["name"] == data.layer.license.name
        assert len(json.loads(row["sources"])) == len(data.layer.sources)


def test_braces_in_texts_are_not_read_as_a_template(small, tmp_path):
    text = "{{ 7 * 7 }} {% raw %} {# gone #}"
    for name in ("title", "summary"):
        small.toml = re.sub(rf'(?m)^{name} = ".*"', f'{name} = "{text}"', small.toml)
    write_html(small.load(), tmp_path / "map.html")
    html = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert f"<title>{text}</title>" in html
    assert f'content="{text}"' in html
    assert html.count(f'"title": "{text}"') >= 2, "each layer's title"


@pytest.mark.parametrize("name", ["atlas.html", "atlas.gpkg"])
def test_an_export_is_in_the_requested_language(atlas, name, tmp_path):
    assert main(["export", "--lang", "nl", str(tmp_path / name)]) == 0
    if name.endswith(".html"):
        text = (tmp_path / name).read_text(encoding="utf-8")
        assert '<html lang="nl">' in text
        assert "Spoorcorridors" in text
        assert 8e6 < (tmp_path / name).stat().st_size < 12e6, "with streets around its view"
    else:
        frame = gpd.read_file(tmp_path / name, layer="knowledge_institutes").set_index("id")
        assert frame.loc["university_of_twente", "name"] == "Universiteit Twente"


def test_a_zip_holds_the_files_byte_for_byte_with_their_sources(atlas, tmp_path):
    write_geojson_zip(atlas, tmp_path / "atlas.zip")
    with zipfile.ZipFile(tmp_path / "atlas.zip") as archive:
        for layer_id, data in atlas.layers.items():
            assert archive.read(f"{layer_id}.geojson") == data.content
        sources = archive.read("SOURCES.txt").decode()
        evidence = json.loads(archive.read("evidence.json"))
    assert evidence == [evidence_card(data) for data in atlas.layers.values()]
    assert all(data.layer.attribution in sources and data.sha256 in sources for data in atlas.layers.values())


def test_the_same_layers_give_the_same_zip(atlas, tmp_path):
    write_geojson_zip(atlas, tmp_path / "one.zip")
    write_geojson_zip(atlas, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


@pytest.mark.parametrize(("ending", "read"), [("parquet", gpd.read_parquet), ("fgb", gpd.read_file)])
def test_formats_of_single_layers_are_exported_as_a_zip_with_their_evidence(atlas, ending, read, tmp_path):
    write_atlas(atlas, f".{ending}.zip", tmp_path / "atlas.zip")
    with zipfile.ZipFile(tmp_path / "atlas.zip") as archive:
        archive.extractall(tmp_path / "out")
    for layer_id, data in atlas.layers.items():
        assert set(read(tmp_path / "out" / f"{layer_id}.{ending}")["id"]) == set(data.properties)
    evidence = json.loads((tmp_path / "out" / "evidence.json").read_text(encoding="utf-8"))
    assert evidence == [evidence_card(data) for data in atlas.layers.values()]


def test_a_data_package_of_all_layers_is_valid_and_has_foreign_keys(small, tmp_path):
    write_atlas(small.load(), ".datapackage.zip", tmp_path / "atlas.datapackage.zip")
    package = frictionless.Package(str(tmp_path / "atlas.datapackage.zip"))
    assert package.validate().valid
    assert package.name == "test-atlas"
    [key] = package.get_resource("towns").schema.foreign_keys
    assert key == {"fields": ["area"], "reference": {"resource": "areas", "fields": ["id"]}}


def test_the_data_package_of_the_atlas_is_valid(atlas, tmp_path):
    write_atlas(atlas, ".datapackage.zip", tmp_path / "atlas.datapackage.zip")
    report = frictionless.Package(str(tmp_path / "atlas.datapackage.zip")).validate()
    assert report.valid, report.flatten(["fieldName", "rowNumber", "message"])
    assert len(report.tasks) == len(atlas.layers)


def test_the_error_for_a_format_of_one_layer_suggests_a_zip(tmp_path, capsys):
    assert main(["export", str(tmp_path / "atlas.fgb")]) == 1
    assert "A .fgb holds one layer only: a zip has one for each." in capsys.readouterr().err


@pytest.mark.parametrize("name", ["atlas.html", *(f"atlas{ending}" for ending in ATLAS_FORMATS)])
def test_the_command_writes_every_format_and_replaces_an_older_file(name, tmp_path, capsys):
    (tmp_path / name).write_text("old")
    assert main(["export", str(tmp_path / name)]) == 0
    assert (tmp_path / name).stat().st_size > 10_000
    assert name in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == [name], "nothing half done is left beside it"


@pytest.mark.parametrize(
    ("document", "start", "names"),
    [
        ("README.md", "| `twente-atlas export", ATLAS_FORMATS),
        ("dashboard/README.md", "| `/download/<layer>", FORMATS),
    ],
)
def test_the_documents_list_every_format(document, start, names):
    lines = (ROOT / document).read_text(encoding="utf-8").splitlines()
    [line] = [line for line in lines if line.startswith(start)]
    assert [name for name in names if f"`{name}`" not in line] == []
