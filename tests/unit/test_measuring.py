"""Sizes on the ground and where things lie, against figures known from elsewhere."""

import pytest
from hypothesis import given, strategies as st
from pyproj import Geod
from shapely.geometry import LineString, box

from geodata.spatial.location import areas_around
from geodata.spatial.measuring import area_km2, length_km

ELLIPSOID = Geod(ellps="GRS80")

longitudes = st.floats(min_value=4.5, max_value=13.5)
latitudes = st.floats(min_value=50.5, max_value=53.5)


@given(longitudes, latitudes)
def test_an_area_agrees_with_the_ellipsoid_anywhere_in_the_atlas(lon, lat):
    square = box(lon, lat, lon + 0.2, lat + 0.2).segmentize(0.01)
    expected = abs(ELLIPSOID.geometry_area_perimeter(square)[0]) / 1e6
    assert area_km2(square) == pytest.approx(expected, rel=1e-4)


@given(longitudes, latitudes, st.floats(-0.5, 0.5), st.floats(0.05, 0.5))
def test_a_length_agrees_with_the_ellipsoid_within_a_tenth_of_a_percent(lon, lat, dx, dy):
    line = LineString([(lon, lat), (lon + dx, lat + dy)]).segmentize(0.01)
    assert length_km(line) == pytest.approx(ELLIPSOID.geometry_length(line) / 1e3, rel=1e-3)


@pytest.mark.parametrize(
    ("reference", "names"),
    [
        ("cities.enschede", ["Enschede", "Twente", "EUREGIO"]),
        ("cities.munster", ["EUREGIO"]),
        ("cities.berlin", []),
        ("municipalities.hengelo", ["Twente", "EUREGIO"]),
        ("innovation_districts.the_green_box", ["Hengelo", "Twente", "EUREGIO"]),
        ("rail_corridors.munster_osnabruck", ["EUREGIO"]),
    ],
)
def test_a_feature_lies_in_the_areas_around_it_smallest_first(atlas, reference, names):
    areas = areas_around(atlas, atlas.feature(reference))
    assert [area.properties["name"] for area in areas] == names
