"""Where ways cross a border: what counts, what is one crossing, and what the layer says of it."""

import json

import geopandas as gpd
import pytest
from shapely import LineString, Point

from geodata.crossings.finding import find_crossings, left_of, nearest_names
from geodata.crossings.layer import KINDS, to_features, to_text

NORTHWARDS = LineString([(0, 0), (0, 10_000)])
RANKS = ["motorway", "secondary", "residential"]


@pytest.fixture
def crossings():
    def of(*ways, border=NORTHWARDS):
        rows = [
            {"kind": kind, "ref": ref, "name": None, "geometry": LineString(line)} for kind, ref, line in ways
        ]
        return find_crossings(gpd.GeoDataFrame(rows, crs=3035), border, RANKS)

    return of


def test_a_way_that_leads_away_on_both_sides_crosses_the_border(crossings):
    found = crossings(("secondary", "N1", [(-500, 5000), (500, 5000)]))
    assert [(row.ref, row.geometry) for row in found.itertuples()] == [("N1", Point(0, 5000))]


def test_a_way_that_runs_along_the_border_does_not_cross_it(crossings):
    along = [(30 if step % 2 else -30, 4000 + 100 * step) for step in range(20)]
    assert crossings(("residential", None, along)).empty


def test_a_way_that_changes_at_the_border_crosses_it_with_the_way_that_it_meets(crossings):
    found = crossings(
        ("residential", None, [(-400, 5000), (10, 5000)]), ("secondary", "B2", [(12, 5000), (400, 5000)])
    )
    assert list(found["kind"]) == ["residential"]


def test_carriageways_and_a_road_beside_them_are_one_crossing_named_after_the_highest(crossings):
    found = crossings(
        ("residential", None, [(-400, 5100), (400, 5100)]),
        ("motorway", "A1", [(-400, 5000), (400, 5000)]),
        ("motorway", "A1", [(400, 5020), (-400, 5020)]),
        ("secondary", "N2", [(-400, 2000), (400, 2000)]),
    )
    assert list(found["ref"]) == ["N2", "A1"], "in the order of the border"


def test_towns_on_both_sides_name_a_crossing(crossings):
    places = gpd.GeoDataFrame(
        {"kind": ["city", "village", "village", "hamlet"], "name": ["West", "Near", "East", "Tiny"]},
        geometry=[Point(-3000, 5000), Point(-2000, 5000), Point(900, 5000), Point(100, 5000)],
        crs=3035,
    )
    found = crossings(("secondary", "N1", [(-500, 5000), (500, 5000)]))
    assert nearest_names(found, NORTHWARDS, places) == (["West"], ["East"]), (
        "a village counts as twice as far"
    )


def test_sides_are_told_at_bends():
    bent = LineString([(0, 0), (0, 1000), (1000, 1000)])
    sides = left_of(
        bent, gpd.GeoSeries([Point(-10, 500), Point(10, 500), Point(500, 1010), Point(0, 0)]).values
    )
    assert sides[:3].tolist() == [True, False, True]


def test_features_have_unique_ids_and_the_text_of_their_kind(crossings):
    found = crossings(*(("secondary", "N1", [(-500, y), (500, y)]) for y in (2000, 6000))).to_crs(4326)
    found["left"], found["right"] = "Münster", "Enschede"
    features = to_features(found, "a source", 250)
    assert [feature["id"] for feature in features] == ["enschede_munster_n1", "enschede_munster_n1_2"]
    assert {feature["properties"]["description"] for feature in features} == {
        KINDS["main_road"]["description"]
    }
    document = json.loads(to_text("crossings", features))
    assert document["name"] == "crossings"
    assert len(document["features"]) == 2


def test_the_shipped_crossings_lie_on_the_border_and_have_the_roads_that_everyone_knows(atlas):
    shipped = atlas.layers["border_crossings"]
    border = atlas.layers["border"].projected.geometry.loc["nl_de"]
    assert shipped.projected.distance(border).max() < 5
    kinds = shipped.gdf["crossing_kind"].value_counts()
    assert kinds[["motorway", "main_road", "local_road"]].sum() == 47
    assert (kinds["railway"], kinds["closed_railway"]) == (3, 3)
    assert {"A 30", "B 54", "B 213", "B 403", "L 510"} <= set(shipped.gdf["road_number"].dropna())


def test_the_story_and_the_layer_tell_how_many_crossings_there_are(atlas):
    data = atlas.in_memory["border_crossings"]
    kinds = data.gdf["crossing_kind"].value_counts()
    assert (kinds["railway"], kinds["closed_railway"]) == (3, 3)
    roads = len(data.gdf) - 6
    chapter = next(chapter for chapter in atlas.catalog.chapters if chapter.id == "euroregion")
    assert f"which {roads} roads and three railways cross" in chapter.text[0]
    assert chapter.more[0].endswith("Three more railways that once led across it are closed.")
    assert chapter.annotation.text == f"One of three railways across the border, beside {roads} roads"
    assert f"{roads} roads, three railways in use and three that are closed" in data.layer.description
