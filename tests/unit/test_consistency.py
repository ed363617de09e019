"""What layers claim about each other holds in the shipped atlas, and each rule finds one broken example."""

import copy

import pytest

from geodata import check_atlas
from geodata.check.all_rules import check_consistency

RAILWAY = """
[layers.lines]
title = "Lines"
kind = "Line"
description = "A railway."
geometry_types = ["LineString"]
count = 1
license = { name = "CC0", url = "https://example.org/cc0" }
attribution = "Nobody"
vintage = "2026"
retrieved = 2026-01-01
method = "Drawn."
sources = [{ name = "Nobody" }]
style = { color = "#993333" }

[layers.lines.fields.length_km]
label = "Length"
type = "number"
measures = "length_km"

[layers.lines.fields.leg_km]
label = "Legs"
type = "numbers"

[layers.lines.fields.stops]
label = "Stops"
type = "list"
refers_to = "towns"
inverse = "lines"

[layers.lines.fields.main_stops]
label = "Main stops"
type = "list"
refers_to = "towns"

[layers.lines.fields.services]
label = "Trains"
type = "services"

[layers.lines.route]
stops = "stops"
main_stops = "main_stops"
leg_lengths_km = "leg_km"
services = "services"
length_km = "length_km"

[layers.towns.fields.lines]
label = "Lines"
type = "list"
refers_to = "lines"
inverse = "stops"
within_m = 100

[layers.towns.fields.in_area]
label = "Lies in"
type = "string"
names_area_in = "areas"
"""

LINE_KM = 35.8
"""From one town to the other, in EPSG:3035."""


@pytest.fixture
def railway(small):
    """The small catalog with a railway from the one town to the other, and nothing wrong."""
    small.toml += RAILWAY
    small.toml = small.toml.replace('method = "Drawn."\n', 'method = "Drawn."\ntiles = "areas"\n', 1)
    small.layers["lines"] = {
        "type": "FeatureCollection",
        "bbox": [6.4, 52.4, 6.9, 52.5],
        "features": [
            {
                "type": "Feature",
                "id": "line",
                "properties": {
                    "name": "Line",
                    "description": "A railway.",
                    "source": "Nobody",
                    "length_km": LINE_KM,
                    "leg_km": [LINE_KM],
                    "stops": ["one", "two"],
                    "main_stops": ["one", "two"],
                    "services": [{"name": "RB1", "minutes": [0, 30]}],
                },
                "geometry": {"type": "LineString", "coordinates": [[6.4, 52.4], [6.9, 52.5]]},
            }
        ],
    }
    small.feature("towns", 0)["properties"].update(lines=["line"], in_area="Square")
    small.feature("towns", 1)["properties"].update(lines=["line"], in_area="Elsewhere")
    return small


def found(small):
    return [str(problem) for problem in check_atlas(small.load())]


def test_the_shipped_atlas_keeps_every_rule(atlas):
    assert [str(problem) for problem in check_atlas(atlas)] == []


def test_the_small_railway_keeps_every_rule(railway):
    assert found(railway) == []


def line(small):
    return small.feature("lines")["properties"]


def move_town(small):
    small.feature("towns", 1)["geometry"]["coordinates"] = [6.9, 52.49]
    small.layers["towns"]["bbox"] = [6.4, 52.4, 6.9, 52.49]


def add_area(small, west, east):
    """Add a second square, or make the first one narrower, while the region stays what it is."""
    small.toml = small.toml.replace('tiles = "areas"', 'tiles = "frame"') + small.toml[
        small.toml.index("[layers.areas]") : small.toml.index("[layers.towns]")
    ].replace("[layers.areas]", "[layers.frame]").replace('tiles = "areas"\n', "")
    small.layers["frame"] = copy.deepcopy(small.layers["areas"])
    ring = [[west, 52.2], [east, 52.2], [east, 52.8], [west, 52.8], [west, 52.2]]
    other = {**small.feature("areas"), "id": "other", "geometry": {"type": "Polygon", "coordinates": [ring]}}
    small.layers["areas"] = {
        "type": "FeatureCollection",
        "bbox": [min(6.2, west), 52.2, max(6.8, east), 52.8],
        "features": [small.feature("areas"), other],
    }
    small.toml = small.toml.replace("count = 1", "count = 2", 1)


BROKEN = {
    "a length that is not the line's": (
        lambda s: line(s).update(length_km=40, leg_km=[40]),
        "lines.line: has `length_km` 40 where 35.8 is drawn. Correct the figure or the shape;",
    ),
    "legs that do not add up": (
        lambda s: line(s).update(leg_km=[30.1]),
        "lines.line: has legs of 30.10 km together, and `length_km` 35.8. Correct one of them.",
    ),
    "a leg too many": (
        lambda s: line(s).update(leg_km=[20, 15.8]),
        "lines.line: has 2 lengths in `leg_km` between 2 stops. Give one for each leg",
    ),
    "lengths that are no list": (
        lambda s: line(s).update(leg_km="35.8"),
        "lines.line: has no list of stops, legs and services.",
    ),
    "main stops in another order": (
        lambda s: line(s).update(main_stops=["two", "one"]),
        "lines.line: has stops in `main_stops` that are missing or in another order in `stops`.",
    ),
    "a train without a time for each stop": (
        lambda s: line(s).update(services=[{"name": "RB1", "minutes": [0, 10, 30]}]),
        "lines.line: has a service in `services` without a time for each of 2 stops.",
    ),
    "a train that runs backwards in time": (
        lambda s: line(s).update(services=[{"name": "RB1", "minutes": [30, 0]}]),
        'lines.line: has `services` [{"name": "RB1"',
    ),
    "a station off its line": (
        move_town,
        "towns.two: lies 1",
    ),
    "a line that does not name its station": (
        lambda s: line(s).update(stops=["one"], main_stops=["one"], leg_km=[], length_km=0, services=[]),
        "towns.two: refers to `line` in `lines`, which does not refer back. Add it to `stops` of lines.line",
    ),
    "a place outside the area that it names": (
        lambda s: s.feature("towns", 1)["properties"].update(in_area="Square"),
        "towns.two: names Square in `in_area`, but lies in none of these areas.",
    ),
    "a place inside an area that it does not name": (
        lambda s: s.feature("towns", 0)["properties"].update(in_area="Elsewhere"),
        "towns.one: names Elsewhere in `in_area`, but lies in Square.",
    ),
    "areas that overlap": (
        lambda s: add_area(s, 6.7, 6.8),
        "areas: should fill frame, but its areas overlap by",
    ),
    "areas that stick out": (
        lambda s: add_area(s, 6.8, 6.9),
        "areas: should fill frame, but its areas extend beyond it by",
    ),
    "a figure of nothing": (
        lambda s: setattr(s, "toml", s.toml.replace('feature = "towns.one"', 'feature = "towns.three"')),
        "catalog: figure “people” refers to unknown feature towns.three.",
    ),
    "a figure without its field": (
        lambda s: setattr(s, "toml", s.toml.replace('field = "population"', 'field = "people"')),
        "catalog: figure “people” refers to `people`, which towns.one does not have.",
    ),
    "a tile of nothing": (
        lambda s: setattr(s, "toml", s.toml.replace('tiles = "areas"', 'tiles = "region"')),
        "areas: tiles refers to unknown layer `region`. Use one of areas, lines, towns.",
    ),
    "a route over undeclared fields": (
        lambda s: setattr(s, "toml", s.toml.replace('stops = "stops"', 'stops = "halts"', 1)),
        "lines: route.stops refers to unknown field `halts`.",
    ),
    "an undeclared inverse": (
        lambda s: setattr(s, "toml", s.toml.replace('inverse = "lines"', 'inverse = "railways"')),
        "lines: fields.stops.inverse refers to unknown field `railways` of towns.",
    ),
}


@pytest.mark.parametrize(("damage", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_claim_is_a_problem_that_says_where_and_how_to_mend_it(railway, damage, words):
    damage(railway)
    problems = found(railway)
    assert any(problem.startswith(words) for problem in problems), problems


def test_a_gap_between_areas_is_a_problem(railway):
    add_area(railway, 6.2, 6.8)
    for feature, (west, east) in zip(
        railway.layers["areas"]["features"], [(6.2, 6.4), (6.5, 6.8)], strict=True
    ):
        ring = [[west, 52.2], [east, 52.2], [east, 52.8], [west, 52.8], [west, 52.2]]
        feature["geometry"] = {"type": "Polygon", "coordinates": [ring]}
    assert any("its areas leave gaps of" in problem for problem in found(railway))


def test_a_place_of_low_accuracy_may_lie_beside_its_area(railway):
    railway.feature("towns", 1)["properties"].update(in_area="Square", accuracy_m=8000)
    assert found(railway) == []


def test_a_chapter_that_refers_to_an_unknown_feature_is_a_problem(railway):
    story = railway.path.with_name("stories.toml")
    story.write_text(
        '[[chapters]]\nid = "one"\nheading = "One"\ntext = ["A text."]\nsource = "Nobody"\n'
        'features = ["towns.atlantis"]\nannotation = { feature = "towns.mu", text = "Here" }\n'
    )
    assert found(railway) == [
        f"catalog: {where} refers to unknown feature {name}. "
        "Refer to a feature of the atlas, as `<layer>.<feature id>`."
        for where, name in (
            ("chapter `one`", "towns.atlantis"),
            ("annotation of chapter `one`", "towns.mu"),
        )
    ]


def test_stories_that_cannot_be_read_are_a_problem_and_the_layers_load(railway):
    railway.path.with_name("stories.toml").write_text("[[chapters]]\nheadline = 1\n")
    problems = found(railway)
    assert any("unknown key `headline`" in problem for problem in problems)
    railway.path.with_name("stories.toml").write_text("[[chapters")
    assert ["is not valid TOML" in problem for problem in found(railway)] == [True]
    assert len(railway.load().layers) == 3


def test_no_value_of_a_property_breaks_a_rule(railway):
    for value in (None, 7, "x", [None], [[]], {"a": 1}, [{"name": 1}], True):
        for name in ("length_km", "leg_km", "stops", "main_stops", "services"):
            properties = {**line(railway), name: value}
            original = line(railway).copy()
            line(railway).update(properties)
            list(check_consistency(railway.load()))
            line(railway).clear()
            line(railway).update(original)
        for name in ("lines", "in_area", "accuracy_m", "name"):
            town = railway.feature("towns", 0)["properties"]
            original = town.copy()
            town[name] = value
            list(check_consistency(railway.load()))
            town.clear()
            town.update(original)
