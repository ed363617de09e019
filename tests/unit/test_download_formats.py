"""Each download format, read again by the tools that people use, holds every value of its source."""

import csv
import datetime
import io
import json
import zipfile
from decimal import Decimal

import frictionless
import geopandas as gpd
import pyarrow.parquet as pq
import pyogrio
import pytest
import shapely
from starlette.exceptions import HTTPException

from dashboard.downloads.layer import layer_file, map_file
from geodata import in_language, load_atlas
from geodata.errors import BuildError
from geodata.export.formats import FORMATS
from tests.support.downloads import content, expected_evidence, tiles_of


@pytest.fixture(params=["en", "nl"])
def localized(request, atlas):
    return in_language(atlas, request.param)


def assert_same(frame, data):
    """Compare a frame with a layer: ids, geometries, every value."""
    frame = frame.set_index("id").loc[list(data.gdf.index)]
    assert frame.crs == "EPSG:4326"
    assert frame.geometry.geom_equals_exact(data.gdf.geometry, 1e-9).all()
    for feature_id, properties in data.properties.items():
        for name, value in properties.items():
            stored = frame.loc[feature_id, name]
            is_text = isinstance(value, list | dict) and isinstance(stored, str)
            assert (json.loads(stored) if is_text else stored) == value, (feature_id, name)


def test_geojson_holds_every_value_and_the_evidence_card(localized):
    for layer_id, data in localized.layers.items():
        document = json.loads(content(localized, layer_id, "geojson"))
        assert document["evidence"] == expected_evidence(localized, layer_id)
        assert document["bbox"] == [float(value) for value in data.gdf.total_bounds]
        features = {feature["id"]: feature for feature in document["features"]}
        assert list(features) == list(data.gdf.index)
        for feature_id, properties in data.properties.items():
            assert features[feature_id]["properties"] == properties
            assert shapely.geometry.shape(features[feature_id]["geometry"]).equals_exact(
                data.gdf.geometry[feature_id], 0
            )


def test_geojson_opens_in_geopandas_and_is_a_valid_layer_file(atlas):
    from geodata.validation.layer_file import check_features, read_features

    for layer_id, data in atlas.layers.items():
        file = content(atlas, layer_id, "geojson")
        assert len(gpd.read_file(io.BytesIO(file))) == len(data.gdf)
        features, problems = read_features(layer_id, file)
        assert [*problems, *check_features(data.layer, features)] == []


def test_a_geopackage_holds_every_value_and_a_table_of_evidence(localized, tmp_path):
    for layer_id, data in localized.layers.items():
        file = tmp_path / f"{layer_id}.gpkg"
        file.write_bytes(content(localized, layer_id, "gpkg"))
        assert {name for name, _ in pyogrio.list_layers(file)} == {layer_id, "evidence"}
        assert_same(gpd.read_file(file, layer=layer_id), data)
        [evidence] = pyogrio.read_dataframe(file, layer="evidence").to_dict("records")
        stored = {
            name: json.loads(value) if str(value)[:1] in "[{" else value for name, value in evidence.items()
        }
        assert stored == expected_evidence(localized, layer_id)


def test_flatgeobuf_holds_every_value_and_the_evidence_card_in_its_header(localized):
    for layer_id, data in localized.layers.items():
        file = io.BytesIO(content(localized, layer_id, "fgb"))
        header = pyogrio.read_info(file)["layer_metadata"]
        assert (header["TITLE"], header["DESCRIPTION"]) == (data.layer.title, data.layer.description)
        assert json.loads(header["evidence"]) == expected_evidence(localized, layer_id)
        file.seek(0)
        assert_same(gpd.read_file(file), data)


def test_csv_holds_every_value_in_a_zip_with_its_evidence(localized):
    for layer_id, data in localized.layers.items():
        with zipfile.ZipFile(io.BytesIO(content(localized, layer_id, "csv"))) as archive:
            assert archive.namelist() == [f"{layer_id}.csv", "EVIDENCE.txt"]
            table, evidence = (
                archive.read(f"{layer_id}.csv"),
                archive.read("EVIDENCE.txt").decode("utf-8-sig"),
            )
        assert table.startswith(b"\xef\xbb\xbf"), "spreadsheets need it to read UTF-8"
        rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))
        assert [row["id"] for row in rows] == list(data.gdf.index)
        for row in rows:
            geometry = data.gdf.geometry[row["id"]]
            if "wkt" in row:
                assert shapely.from_wkt(row["wkt"]).equals_exact(geometry, 1e-9)
            else:
                assert (float(row["lon"]), float(row["lat"])) == (geometry.x, geometry.y)
            for name, value in data.properties[row["id"]].items():
                stored = row[name].removeprefix("'")
                assert (json.loads(stored) if isinstance(value, list | dict) else stored) in (
                    value,
                    str(value),
                )
        for fact in (
            data.layer.title,
            data.layer.attribution,
            data.layer.method,
            data.sha256,
            data.layer.license.url,
        ):
            assert fact in evidence
        assert all(source.name in evidence for source in data.layer.sources)


def test_evidence_as_text_is_in_one_language(atlas):
    dutch = in_language(atlas, "nl")
    with zipfile.ZipFile(io.BytesIO(content(dutch, "cities", "csv"))) as archive:
        text = archive.read("EVIDENCE.txt").decode("utf-8-sig")
    assert "Licentie: CC BY 4.0" in text
    assert "Bronnen:" in text
    assert "Licence" not in text


def test_geoparquet_holds_every_value_and_keeps_lists(localized):
    for layer_id, data in localized.layers.items():
        file = io.BytesIO(content(localized, layer_id, "parquet"))
        evidence = pq.read_metadata(file).metadata[b"evidence"]
        assert json.loads(evidence) == expected_evidence(localized, layer_id)
        frame = gpd.read_parquet(file)
        assert list(frame["id"]) == list(data.gdf.index)
        assert list(frame.total_bounds) == list(data.gdf.total_bounds)
        assert frame.crs == "EPSG:4326"
        assert list(frame.geometry) == list(data.geometries.values())
        for row, properties in zip(pq.read_table(file).to_pylist(), data.properties.values(), strict=True):
            given = {name: value for name, value in row.items() if name in properties}
            assert without_nulls(given) == without_nulls(properties)


def without_nulls(value):
    """Return a value without what is null in it: a column of objects gives each object every key."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def test_a_geoparquet_download_can_be_the_file_of_a_layer(atlas, small):
    small.toml = small.toml.replace('title = "Towns"', 'file = "towns.parquet"\ntitle = "Towns"')
    before = small.load().layers["areas"]
    file = content(atlas, "cities", "parquet")
    small.write().with_name("towns.parquet").write_bytes(file)
    towns = load_atlas(small.path).layers["towns"]
    assert [row["name"] for row in towns.properties.values()] == [
        row["name"] for row in atlas.layers["cities"].properties.values()
    ]
    assert before.count == 1


def test_a_data_package_is_valid_and_describes_fields_units_sources_and_licence(localized, tmp_path):
    for layer_id, data in localized.layers.items():
        file = tmp_path / f"{layer_id}.zip"
        file.write_bytes(content(localized, layer_id, "datapackage"))
        package = frictionless.Package(str(file))
        report = package.validate()
        assert report.valid, report.flatten(["fieldName", "rowNumber", "message"])
        [resource] = package.resources
        assert resource.custom["evidence"] == expected_evidence(localized, layer_id)
        assert [source["title"] for source in resource.sources] == [one.name for one in data.layer.sources]
        assert resource.licenses[0]["path"] == data.layer.license.url
        fields = {field.name: field for field in resource.schema.fields}
        for name, field in data.layer.fields.items():
            if name in fields:
                assert fields[name].title == field.label
                assert fields[name].custom.get("unit") == field.unit
        with resource:
            rows = {row["id"]: row.to_dict() for row in resource.row_stream}
        assert list(rows) == list(data.properties)
        for feature_id, properties in data.properties.items():
            row = rows[feature_id]
            shape = shapely.from_wkt(row["wkt"]) if "wkt" in row else shapely.Point(row["lon"], row["lat"])
            assert shape.equals_exact(data.geometries[feature_id], 1e-9)
            for name, value in properties.items():
                stored = float(row[name]) if isinstance(row[name], Decimal) else row[name]
                stored = stored.isoformat() if isinstance(stored, datetime.date) else stored
                assert stored == (value if value != "" else None)


@pytest.mark.parametrize("extension", FORMATS)
def test_a_selection_holds_the_listed_features_in_their_order(localized, extension, tmp_path):
    file = content(localized, "stations", extension, features="hengelo,almelo,hengelo")
    if extension in ("csv", "datapackage"):
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            table = archive.read("stations.csv").decode("utf-8-sig")
        ids = [row["id"] for row in csv.DictReader(io.StringIO(table))]
    elif extension == "parquet":
        ids = list(gpd.read_parquet(io.BytesIO(file))["id"])
    elif extension == "pmtiles":
        ids = list(tiles_of(file, "stations"))
    else:
        path = tmp_path / f"selection.{extension}"
        path.write_bytes(file)
        ids = list(gpd.read_file(path, layer=None if extension != "gpkg" else "stations")["id"])
    assert sorted(ids) == ["almelo", "hengelo"]
    assert extension in ("fgb", "pmtiles") or ids == ["hengelo", "almelo"]
    if extension == "geojson":
        assert json.loads(file)["evidence"] == expected_evidence(localized, "stations", 2)


def test_a_formula_in_csv_is_a_text_and_numbers_stay_numbers(small):
    nasty = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        '=HYPERLINK("http://evil.example")',
        "plain = text",
        "-",
    ]
    feature = small.feature("towns")
    small.toml += '\n[layers.towns.fields.change]\nlabel = "Change"\ntype = "number"\n'
    small.layers["towns"]["features"] = [
        {**feature, "id": f"t{number}", "properties": {**feature["properties"], "name": name, "change": -2.5}}
        for number, name in enumerate(nasty)
    ]
    with zipfile.ZipFile(io.BytesIO(content(small.load(), "towns", "csv"))) as archive:
        rows = list(csv.DictReader(io.StringIO(archive.read("towns.csv").decode("utf-8-sig"), newline="")))
    assert not [row["name"] for row in rows if row["name"].startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert [row["name"].removeprefix("'") for row in rows] == nasty
    assert {row["change"] for row in rows} == {"-2.5"}
    assert rows[0]["population"] == "1000"


def test_whole_numbers_with_gaps_stay_whole(atlas):
    file = io.BytesIO(content(atlas, "knowledge_institutes", "fgb"))
    info = pyogrio.read_info(file)
    types = dict(zip(info["fields"], info["ogr_types"], strict=True))
    assert types["founded"] == "OFTInteger64"


@pytest.mark.parametrize("extension", FORMATS)
def test_a_layer_without_features_can_be_downloaded(small, extension):
    small.layers["towns"]["features"] = []
    assert content(small.load(), "towns", extension)


@pytest.mark.parametrize(
    ("layer_id", "extension", "query", "status", "words"),
    [
        ("moon", "geojson", {}, 404, "Known: euroregion, region"),
        ("cities", "shp", {}, 404, "Known: geojson, gpkg, csv, fgb, parquet"),
        (
            "cities",
            "csv",
            {"features": "enschede,atlantis"},
            404,
            "no feature `atlantis`. Known: munster",
        ),
        ("cities", "csv", {"features": ","}, 400, "is empty"),
        ("stations", "gpkg", {"features": "x" * 9000}, 404, "…"),
    ],
)
def test_errors_for_unknown_layers_formats_and_features_list_the_known_ones(
    atlas, layer_id, extension, query, status, words
):
    with pytest.raises(HTTPException) as raised:
        layer_file(atlas, layer_id, extension, query)
    assert raised.value.status_code == status
    assert words in raised.value.detail
    assert len(raised.value.detail) < 700


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"layers": "moon"}, 404),
        ({"feature": "cities.atlantis"}, 404),
        ({"feature": "x"}, 404),
        ({"view": "here"}, 400),
    ],
)
def test_a_map_of_something_unknown_is_an_error(atlas, query, status):
    with pytest.raises(HTTPException) as raised:
        map_file(atlas, query)
    assert raised.value.status_code == status


def test_without_tippecanoe_the_error_says_what_to_install(atlas, monkeypatch):
    def fail():
        raise BuildError("there is no program `tippecanoe`, which cuts tiles. Install it.")

    monkeypatch.setattr("geodata.large.tippecanoe.find_tippecanoe", fail)
    query = {"features": "enschede,hengelo,almelo"}
    with pytest.raises(HTTPException, match=r"can't make \.pmtiles files: there is no program") as raised:
        layer_file(atlas, "cities", "pmtiles", query)
    assert raised.value.status_code == 501
