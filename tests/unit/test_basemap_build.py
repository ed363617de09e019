"""The base map is built from the sources of a small invented country."""

import json
import random
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from click.testing import CliRunner
from geopandas.testing import assert_geodataframe_equal
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geodata.basemap_build.__main__ import main
from geodata.basemap_build.building import (
    OVERVIEW_GRID,
    PLACE_GRID,
    bridges,
    build_overview_file,
    join_loose_ends,
    to_geojson,
)
from geodata.basemap_build.frames import GEOGRAPHIC_CRS, KINDS, METRIC_CRS, OVERVIEW_ZOOMS, pixel_m, to_frame
from geodata.basemap_build.overview import (
    AREA_RULES,
    AreaRule,
    dissolve_land,
    far_rule,
    generalize_areas,
    generalize_lines,
)
from geodata.basemap_build.sources import SOURCES, BasemapSourceError

BAY = shapely.box(6.0, 52.5, 6.2, 52.502)
"""Some 220 m wide: narrower than the gaps between countries."""
WEST = shapely.box(6.0, 51.9, 6.9, 52.8).difference(BAY)
EAST = shapely.box(6.905, 51.9, 7.8, 52.8)
"""Some 340 m from `WEST`."""

Source = list[tuple[BaseGeometry, dict[str, object]]]
Features = list[dict[str, Any]]

SYNTHETIC: dict[str, Source] = {
    "land_countries": [(WEST, {"name": "West"}), (EAST, {"name": "East"})],
    "border_nl_de": [(shapely.LineString([(6.9, 51.9), (6.9, 52.8)]), {"kind": "state_border"})],
    "water": [
        (shapely.box(6.3, 52.3, 6.4, 52.4), {"kind": "lake", "minzoom": 7}),
        (shapely.LineString([(6.2, 52.35), (6.6, 52.35)]), {"kind": "river", "minzoom": 8}),
        (shapely.LineString([(6.2, 52.2), (6.6, 52.2)]), {"kind": "canal", "minzoom": 11}),
        (shapely.LineString([(6.2, 52.1), (6.6, 52.1)]), {"kind": "ditch", "minzoom": 5}),
    ],
    "motorways": [
        (shapely.LineString([(6.123456789, 52.0), (7.5, 52.45)]), {"kind": "motorway", "minzoom": 6}),
        (shapely.LineString([(6.1, 52.28), (7.5, 52.28)]), {"kind": "primary", "minzoom": 9}),
    ],
    "urban_areas": [
        (shapely.Point(6.5, 52.25).buffer(0.03), {"kind": "built_up", "minzoom": 7, "tier": "core"}),
        (shapely.Point(6.53, 52.25).buffer(0.01), {"kind": "industrial", "minzoom": 8, "tier": "core"}),
        (shapely.Point(7.1, 52.25).buffer(0.0005), {"kind": "built_up", "minzoom": 9, "tier": "core"}),
        (shapely.Point(7.7, 52.7).buffer(0.02), {"kind": "built_up", "minzoom": 9, "tier": "wide"}),
    ],
    "nature_forest": [(shapely.box(6.6, 52.0, 6.8, 52.1), {"kind": "forest", "minzoom": 8})],
    "nature_natura2000_nl": [(shapely.box(5.8, 52.1, 6.15, 52.3), {"kind": "natura2000", "minzoom": 8})],
    "railways_osm": [
        (shapely.LineString([(6.2, 52.25), (6.5, 52.25)]), {"kind": "rail", "minzoom": 8}),
        (shapely.LineString([(6.507, 52.25), (6.8, 52.25)]), {"kind": "rail", "minzoom": 8}),
    ],
    "places": [
        (
            shapely.Point(6.500049, 52.250051),
            {"name": "Größe", "country": "NL", "pop_class": 1, "population": 160000.0, "minzoom": 5},
        ),
        (
            shapely.Point(6.55, 52.2),
            {"name": "Buurt", "country": "NL", "pop_class": 5, "population": None, "minzoom": 11},
        ),
    ],
}


def write_collection(path: Path, features: Source) -> None:
    rows = [
        {"type": "Feature", "properties": properties, "geometry": mapping(geometry)}
        for geometry, properties in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": rows}), encoding="utf-8")


@pytest.fixture(scope="module")
def source_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    for name, features in SYNTHETIC.items():
        write_collection(folder / f"base_{name}.geojson", features)
    write_collection(folder / "land_beyond.geojson", [(shapely.box(7.8, 51.0, 9.0, 53.0), {})])
    return folder


@pytest.fixture(scope="module")
def overview_text(source_folder: Path) -> str:
    return build_overview_file(source_folder, source_folder / "land_beyond.geojson")


@pytest.fixture(scope="module")
def overview(overview_text: str) -> Features:
    features: Features = json.loads(overview_text)["features"]
    return features


def shapes(features: Features, kind: str) -> list[BaseGeometry]:
    found = [f["geometry"] for f in features if f["properties"]["kind"] == kind]
    return [shapely.from_geojson(json.dumps(geometry)) for geometry in found]


def kinds(features: Features) -> set[str]:
    return {f["properties"]["kind"] for f in features}


def is_on_grid(features: Features, grid: float) -> bool:
    texts = [json.dumps(f["geometry"]) for f in features]
    steps = shapely.get_coordinates(shapely.from_geojson(texts)) / grid
    return bool(abs(steps - steps.round()).max() < 1e-6)


def test_the_synthetic_country_has_every_source() -> None:
    assert set(SYNTHETIC) == set(SOURCES)


# Generalizing


@pytest.mark.parametrize("kind", AREA_RULES)
@pytest.mark.parametrize("seed", range(3))
def test_generalized_areas_stay_valid_and_about_as_large(kind: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (shapes, not secrets)
    centers = [(chance.uniform(0, 20_000), chance.uniform(0, 20_000)) for _ in range(150)]
    areas = [shapely.Point(center).buffer(chance.uniform(50, 2_500)) for center in centers]
    for rule in (AREA_RULES[kind], far_rule(AREA_RULES[kind])):
        features = generalize_areas(kind, areas, rule)
        assert set(features.geom_type) == {"Polygon"}
        assert features.is_valid.all()
        before, after = shapely.union_all(areas).area, features.area.sum()
        assert after == pytest.approx(before, rel=0.15)


def test_neighboring_areas_become_one_and_distant_ones_stay_two() -> None:
    rule = AreaRule(tolerance_m=10, closing_m=100, min_pixels=1)
    square = shapely.box(0, 0, 5_000, 5_000)
    near = generalize_areas("wood", [square, shapely.box(5_150, 0, 10_000, 5_000)], rule)
    far = generalize_areas("wood", [square, shapely.box(5_250, 0, 10_000, 5_000)], rule)
    assert (len(near), len(far)) == (1, 2)


def test_an_area_appears_at_the_zoom_where_it_covers_enough_pixels() -> None:
    rule = AreaRule(tolerance_m=1, closing_m=0, min_pixels=9)
    for zoom in OVERVIEW_ZOOMS:
        side = 3.01 * pixel_m(zoom)
        features = generalize_areas("water", [shapely.box(0, 0, side, side)], rule)
        assert list(features["minzoom"]) == [zoom]
    side = 2.99 * pixel_m(OVERVIEW_ZOOMS[-1])
    assert generalize_areas("water", [shapely.box(0, 0, side, side)], rule).empty


def test_lines_are_joined_end_to_end_and_stubs_dropped() -> None:
    pieces = [[(0, 0), (1_000, 0)], [(1_000, 0), (2_000, 10)], [(9_000, 0), (9_500, 0)]]
    features = generalize_lines("river", 8, [shapely.LineString(p) for p in pieces], 50)
    [line] = features.geometry.explode()
    assert list(line.coords) == [(0, 0), (2_000, 10)]


def test_the_gap_between_two_countries_is_land_but_a_bay_is_not() -> None:
    countries = gpd.GeoSeries([WEST, EAST], crs=GEOGRAPHIC_CRS).to_crs(METRIC_CRS)
    points = gpd.GeoSeries([shapely.Point(6.9025, 52.3), shapely.Point(6.1, 52.501)], crs=GEOGRAPHIC_CRS)
    between, in_bay = points.to_crs(METRIC_CRS)
    land = dissolve_land(list(countries))
    assert land.is_valid
    assert land.contains(between)
    assert not land.contains(in_bay)


# Bridging


def test_loose_ends_that_point_at_each_other_are_joined() -> None:
    lines = [shapely.LineString([(0, 0), (3_000, 0)]), shapely.LineString([(3_500, 50), (6_000, 50)])]
    [bridge] = bridges(lines, reach_m=600)
    assert set(bridge.coords) == {(3_000, 0), (3_500, 50)}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param([(3_700, 0), (6_000, 0)], id="too far"),
        pytest.param([(3_000, 300), (0, 300)], id="side by side"),
        pytest.param([(3_200, 200), (3_200, 3_000)], id="around a corner"),
    ],
)
def test_other_loose_ends_are_not_joined(other: list[tuple[float, float]]) -> None:
    assert bridges([shapely.LineString([(0, 0), (3_000, 0)]), shapely.LineString(other)], reach_m=600) == []


def test_a_closed_line_has_no_loose_ends() -> None:
    assert bridges([shapely.LineString([(0, 0), (900, 900), (0, 900), (0, 0)])], reach_m=600) == []


def test_lines_of_different_kinds_are_not_joined() -> None:
    rail = to_frame("railway", 8, [shapely.LineString([(0, 0), (3_000, 0)])])
    road = to_frame("motorway", 6, [shapely.LineString([(3_100, 0), (6_000, 0)])])
    lines = pd.concat([rail, road], ignore_index=True)
    assert_geodataframe_equal(join_loose_ends(lines), lines)


# The files


def test_the_same_sources_give_the_same_bytes(source_folder: Path, overview_text: str) -> None:
    assert build_overview_file(source_folder, source_folder / "land_beyond.geojson") == overview_text


def test_there_is_one_feature_per_line_in_drawing_order(overview_text: str) -> None:
    first, *lines, last = overview_text.splitlines()
    assert (first, last) == ('{"type":"FeatureCollection","features":[', "]}")
    features = [json.loads(line.removesuffix(",")) for line in lines]
    assert all(f["type"] == "Feature" for f in features)
    order = [KINDS.index(f["properties"]["kind"]) for f in features]
    assert order == sorted(order)


def test_coordinates_are_rounded(overview: Features) -> None:
    assert is_on_grid([f for f in overview if f["properties"]["kind"] != "place"], OVERVIEW_GRID)
    assert is_on_grid([f for f in overview if f["properties"]["kind"] == "place"], PLACE_GRID)


def test_polygons_are_valid_and_wound_as_in_rfc_7946(overview: Features) -> None:
    for kind in kinds(overview):
        for part in shapely.get_parts(shapes(overview, kind)):
            if part.geom_type == "Polygon":
                assert part.is_valid
                assert part.exterior.is_ccw
                assert not any(ring.is_ccw for ring in part.interiors)


def test_features_smaller_than_the_grid_are_not_written() -> None:
    speck = to_frame("water", 10, [shapely.box(6.0, 52.0, 6.000001, 52.000001)], GEOGRAPHIC_CRS)
    assert json.loads(to_geojson(speck))["features"] == []


# What is drawn where


def test_nothing_lies_outside_the_zooms(overview: Features) -> None:
    for feature in overview:
        assert feature["properties"].get("minzoom", OVERVIEW_ZOOMS.start) in OVERVIEW_ZOOMS


def test_kinds_that_the_map_does_not_know_are_not_drawn(overview: Features) -> None:
    assert kinds(overview) <= set(KINDS)
    ditch = shapely.box(6.2, 52.09, 6.6, 52.11)
    assert not any(ditch.intersects(line) for kind in ("river", "canal") for line in shapes(overview, kind))


def test_a_river_ends_where_its_lake_is_drawn(overview: Features) -> None:
    lake = shapely.box(6.31, 52.31, 6.39, 52.39)
    [river] = shapes(overview, "river")
    assert not river.intersects(lake)
    assert river.length > 0.25


def test_nature_ends_at_the_coast(overview: Features) -> None:
    [nature] = shapes(overview, "nature")
    assert nature.bounds[0] >= 6.0 - 2 * OVERVIEW_GRID


def test_a_railway_runs_through_its_station(overview: Features) -> None:
    [railway] = shapes(overview, "railway")
    assert railway.geom_type == "LineString"
    assert railway.length == pytest.approx(0.6, abs=0.01)


def test_land_beyond_is_welded_to_the_land(overview: Features) -> None:
    west, _, east, _ = shapely.union_all(shapes(overview, "land")).bounds
    assert (west, east) == (pytest.approx(6.0, abs=0.02), 9.0)
    assert len(shapes(overview, "land")) == 1


def test_places_carry_what_a_label_needs(overview: Features) -> None:
    [city] = [f for f in overview if f["properties"]["kind"] == "place"]
    assert city["properties"] == {
        "kind": "place", "name": "Größe", "country": "NL", "rank": 1, "population": 160000,
    }  # fmt: skip
    assert city["geometry"] == {"type": "Point", "coordinates": [6.5, 52.2501]}


# The command


def test_missing_inputs_are_named_all_at_once(tmp_path: Path) -> None:
    with pytest.raises(BasemapSourceError) as caught:
        build_overview_file(tmp_path, tmp_path / "land_beyond.geojson")
    for name in [*(f"base_{source}.geojson" for source in SOURCES), "land_beyond.geojson"]:
        assert name in str(caught.value)


def test_one_missing_source_is_one_line_and_nothing_is_written(source_folder: Path, tmp_path: Path) -> None:
    for path in source_folder.glob("base_*.geojson"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "base_water.geojson").unlink()
    result = CliRunner().invoke(main, [str(tmp_path), str(tmp_path / "out")])
    assert (result.exit_code, result.output) == (1, f"Error: missing: {tmp_path / 'base_water.geojson'}\n")
    assert not (tmp_path / "out").exists()


def test_the_command_writes_only_the_overview(source_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "overview.geojson"
    assert CliRunner().invoke(main, [str(source_folder), str(target)]).exit_code == 0
    assert list(tmp_path.iterdir()) == [target]
