"""Every rule for the file of a layer finds one broken example."""

import json
import math

import pytest
from hypothesis import example, given, settings, strategies as st

from geodata.features.cleaning import repair_features
from geodata.features.layer_data import make_layer
from geodata.validation.layer_file import check_features, read_features
from tests.support.small_catalog import towns_layer


def problems(small, layer_id="towns"):
    return [str(problem) for problem in small.load().problems if problem.layer == layer_id]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON: Expecting property name enclosed in double quotes in line 1, column 2"),
        (b"\xff\xfe", "is not UTF-8"),
        ("[]", "is not a FeatureCollection"),
        ('{"type": "FeatureCollection"}', "has no list of `features`"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "holds NaN"),
        ("[" * 100_000, "is nested too deeply to read"),
    ],
    ids=["not JSON", "not UTF-8", "a list", "no features", "NaN", "too deep"],
)
def test_a_layer_without_a_feature_collection_is_left_out_and_reported(small, content, words):
    small.layers["towns"] = content
    assert words in problems(small)[0]
    assert list(small.load().layers) == ["areas"], "the other layer still shows"


def test_a_missing_file_is_reported_with_its_path(small):
    small.write()
    (small.path.parent / "layers" / "towns.geojson").unlink()
    small.layers.pop("towns")
    assert "has no file layers/towns.geojson" in problems(small)[0]


def change(feature, **changes):
    feature.update(changes)


BROKEN = {
    "an invalid id": (lambda f: change(f, id="Town 1"), 'has the id "Town 1"'),
    "a number as id": (lambda f: change(f, id=1), "has the id 1"),
    "an id twice": (lambda f: change(f, id="two"), "is also the id of feature #2"),
    "no properties": (lambda f: change(f, properties=None), "has no properties"),
    "no name": (lambda f: f["properties"].pop("name"), "has no `name`"),
    "an empty description": (lambda f: f["properties"].update(description=" "), "has no `description`"),
    "a required field missing": (lambda f: f["properties"].pop("population"), "lacks `population`"),
    "text for a number": (lambda f: f["properties"].update(population="1000"), 'has `population` "1000"'),
    "a flag for a number": (lambda f: f["properties"].update(population=True), "has `population` true"),
    "a number out of range": (lambda f: f["properties"].update(population=-1), "has `population` -1"),
    "an undeclared property": (lambda f: f["properties"].update(mayor="A"), "has the property `mayor`"),
    "the name of no area": (
        lambda f: f["properties"].update(area="circle"),
        "refers to unknown feature `circle` in `area`",
    ),
    "accuracy in words": (lambda f: f["properties"].update(accuracy_m="far"), "has `accuracy_m`"),
    "no geometry": (lambda f: change(f, geometry=None), "has no geometry"),
    "another geometry type": (
        lambda f: change(f, geometry={"type": "LineString", "coordinates": [[6.4, 52.4], [6.9, 52.5]]}),
        "is a LineString",
    ),
    "coordinates of text": (
        lambda f: change(f, geometry={"type": "Point", "coordinates": ["6", "x"]}),
        "has a geometry that can't be read",
    ),
    "too many decimals": (
        lambda f: change(f, geometry={"type": "Point", "coordinates": [6.4000001, 52.4]}),
        "more than 6 decimals",
    ),
    "coordinates outside the world": (
        lambda f: change(f, geometry={"type": "Point", "coordinates": [252000, 471000]}),
        "outside ±180, ±90",
    ),
}


@pytest.mark.parametrize(("damage", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_feature_is_reported_with_its_correction(small, damage, words):
    damage(small.feature("towns"))
    found = [problem for problem in problems(small) if words in problem]
    assert found, problems(small)
    assert found[0].rstrip("?.") != found[0], "the line ends with what to do"


def test_a_polygon_against_the_right_hand_rule_is_a_problem(small):
    small.feature("areas")["geometry"]["coordinates"][0].reverse()
    assert "is drawn against the right-hand rule" in problems(small, "areas")[0]


def test_a_polygon_that_crosses_itself_is_a_problem(small):
    ring = small.feature("areas")["geometry"]["coordinates"][0]
    ring[1], ring[2] = ring[2], ring[1]
    assert any("is not valid: Self-intersection" in problem for problem in problems(small, "areas"))


def test_a_wrong_count_is_a_problem(small):
    small.layers["towns"]["features"].pop()
    assert "has 1 features where the catalog claims 2" in " ".join(problems(small))


@pytest.mark.parametrize("bbox", [None, [0, 0, 1, 1], "everywhere", [6.4, 52.4]])
def test_a_wrong_bbox_is_a_problem_that_gives_the_right_one(small, bbox):
    small.layers["towns"]["bbox"] = bbox
    assert 'Write "bbox": [6.4, 52.4, 6.9, 52.5].' in problems(small)[0]


def test_a_crs_member_is_a_problem(small):
    small.layers["towns"]["crs"] = {"type": "name"}
    assert "has a `crs` member" in problems(small)[0]


def test_a_layer_keeps_its_other_features_if_one_is_broken(small):
    small.feature("towns")["geometry"] = None
    assert list(small.load().layers["towns"].gdf.index) == ["two"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(max_size=12), values, max_size=4),
    max_leaves=12,
)
geometries = st.fixed_dictionaries(
    {
        "type": st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon", "Circle"]),
        "coordinates": json_values,
    }
)
features = st.fixed_dictionaries(
    {"type": st.just("Feature") | json_values},
    optional={"id": json_values, "properties": json_values, "geometry": geometries | json_values},
)


A_MAP_FOR_A_LIST = {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": {"": None}}}


@given(st.lists(features | json_values, max_size=4))
@example([A_MAP_FOR_A_LIST])
@settings(max_examples=150, deadline=None)
def test_any_json_gives_problems_and_never_an_exception(features):
    usable, _ = read_features(
        "towns", json.dumps({"type": "FeatureCollection", "features": features}).encode()
    )
    list(check_features(towns_layer(), usable))
    repaired = repair_features(usable)
    gdf = make_layer(towns_layer(), repaired.ids, repaired.properties, repaired.geometries).gdf
    assert gdf.index.is_unique
    assert not any(math.isnan(value) for value in gdf.total_bounds) or gdf.empty
