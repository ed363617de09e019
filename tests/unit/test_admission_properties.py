"""Whatever bytes are uploaded: layers or sentences, within the limits, and never an exception."""

import json
import logging

import pytest
from hypothesis import HealthCheck, example, given, settings, strategies as st

from geodata.reading.formats import ENDINGS
from geodata.reading.limits import Limits
from geodata.uploads.admit import admit
from tests.support.corpus import HERE
from tests.support.layer_content import check_content

LIMITS = Limits(max_vertices=10_000, max_seconds=10)
GEOMETRY_TYPES = ["Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "Circle"]

numbers = st.floats(width=64) | st.integers() | st.sampled_from([6.8, 52.2, 180, -180, 90, 1e308])
positions = st.lists(numbers, min_size=0, max_size=4) | st.tuples(numbers, numbers).map(list)
texts = st.text(max_size=20) | st.sampled_from(
    ["", "name", "id", "__proto__", "geometry", "\ud800", "\0", "=1"]
)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
coordinates = st.recursive(positions | values, lambda inner: st.lists(inner, max_size=5), max_leaves=20)
rings = st.lists(st.tuples(st.floats(-10, 10), st.floats(-10, 10)).map(list), min_size=3, max_size=12)
geometries = st.recursive(
    st.fixed_dictionaries({"type": st.sampled_from(GEOMETRY_TYPES), "coordinates": coordinates})
    | st.fixed_dictionaries({"type": st.just("Polygon"), "coordinates": st.lists(rings, max_size=3)})
    | values,
    lambda inner: st.fixed_dictionaries(
        {"type": st.just("GeometryCollection"), "geometries": st.lists(inner, max_size=3)}
    ),
    max_leaves=6,
)
features = st.fixed_dictionaries(
    {"type": st.just("Feature")},
    optional={
        "id": values,
        "properties": st.dictionaries(texts, values, max_size=5) | values,
        "geometry": geometries,
    },
)
collections = st.fixed_dictionaries(
    {"type": st.just("FeatureCollection"), "features": st.lists(features | values, max_size=4)},
    optional={"bbox": values, "crs": values, "name": values},
)

bounded = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def check_upload(name, content):
    """Upload a file, and check what becomes of it."""
    admission = admit(name, content, limits=LIMITS)
    assert admission.layers or admission.problems
    for layer in admission.layers:
        assert layer.report.count_in == layer.report.count + sum(layer.report.left_out.values())
        assert all(shape.is_valid and not shape.has_z for shape in layer.data.geometries.values())
        check_content(layer.data)
    return admission


@pytest.fixture(autouse=True)
def nothing_unforeseen(caplog):
    with caplog.at_level(logging.ERROR, logger="geodata"):
        yield
    if caplog.records:
        pytest.fail(caplog.text)


@given(st.sampled_from(ENDINGS), st.binary(max_size=400))
@bounded
def test_any_bytes_of_any_ending(ending, content):
    check_upload(f"a{ending}", content)


@pytest.mark.parametrize("path", sorted((HERE / "finds").iterdir()), ids=lambda path: path.name)
def test_what_the_fuzzer_found_stands_now(path):
    check_upload(path.name, path.read_bytes())


BEGINNINGS = [
    b"SQLite format 3\0",
    b"fgb\x03fgb\x00",
    b"PAR1",
    b"PK\x03\x04",
    b"\x00\x00\x27\x0a",
    b"<kml>",
    b"<gpx>",
]


@given(st.sampled_from(ENDINGS), st.sampled_from(BEGINNINGS), st.binary(max_size=200))
@bounded
def test_any_bytes_behind_a_beginning_that_a_format_has(ending, beginning, content):
    check_upload(f"a{ending}", beginning + content)


@given(values)
@bounded
def test_any_json(document):
    check_upload("a.geojson", json.dumps(document).encode())


@given(collections)
@example(
    {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {"": {"": []}}, "geometry": []}],
    }
)
@settings(bounded, max_examples=400)
def test_any_tree_that_looks_like_geojson(document):
    check_upload("a.geojson", json.dumps(document).encode())


@given(
    st.lists(st.lists(st.text(max_size=8) | numbers.map(str), max_size=5), max_size=6),
    st.sampled_from(",;\t|"),
)
@bounded
def test_any_table_with_coordinates(rows, separator):
    lines = [["lon", "lat", "a"], *rows]
    check_upload("a.csv", "\n".join(separator.join(line) for line in lines).encode("utf-8", "replace"))
