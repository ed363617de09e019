"""What is near, inside and beside features, in the language of the atlas."""

import geopandas as gpd
import pytest

from geodata import in_language
from geodata.spatial.relations import relations_of


def relations(atlas, reference):
    return relations_of(atlas, atlas.feature(reference))


def references(features):
    return [feature.reference for feature in features]


def meters_between(atlas, one, other):
    pair = gpd.GeoSeries(
        [atlas.feature(one).geometry, atlas.feature(other).geometry], crs="EPSG:4326"
    ).to_crs(3035)
    return pair.iloc[0].distance(pair.iloc[1])


def test_the_nearest_station_is_the_nearest_of_all_stations(atlas):
    for reference in ("cities.munster", "knowledge_institutes.university_of_twente", "programmes.twence"):
        [near] = relations(atlas, reference).nearest
        distances = {
            f"stations.{key}": meters_between(atlas, reference, f"stations.{key}")
            for key in atlas.layers["stations"].gdf.index
        }
        assert near.feature.reference == min(distances, key=distances.get)
        assert near.distance_km * 1000 == pytest.approx(min(distances.values()))
        assert not near.is_from_middle


def test_an_area_is_measured_from_its_middle_if_one_feature_lies_in_it_and_not_if_several_do(atlas):
    [near] = relations(atlas, "innovation_districts.kennispark_twente").nearest
    assert (near.feature.id, near.is_from_middle) == ("enschede_kennispark", True)
    assert 0 < near.distance_km < 2
    assert relations(atlas, "municipalities.enschede").nearest == []
    [edge] = relations(atlas, "municipalities.tubbergen").nearest
    assert not edge.is_from_middle
    assert edge.distance_km * 1000 == pytest.approx(
        meters_between(atlas, "municipalities.tubbergen", edge.feature.reference)
    )


@pytest.mark.parametrize(
    "reference", ["stations.enschede", "rail_corridors.almelo_hardenberg", "border.nl_de"]
)
def test_stations_and_lines_have_no_nearest_station(atlas, reference):
    assert relations(atlas, reference).nearest == []


def test_the_distance_to_the_border_is_given_where_the_border_is_drawn(atlas):
    [near] = relations(atlas, "cities.enschede").distances
    assert near.feature.reference == "border.nl_de"
    assert near.distance_km == pytest.approx(5.24, abs=0.01)
    assert relations(atlas, "municipalities.enschede").distances[0].distance_km == 0
    assert relations(atlas, "border.nl_de").distances == []
    # The border goes on beyond the EUREGIO, and another part of it is nearer to Amsterdam.
    assert relations(atlas, "cities.amsterdam").distances == []


def test_what_lies_in_an_area_is_what_is_covered_by_it(atlas):
    found = relations(atlas, "region.twente")
    twente = atlas.feature("region.twente").geometry
    for layer_id, features in found.inside.items():
        if layer_id in ("stations", "cities", "clusters"):
            gdf = atlas.layers[layer_id].gdf
            assert [feature.id for feature in features] == list(gdf.index[gdf.geometry.within(twente)])
    assert len(found.inside["municipalities"]) == 14
    assert found.area == "Twente"


def test_a_city_stands_for_its_municipality_even_if_no_layer_has_it(atlas):
    goor = relations(atlas, "cities.goor")
    assert goor.area == "Hof van Twente"
    assert references(goor.inside["stations"]) == ["stations.goor", "stations.delden"]
    munster = relations(atlas, "cities.munster")
    assert references(munster.inside["knowledge_institutes"]) == [
        "knowledge_institutes.university_of_munster",
        "knowledge_institutes.fh_munster",
    ]
    assert relations(atlas, "knowledge_institutes.fh_munster").inside == {}


def test_neighbors_are_the_areas_that_touch_and_know_each_other(atlas):
    beside = {
        key: {f.id for f in relations(atlas, f"municipalities.{key}").neighbors}
        for key in atlas.layers["municipalities"].gdf.index
    }
    assert beside["enschede"] == {"dinkelland", "haaksbergen", "hengelo", "losser", "oldenzaal"}
    assert all(one in beside[other] for one, others in beside.items() for other in others)
    assert relations(atlas, "cities.enschede").neighbors == []


def test_relations_are_in_the_language_of_the_atlas(atlas):
    dutch = in_language(atlas, "nl")
    english, found = relations(atlas, "municipalities.enschede"), relations(dutch, "municipalities.enschede")
    assert references(found.inside["knowledge_institutes"]) == references(
        english.inside["knowledge_institutes"]
    )
    assert found.inside["knowledge_institutes"][0].properties["name"] == "Universiteit Twente"
    assert (
        found.inside["knowledge_institutes"][0].layer.kind
        == dutch.catalog.layers["knowledge_institutes"].kind
    )
    assert (
        relations(dutch, "cities.munster").inside.keys() == relations(atlas, "cities.munster").inside.keys()
    )


def test_an_atlas_that_declares_nothing_has_only_neighbors(small):
    atlas = small.load()
    found = relations(atlas, "areas.square")
    assert (found.nearest, found.distances, found.inside, found.neighbors) == ([], [], {}, [])


def test_a_region_declares_its_own_relations(small):
    small.toml = small.toml.replace(
        "[overview]",
        '[relations]\nnearest = ["towns"]\ndistance_to = ["towns"]\nmembers = ["towns"]\n\n[overview]',
        1,
    )
    found = relations(small.load(), "areas.square")
    assert references(near.feature for near in found.nearest) == ["towns.one"]
    assert found.distances[0].distance_km == 0
    assert references(found.inside["towns"]) == ["towns.one"]


def test_an_unknown_layer_in_the_relations_is_a_problem(small):
    small.toml = small.toml.replace("[overview]", '[relations]\nnearest = ["moons"]\n\n[overview]', 1)
    assert any("nearest refers to unknown layer `moons`" in str(problem) for problem in small.load().problems)


def test_an_empty_layer_has_nothing_near(small):
    small.toml = small.toml.replace("[overview]", '[relations]\nnearest = ["towns"]\n\n[overview]', 1)
    small.layers["towns"]["features"] = []
    assert relations(small.load(), "areas.square").nearest == []


def test_no_feature_is_related_to_itself(atlas):
    for layer_id, data in atlas.layers.items():
        for feature_id in data.gdf.index:
            reference = f"{layer_id}.{feature_id}"
            found = relations(atlas, reference)
            named = [near.feature for near in (*found.nearest, *found.distances)] + found.neighbors
            assert reference not in references(
                [*named, *(f for group in found.inside.values() for f in group)]
            )
