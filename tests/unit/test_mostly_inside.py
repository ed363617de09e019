"""What lies in an area: points that it holds, lines and areas by at least half, measured in EPSG:3035."""

import numpy as np
import pytest
import shapely
from hypothesis import given, strategies as st

from geodata.spatial.location import areas_around
from geodata.spatial.measuring import area_km2, project
from geodata.spatial.mostly_inside import is_mostly_inside
from geodata.spatial.relations import relations_of

WEST, EAST = shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)


@pytest.mark.parametrize(
    ("geometry", "in_west", "in_east"),
    [
        (shapely.Point(50, 50), True, False),
        (shapely.Point(100, 50), True, True),
        (shapely.Point(0, 0), True, False),
        (shapely.Point(-1, 50), False, False),
        (shapely.MultiPoint([(50, 50), (150, 50)]), False, False),
        (shapely.LineString([(50, 50), (149, 50)]), True, False),
        (shapely.LineString([(51, 50), (150, 50)]), False, True),
        (shapely.LineString([(50, 50), (150, 50)]), True, True),
        (shapely.LineString([(100, 0), (100, 100)]), True, True),
        (shapely.box(10, 10, 20, 20), True, False),
        (shapely.box(80, 0, 120, 10), True, True),
        (shapely.box(80, 0, 121, 10), False, True),
        (shapely.box(100, 0, 150, 10), False, True),
        (shapely.box(-300, -300, 500, 500), False, False),
        (shapely.MultiPolygon([shapely.box(10, 10, 20, 20), shapely.box(110, 10, 119, 20)]), True, False),
    ],
)
def test_points_lie_where_they_are_and_lines_and_areas_where_half_of_them_is(geometry, in_west, in_east):
    assert is_mostly_inside(geometry, [WEST, EAST]).tolist() == [in_west, in_east]
    assert is_mostly_inside([geometry, geometry], [WEST, EAST]).tolist() == [in_west, in_east]
    assert is_mostly_inside([geometry], WEST).tolist() == [in_west]


def test_nothing_lies_in_no_area():
    assert is_mostly_inside(np.array([], dtype=object), WEST).tolist() == []
    assert is_mostly_inside(shapely.Point(1, 1), []).tolist() == []


@given(st.integers(1, 99), st.integers(1, 199))
def test_an_area_on_the_border_lies_in_one_side_or_both(size, left):
    geometry = shapely.box(left, 0, left + size, 10)
    sides = is_mostly_inside(geometry, [WEST, EAST]).tolist()
    share = max(0, min(left + size, 100) - left) / size
    assert sides[0] == (share >= 0.5)
    assert sides[1] == (max(0, min(left + size, 200) - max(left, 100)) / size >= 0.5)


def test_half_of_an_area_is_half_of_its_square_meters_and_not_of_its_degrees():
    """In degrees, the northern half of a high area counts for more than it measures."""
    area = shapely.box(6, 40, 7, 60)
    half = shapely.box(6, 40, 7, 49.98)
    assert shapely.intersection(area, half).area < area.area / 2
    assert area_km2(half) > area_km2(area) / 2
    shapes = [project(shape.segmentize(0.1)) for shape in (area, half)]
    assert is_mostly_inside(shapes[0], shapes[1]).tolist() is True


def test_a_feature_lies_in_the_areas_that_count_it_among_what_they_hold(atlas):
    members = atlas.catalog.relations.members
    for layer_id in atlas.catalog.located_in:
        for area_id in atlas.layers[layer_id].properties:
            area = atlas.feature(f"{layer_id}.{area_id}")
            inside = relations_of(atlas, area).inside
            for member in (feature for key in members for feature in inside.get(key, [])):
                names_it = any(
                    field.names_area_in == layer_id and member.properties.get(name) == area.properties["name"]
                    for name, field in member.layer.fields.items()
                )
                found = [around.reference for around in areas_around(atlas, member)]
                assert area.reference in found or names_it, member.reference
