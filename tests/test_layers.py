"""Every layer of the catalog is held to its claims: each entry is a parameter here."""

import json
import re

import geopandas as gpd
import pytest
import shapely

from geodata import load_atlas
from geodata.measure import area_km2, length_km

ATLAS = load_atlas()
LAYERS = list(ATLAS.catalog.layers)

CONTRACT = {
    "region": 1,
    "municipalities": 14,
    "cities": 27,
    "euroregion": 1,
    "border": 1,
    "rail_corridors": 7,
    "stations": 94,
    "innovation_districts": 5,
    "knowledge_institutes": 8,
}


def projected(layer_id):
    return ATLAS.layers[layer_id].gdf.to_crs("EPSG:3035")


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
    for feature_id, properties in ATLAS.layers[layer_id].gdf["properties"].items():
        description = properties["description"]
        assert re.fullmatch(r"[A-Z‘“].*\.", description), feature_id
        assert 5 <= len(description.split()) <= 40, feature_id


@pytest.mark.parametrize("layer_id", LAYERS)
def test_each_field_of_the_catalog_is_used(layer_id):
    used = {name for properties in ATLAS.layers[layer_id].gdf["properties"] for name in properties}
    assert set(ATLAS.catalog.layers[layer_id].fields) <= used


def test_municipalities_tile_the_region_without_gap_or_overlap():
    municipalities = projected("municipalities").geometry
    region = projected("region").geometry.iloc[0]
    assert shapely.area(shapely.symmetric_difference(municipalities.union_all(), region)) < 1e4, "m²"
    assert abs(municipalities.area.sum() - region.area) < 1e4, "m²"


@pytest.mark.parametrize("layer_id", ["region", "euroregion", "municipalities"])
def test_published_and_measured_areas_agree_within_one_percent(layer_id):
    for feature_id, row in ATLAS.layers[layer_id].gdf.iterrows():
        properties = row["properties"]
        published = properties.get("area_published_km2", properties.get("area_km2"))
        assert area_km2(row.geometry) == pytest.approx(published, rel=0.01), feature_id


def test_corridors_are_as_long_as_they_say():
    for feature_id, row in ATLAS.layers["rail_corridors"].gdf.iterrows():
        assert length_km(row.geometry) == pytest.approx(row["properties"]["length_km"], rel=0.005), feature_id


def test_stations_lie_on_their_corridors():
    corridors = projected("rail_corridors").geometry
    for station_id, row in projected("stations").iterrows():
        for corridor_id in row["properties"]["corridors"]:
            assert row.geometry.distance(corridors[corridor_id]) <= 100, (
                f"{station_id}, {corridor_id}: metres"
            )


def test_corridors_and_stations_name_each_other():
    stations = ATLAS.layers["stations"].gdf["properties"]
    for corridor_id, properties in ATLAS.layers["rail_corridors"].gdf["properties"].items():
        assert {key for key, station in stations.items() if corridor_id in station["corridors"]} == set(
            properties["stations"]
        )


@pytest.mark.parametrize("layer_id", ["cities", "innovation_districts", "knowledge_institutes"])
def test_a_place_lies_in_the_municipality_that_it_names(layer_id):
    areas = {
        properties["name"]: geometry
        for properties, geometry in zip(
            ATLAS.layers["municipalities"].gdf["properties"],
            ATLAS.layers["municipalities"].gdf.geometry,
            strict=True,
        )
    }
    checked = 0
    for feature_id, row in ATLAS.layers[layer_id].gdf.iterrows():
        area = areas.get(row["properties"]["municipality"])
        if area is not None:
            assert area.intersects(row.geometry), feature_id
            checked += 1
    assert checked >= 4
