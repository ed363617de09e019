"""The railway sections agree with the corridors that they make up, and with the break at Enschede."""

import itertools

import pytest
import shapely

from geodata.spatial.measuring import length_km, project

NEAR_STATION_M = 100
ON_CORRIDOR_M = 12
"""Corridors are simplified to 5 m, and two of them may take different tracks of one line."""

STATES = {
    ("double_wired", 2, True),
    ("single_wired", 1, True),
    ("single_unwired", 1, False),
    ("bottleneck_wired", 1, True),
    ("bottleneck_unwired", 1, False),
    (None, None, True),
}


@pytest.fixture(scope="module")
def sections(atlas):
    layer = atlas.layers["rail_sections"]
    return {
        section: (properties, layer.geometries[section])
        for section, properties in layer.properties.items()
        if layer.geometries[section].geom_type == "LineString" and properties.get("state") != "gap"
    }


def stretches(corridor, sections):
    """Return the sections between two stops of a corridor, by the two stations at their ends."""
    found = {}
    for properties, _ in sections.values():
        if corridor in properties["corridors"]:
            ends = frozenset((properties["from_station"], properties["to_station"]))
            found[ends] = found.get(ends, 0) + properties["length_km"]
    return found


def test_the_sections_of_a_corridor_are_as_long_as_the_corridor(atlas, sections):
    for corridor, properties in atlas.layers["rail_corridors"].properties.items():
        total_km = sum(stretches(corridor, sections).values())
        assert total_km == pytest.approx(properties["length_km"], abs=0.15), corridor


def test_the_sections_between_two_stations_are_as_long_as_the_leg_of_the_corridor(atlas, sections):
    for corridor, properties in atlas.layers["rail_corridors"].properties.items():
        found = stretches(corridor, sections)
        for pair, leg_km in zip(
            itertools.pairwise(properties["stations"]), properties["leg_km"], strict=True
        ):
            if frozenset(pair) in found:  # a train may pass stations that others stop at
                assert found[frozenset(pair)] == pytest.approx(leg_km, abs=0.06), (corridor, pair)


def test_a_section_begins_and_ends_at_its_stations_unless_it_is_divided(atlas, sections):
    stations = {key: project(shape) for key, shape in atlas.layers["stations"].geometries.items()}
    for section, (properties, line) in sections.items():
        ends = [project(shapely.Point(line.coords[place])) for place in (0, -1)]
        near = [
            stations[properties[field]].distance(end) <= NEAR_STATION_M
            for field, end in zip(("from_station", "to_station"), ends, strict=True)
        ]
        assert all(near) or (section[-2:] in ("_1", "_2") and any(near)), section


def test_a_section_lies_on_its_corridors(atlas, sections):
    corridors = {key: project(shape) for key, shape in atlas.layers["rail_corridors"].geometries.items()}
    for section, (properties, line) in sections.items():
        for corridor in properties["corridors"]:
            middle = project(line).interpolate(0.5, normalized=True)
            assert middle.distance(corridors[corridor]) <= ON_CORRIDOR_M, (section, corridor)


def test_the_state_of_a_section_says_what_its_tracks_and_its_wire_say(sections):
    for section, (properties, _) in sections.items():
        is_wired = properties["electrification"] != "none"
        assert (properties.get("state"), properties.get("tracks"), is_wired) in STATES, section
        is_bottleneck = (properties.get("state") or "").startswith("bottleneck")
        assert is_bottleneck == ("bottleneck" in properties), section


def test_at_enschede_the_tracks_end_at_two_buffer_stops_with_a_gap_between_them(atlas, sections):
    layer = atlas.layers["rail_sections"]
    west, east = (layer.geometries[f"enschede_buffer_stop_{side}"].coords[0] for side in ("west", "east"))
    assert list(layer.geometries["enschede_break"].coords) == [west, east]
    assert length_km(layer.geometries["enschede_break"]) == pytest.approx(0.021, abs=0.001)
    assert sections["enschede_kennispark_enschede"][1].coords[-1] == west
    assert sections["enschede_enschede_de_eschmarke"][1].coords[0] == east
    middle = layer.geometries["enschede_break"].interpolate(0.5, normalized=True)
    assert all(project(line).distance(project(middle)) > 10 for _, line in sections.values())
