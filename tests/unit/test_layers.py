"""Every layer of the catalog is held to its claims: each entry is a parameter here."""

import json
import re

import geopandas as gpd
import pytest

from geodata import load_atlas
from geodata.network.corridor import sections_between

ATLAS = load_atlas()
LAYERS = list(ATLAS.catalog.layers)

CONTRACT = {
    "region": 1,
    "municipalities": 14,
    "cities": 27,
    "euroregion": 1,
    "border": 2,
    "rail_corridors": 7,
    "stations": 94,
    "innovation_districts": 5,
    "knowledge_institutes": 8,
}


def test_the_shipped_atlas_has_no_problem():
    assert [str(problem) for problem in ATLAS.problems] == []


def test_the_layers_that_others_rely_on_are_there():
    assert {layer_id: len(ATLAS.layers[layer_id].gdf) for layer_id in CONTRACT} == CONTRACT


@pytest.mark.parametrize("layer_id", LAYERS)
def test_a_file_has_one_feature_per_line_in_a_stable_form(layer_id):
    text = ATLAS.layers[layer_id].content.decode()
    lines = text.splitlines()
    assert text.endswith("]}\n")
    assert lines[0].startswith(f'{{"type": "FeatureCollection", "name": "{layer_id}"')
    assert len(lines) == ATLAS.catalog.layers[layer_id].count + 2
    assert all(json.loads(line.rstrip(","))["type"] == "Feature" for line in lines[1:-1])


@pytest.mark.parametrize("layer_id", LAYERS)
def test_a_layer_opens_in_geopandas_as_it_is(layer_id, tmp_path):
    path = tmp_path / f"{layer_id}.geojson"
    path.write_bytes(ATLAS.layers[layer_id].content)
    frame = gpd.read_file(path)
    assert frame.crs == "EPSG:4326"
    assert list(frame["id"]) == list(ATLAS.layers[layer_id].gdf.index)


@pytest.mark.parametrize("layer_id", LAYERS)
def test_a_description_is_one_sentence(layer_id):
    for feature_id, properties in ATLAS.layers[layer_id].properties.items():
        description = properties["description"]
        assert re.fullmatch(r"[A-Z‘“].*\.", description), feature_id
        assert 5 <= len(description.split()) <= 40, feature_id


@pytest.mark.parametrize("layer_id", LAYERS)
def test_each_field_of_the_catalog_is_used(layer_id):
    used = {name for properties in ATLAS.layers[layer_id].properties.values() for name in properties}
    assert set(ATLAS.catalog.layers[layer_id].fields) <= used


def test_the_catalog_claims_what_the_rules_then_hold_it_to():
    """The rules bite on what is claimed (tests/unit/test_consistency.py); here, that it is claimed."""
    fields = {layer_id: layer.fields for layer_id, layer in ATLAS.catalog.layers.items()}
    assert ATLAS.catalog.layers["municipalities"].tiles == "region"
    for layer_id in ("region", "municipalities", "euroregion"):
        assert fields[layer_id]["area_km2"].measures == "area_km2"
        assert fields[layer_id]["area_km2"].tolerance <= 0.01
    for layer_id in ("border", "rail_corridors"):
        assert fields[layer_id]["length_km"].measures == "length_km"
    assert fields["stations"]["corridors"].within_m == 100
    assert fields["stations"]["corridors"].inverse == "stations"
    assert ATLAS.catalog.layers["rail_corridors"].route is not None
    for layer_id in ("cities", "innovation_districts", "knowledge_institutes", "clusters", "programmes"):
        assert fields[layer_id]["municipality"].names_area_in == "municipalities"
    assert ATLAS.catalog.languages == ["nl", "de"]


def test_what_is_known_no_nearer_than_5_km_is_no_dot():
    for data in ATLAS.in_memory.values():
        for feature_id, properties in data.properties.items():
            if properties.get("accuracy_m", 0) > 5_000:
                assert feature_id in data.layer.style.areas, f"{data.layer.id}.{feature_id}"


def test_each_number_and_year_has_a_range():
    for layer in ATLAS.catalog.layers.values():
        for name, field in layer.fields.items():
            if field.type in ("integer", "number", "numbers", "year"):
                assert field.minimum is not None, f"{layer.id}.{name}"


def test_legs_tell_length_and_minutes_of_the_fastest_train_between_stations():
    corridors = ATLAS.layers["rail_corridors"]
    route, lines = corridors.layer.route, list(corridors.properties.values())
    line = corridors.properties["zwolle_twente_munster"]
    almelo, gronau = (
        sections_between(route, line, ["zwolle", "almelo"], lines)[0],
        sections_between(route, line, ["enschede", "gronau"], lines)[0],
    )
    assert (round(almelo.length_km, 1), almelo.minutes, almelo.service) == (44.3, 27, "IC23")
    assert (gronau.minutes, gronau.service) == (11, "RB51"), "of another line with the same stations"
    assert sections_between(route, line, ["enschede", "gronau"])[0].service == "RB64", (
        "without the other lines"
    )


def test_minutes_that_nobody_confirmed_are_not_shown():
    corridors = ATLAS.layers["rail_corridors"]
    route, line = corridors.layer.route, corridors.properties["munster_osnabruck"]
    assert [section.minutes for section in sections_between(route, line, line["stations"])] == [None] * 7
