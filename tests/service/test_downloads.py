"""Downloads over HTTP, and tiles read by GDAL."""

import json
import tempfile

import pytest
from pmtiles.reader import MemorySource, Reader

from geodata import in_language
from tests.support.downloads import content, expected_evidence, tiles_of
from tests.support.requesting import request


@pytest.fixture(params=["en", "nl"])
def localized(request, atlas):
    return in_language(atlas, request.param)


def test_pmtiles_hold_every_value_of_every_feature_at_its_place(localized):
    for layer_id, data in localized.layers.items():
        file = content(localized, layer_id, "pmtiles")
        metadata = Reader(MemorySource(file)).metadata()
        assert metadata["evidence"] == expected_evidence(localized, layer_id)
        assert (metadata["name"], metadata["attribution"]) == (data.layer.title, data.layer.attribution)
        assert tempfile.gettempdir() not in json.dumps(metadata), "nothing of the machine that made it"
        found = tiles_of(file, layer_id)
        assert set(found) == set(data.properties)
        for feature_id, (row, shape) in found.items():
            for name, value in data.properties[feature_id].items():
                if value is not None:
                    stored = row[name]
                    assert (json.loads(stored) if isinstance(value, list | dict) else stored) == value
            geometry = data.geometries[feature_id]
            where = shape.representative_point()
            assert geometry.buffer(0.001).contains(where), "cut and rounded, and in its place"


@pytest.mark.parametrize(
    ("path", "media_type", "name"),
    [
        ("cities.geojson?lang=nl", "application/geo+json", "cities_nl.geojson"),
        ("cities.gpkg?lang=de", "application/geopackage+sqlite3", "cities_de.gpkg"),
        ("cities.csv?lang=en", "application/zip", "cities_en.csv.zip"),
        ("cities.fgb?features=enschede&lang=en", "application/vnd.flatgeobuf", "cities_selection_en.fgb"),
        ("cities.parquet?lang=en", "application/vnd.apache.parquet", "cities_en.parquet"),
        ("cities.pmtiles?lang=nl", "application/vnd.pmtiles", "cities_nl.pmtiles"),
        ("cities.datapackage?lang=de", "application/zip", "cities_de.datapackage.zip"),
        ("all-layers.pmtiles?lang=nl", "application/vnd.pmtiles", "twente-atlas_nl.pmtiles"),
        ("all-layers.parquet.zip?lang=de", "application/zip", "twente-atlas_de.parquet.zip"),
        ("all-layers.zip?lang=nl", "application/zip", "twente-atlas_en.zip"),
        ("map.html?lang=nl", "text/html; charset=utf-8", "map_nl.html"),
    ],
)
def test_the_name_of_a_download_says_layer_language_and_format(server, path, media_type, name):
    answer = request(f"{server.url}/download/{path}")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(answer.body) > 500


def test_the_error_for_a_wrong_address_is_one_line(server):
    for path, expected in [
        ("moon.csv", 404),
        ("cities.exe", 404),
        ("all-layers.exe", 404),
        ("cities.csv?features=", 400),
        ("map.html?view=1", 400),
    ]:
        answer = request(f"{server.url}/download/{path}")
        assert answer.status == expected
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert len(answer.text.splitlines()) == 1
