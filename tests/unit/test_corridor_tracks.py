"""A corridor that contradicts the tracks that it consists of is found."""

import copy
from dataclasses import replace

import pytest

from geodata.check.corridor_tracks import check_tracks

CORRIDORS, SECTIONS = "rail_corridors", "rail_sections"


def with_changes(atlas, layer_id, feature_id, **changes):
    """Return the atlas with one feature changed."""
    data = atlas.layers[layer_id]
    properties = copy.deepcopy(data.properties)
    properties[feature_id].update(changes)
    return replace(atlas, layers={**atlas.layers, layer_id: replace(data, properties=properties)})


def found(atlas):
    return [str(problem) for problem in check_tracks(atlas.in_memory[CORRIDORS], atlas)]


def test_the_shipped_corridors_say_what_their_tracks_say(atlas):
    assert found(atlas) == []


@pytest.mark.parametrize(
    ("layer_id", "feature_id", "changes", "words"),
    [
        (
            CORRIDORS,
            "enschede_gronau_dortmund",
            {"electrified": "no"},
            "enschede_gronau_dortmund: has `electrified` no, where its tracks say part. Correct the line",
        ),
        (
            CORRIDORS,
            "munster_osnabruck",
            {"tracks": "2, but 1 near Lengerich"},
            "munster_osnabruck: names 1 and 2 in `tracks`, where its tracks have 2.",
        ),
        (
            SECTIONS,
            "kirchlengern_herford",
            {"tracks": 2},
            "hengelo_bielefeld: names 1 and 2 in `tracks`, where its tracks have 2.",
        ),
        (
            CORRIDORS,
            "almelo_hardenberg",
            {"length_km": 29.0},
            "almelo_hardenberg: has `length_km` 29, where its tracks are 27.2 km long.",
        ),
        (
            SECTIONS,
            "almelo_vriezenveen",
            {"length_km": 6.4},
            "almelo_hardenberg: has a leg almelo–vriezenveen of 6.18 km, where its tracks are 6.40 km long.",
        ),
    ],
)
def test_a_corridor_that_contradicts_its_tracks_is_a_problem(atlas, layer_id, feature_id, changes, words):
    problems = found(with_changes(atlas, layer_id, feature_id, **changes))
    assert any(problem.startswith(f"{CORRIDORS}.{words}") for problem in problems), problems
