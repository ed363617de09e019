"""A layer as a GeoDataFrame: columns typed by the catalog, and the same features in the measuring CRS."""

import datetime

import pandas as pd
import pytest
import shapely

from geodata import load_atlas
from geodata.features.frame import to_numbers
from geodata.features.layer_data import make_layer

FIELDS = {
    "count": "integer",
    "founded": "year",
    "share": "number",
    "open": "boolean",
    "since": "date",
    "code": "string",
    "kind": "choice",
    "link": "url",
    "lines": "list",
    "legs": "numbers",
    "trains": "services",
}


def frame_of(small, *rows, types=FIELDS):
    """Return the frame of a layer whose fields have these types; its features are points in a row."""
    for name, field_type in types.items():
        choices = 'choices = { a = "A" }\n' if field_type == "choice" else ""
        small.toml += f'\n[layers.towns.fields.{name}]\nlabel = "{name}"\ntype = "{field_type}"\n{choices}'
    layer = small.load().catalog.layers["towns"]
    points = [shapely.Point(6.5 + 0.1 * number, 52.3) for number in range(len(rows))]
    return make_layer(layer, [f"f{number}" for number in range(len(rows))], list(rows), points).gdf


@pytest.mark.parametrize(
    ("name", "value", "dtype", "cell"),
    [
        ("count", 3, "Int64", 3),
        ("founded", 1961, "Int64", 1961),
        ("share", 1, "Float64", 1.0),
        ("share", 0.5, "Float64", 0.5),
        ("open", True, "boolean", True),
        ("since", "2021-05-01", "datetime64[s]", pd.Timestamp(2021, 5, 1)),
        ("since", "0900-01-01", "datetime64[s]", pd.Timestamp("0900-01-01")),
        ("code", "NL", "string", "NL"),
        ("kind", "a", "string", "a"),
        ("link", "https://example.org", "string", "https://example.org"),
        ("lines", ["x", "y"], "object", ["x", "y"]),
        ("legs", [1, 2.5], "object", [1, 2.5]),
        (
            "trains",
            [{"name": "RB1", "minutes": [0, None]}],
            "object",
            [{"name": "RB1", "minutes": [0, None]}],
        ),
    ],
)
def test_a_column_has_the_type_of_its_field_although_features_lack_it(small, name, value, dtype, cell):
    column = frame_of(small, {"name": "One", name: value}, {"name": "Two"}, {name: None})[name]
    assert column.dtype == dtype
    assert column["f0"] == cell
    assert column.isna().tolist() == [False, True, True]


def test_fields_that_no_feature_has_are_columns_too_and_an_empty_layer_has_all_of_them(small):
    gdf = frame_of(small)
    assert {name: str(gdf[name].dtype) for name in ("count", "share", "open", "since", "lines")} == {
        "count": "Int64",
        "share": "Float64",
        "open": "boolean",
        "since": "datetime64[s]",
        "lines": "object",
    }
    assert (len(gdf), gdf.crs.to_epsg()) == (0, 4326)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("count", [1, 2.5]),
        ("count", [1, True]),
        ("count", [1, 2**70]),
        ("share", [0.5, "half"]),
        ("open", [True, 1]),
        ("since", ["2021-05-01", "last year"]),
        ("code", ["NL", 7]),
        ("mayor", ["A", {"name": "B"}]),
    ],
)
def test_no_value_of_another_type_than_its_field_claims_gets_lost(small, name, values):
    column = frame_of(small, *({name: value} for value in values))[name]
    assert column.dtype == "object"
    assert column.tolist() == values


def test_numbers_of_a_column_leave_out_what_is_no_number(small):
    gdf = frame_of(
        small, {"count": 3, "share": 0.5, "open": True}, {"count": True, "code": "7"}, {"share": 2}
    )
    assert to_numbers(gdf["count"]).tolist() == [3.0, pd.NA, pd.NA]
    assert to_numbers(gdf["share"]).tolist() == [0.5, pd.NA, 2.0]
    assert to_numbers(gdf["code"]).isna().all()


def test_properties_called_like_the_index_or_the_geometry_stay_in_the_records(small):
    gdf = frame_of(small, {"name": "One", "id": 7, "geometry": "round"})
    assert gdf.index.name == "id"
    assert list(gdf.index) == ["f0"]
    assert gdf.geometry["f0"].equals(shapely.Point(6.5, 52.3))


@pytest.mark.parametrize("layer_id", list(load_atlas().layers))
def test_the_frame_of_a_shipped_layer_says_the_same_as_its_records(atlas, layer_id):
    data = atlas.layers[layer_id]
    assert list(data.gdf.index) == list(data.properties)
    for name, column in data.gdf.drop(columns="geometry").items():
        for feature_id, cell in column.items():
            value = data.properties[feature_id].get(name)
            if value is None:
                assert cell is None or pd.isna(cell)
            elif column.dtype == "datetime64[s]":
                assert cell.date() == datetime.date.fromisoformat(value)
            else:
                assert cell == value


@pytest.mark.parametrize("layer_id", list(load_atlas().layers))
def test_the_projected_frame_is_the_same_in_meters_with_an_index_of_where_features_are(atlas, layer_id):
    data = atlas.layers[layer_id]
    frame = data.projected
    assert frame is data.projected, "it is made once"
    assert frame.crs.to_epsg() == 3035
    assert list(frame.columns) == list(data.gdf.columns)
    for place, feature_id in enumerate(frame.index):
        assert place in frame.sindex.query(frame.geometry[feature_id], predicate="intersects")
    west, south, east, north = frame.total_bounds
    assert 3_700_000 < west <= east < 4_700_000
    assert 2_900_000 < south <= north < 3_500_000
