"""What every layer answers, here by one in memory: pages that pass filters, search, batches."""

import json

import geopandas as gpd
import pyarrow as pa
import pytest
import shapely
from hypothesis import given, settings, strategies as st

from geodata.features.feature_layer import PageQuery
from geodata.features.layer_data import make_layer
from tests.support.small_catalog import towns_layer

FIELDS = """
[layers.towns.fields.size]
label = "Size"
type = "choice"
choices = { l = "Large", s = "Small" }

[layers.towns.fields.people]
label = "People"
type = "integer"

[layers.towns.fields.founded]
label = "Founded"
type = "date"

[layers.towns.fields.lines]
label = "Lines"
type = "list"
"""

ROWS = {
    "a": {"name": "Zürich", "size": "l", "people": 5, "founded": "1900-01-01", "lines": ["x", "y"]},
    "b": {"name": "Aachen", "size": "s", "people": None, "note": "near Zurich"},
    "c": {"name": "delden", "size": "s", "people": 700, "founded": "0800-01-01", "lines": ["y"]},
    "d": {"name": "Borne", "people": 5, "odd": {"deep": [1]}},
    "e": {"people": 70},
}


@pytest.fixture
def towns(small):
    """A layer of five towns at longitudes 0, 10, 20, 30 and 179.5."""
    small.toml += FIELDS
    points = [shapely.Point(lon, 50) for lon in (0, 10, 20, 30, 179.5)]
    return make_layer(small.load().catalog.layers["towns"], list(ROWS), list(ROWS.values()), points)


def ids(page):
    return "".join(feature.id for feature in page.features)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, "abcde"),
        ({"text": "ZURICH"}, "ab"),
        ({"text": "zürich near"}, "b"),
        ({"text": "small"}, "bc"),
        ({"text": "nowhere"}, ""),
        ({"among": {"size": ["s"]}}, "bc"),
        ({"among": {"size": ["s", "l"]}}, "abc"),
        ({"among": {"people": [5, 70]}}, "ade"),
        ({"among": {"lines": ["x"]}}, "a"),
        ({"among": {"lines": ["y"], "size": ["s"]}}, "c"),
        ({"among": {"no such property": ["s"]}}, "abcde"),
        ({"bbox": (5, 40, 25, 60)}, "bc"),
        ({"bbox": (10, 50, 10, 50)}, "b"),
        ({"bbox": (170, 40, 5, 60)}, "ae"),
        ({"bbox": (5, 40, 25, 60), "text": "aachen"}, "b"),
        ({"sort": "name"}, "bdcea"),
        ({"sort": "name", "descending": True}, "aecdb"),
        ({"sort": "people"}, "cedab"),
        ({"sort": "people", "descending": False}, "daecb"),
        ({"sort": "founded"}, "cabde"),
        ({"sort": "founded", "descending": True}, "acbde"),
        ({"sort": "size"}, "abcde"),
        ({"sort": "odd"}, "dbcea"),
        ({"sort": "no such property"}, "bdcea"),
    ],
    ids=str,
)
def test_a_page_has_the_features_that_pass_the_filters_in_the_order_asked_for(towns, query, expected):
    page = towns.page(PageQuery(**query))
    assert ids(page) == expected
    assert page.total == len(expected)


def test_a_page_says_how_many_pass_beside_those_that_it_shows(towns):
    page = towns.page(PageQuery(offset=1, limit=2, sort="name"))
    assert (ids(page), page.total) == ("dc", 5)
    assert towns.page(PageQuery(offset=9)).features == []


def test_a_search_finds_names_those_that_begin_with_the_query_first(towns):
    assert [feature.id for feature in towns.search("E")] == ["e", "b", "d", "c"]
    assert [feature.id for feature in towns.search("zur")] == ["a"]
    assert towns.search("  ") == []
    assert len(towns.search("e", limit=2)) == 2


def test_a_feature_is_found_by_its_id_and_an_unknown_one_is_none(towns):
    assert towns.feature("c").properties is ROWS["c"]
    assert towns.feature("z") is None


def test_a_layer_says_where_it_lies_and_of_which_types_its_properties_are(towns):
    assert towns.bounds == (0, 50, 179.5, 50)
    assert towns.property_types == {
        "name": "string",
        "size": "choice",
        "people": "integer",
        "founded": "date",
        "lines": "list",
        "note": "string",
        "odd": "string",
    }
    assert make_layer(towns.layer, [], [], []).bounds is None


def test_batches_hold_every_value_and_keep_the_form_of_lists(towns):
    table = pa.Table.from_batches(towns.batches())
    assert table.column("id").to_pylist() == list("abcde")
    assert table.column("people").to_pylist() == [5, None, 700, 5, 70]
    assert table.column("founded").to_pylist()[:3] == ["1900-01-01", None, "0800-01-01"]
    assert table.column("lines").to_pylist()[:3] == [["x", "y"], None, ["y"]]
    assert table.column("odd").to_pylist()[3] == {"deep": [1]}
    assert gpd.GeoSeries.from_wkb(table.column("geometry").to_pylist()).x.tolist() == [0, 10, 20, 30, 179.5]


def test_values_without_a_common_form_become_texts_in_batches(small):
    rows = [{"odd": [1]}, {"odd": {"a": "é"}}, {"odd": 7}, {}]
    layer = small.load().catalog.layers["towns"]
    data = make_layer(layer, list("abcd"), rows, [shapely.Point(0, 0)] * 4)
    [batch] = data.batches()
    texts = batch.column("odd").to_pylist()
    assert [text and json.loads(text) for text in texts] == [[1], {"a": "é"}, 7, None]


FLOATS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | FLOATS | st.text(max_size=5),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=3), values, max_size=2),
    max_leaves=6,
)
NAMES = st.sampled_from(["name", "description", "population", "accuracy_m", "id", "geometry", "x"])


@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=5), max_size=4))
@settings(max_examples=15, deadline=None)
def test_a_layer_answers_every_question_whatever_its_properties_hold(rows):
    points = [shapely.Point(6, 52)] * len(rows)
    data = make_layer(towns_layer(), [str(number) for number in range(len(rows))], rows, points)
    for sort in (None, "name", "population", "x"):
        assert data.page(PageQuery(sort=sort)).total == len(rows)
        data.page(
            PageQuery(sort=sort, descending=False, text="a", among={"population": [1], "x": ["a", None]})
        )
    data.search("a")
    assert sum(batch.num_rows for batch in data.batches()) == len(rows)
    assert len(data.projected.sindex) == len(rows)
