"""Uploads: any file becomes layers or sentences; each file of the corpus, as an upload and in a catalog."""

import csv
import io
import json
import logging
import socket
from dataclasses import replace

import pytest

from dashboard.cli import main
from geodata import load_atlas
from geodata.export.csv_table import FORMULA_SIGNS, to_csv
from geodata.features.geometry_repair import LEGAL
from geodata.large.build import build_layer
from geodata.reading.gdal import DRIVERS, pyogrio
from geodata.reading.limits import Limits
from geodata.uploads.admit import admit
from geodata.uploads.prepare_large import prepare_large
from geodata.uploads.result import Admission
from tests.data.make import collection, feature
from tests.support import corpus
from tests.support.corpus import EXPECTED, key_of, layer_ids
from tests.support.layer_content import check_content

PATHS = corpus.paths()


@pytest.fixture(autouse=True)
def tripwire(monkeypatch, caplog):
    """Fail where anything reaches for another host, or ends in an error that nobody foresaw."""

    def reach(*_):
        raise AssertionError("something reached for another host")

    monkeypatch.setattr(socket.socket, "connect", reach)
    with caplog.at_level(logging.ERROR, logger="geodata"):
        yield
    if caplog.records:
        pytest.fail(caplog.records[0].message)


def shown(admission: Admission) -> int:
    return sum(layer.data.count for layer in admission.layers)


def test_every_file_of_the_corpus_has_an_outcome():
    assert sorted(EXPECTED) == sorted(key_of(path) for path in PATHS)
    assert len(PATHS) > 300


@pytest.mark.parametrize("path", PATHS, ids=key_of)
def test_a_file_of_the_corpus_is_shown_mended_or_refused_as_expected(path):
    admission = admit(path.name, path.read_bytes())
    expected = EXPECTED[key_of(path)]
    assert shown(admission) == expected["features"]
    assert len(admission.layers) == expected.get("tables", 1)
    repaired = {what for layer in admission.layers for what in layer.report.repaired}
    assert sorted(repaired) == expected.get("repaired", [])
    assert [problem.what for problem in admission.problems] == expected.get("says", [])
    assert admission.layers or admission.problems, "each file has a sentence"
    assert admission.needs_crs == expected.get("needs_crs", False)
    assert all(problem.mend.endswith(".") for problem in admission.problems), "each says what to do"
    for layer in admission.layers:
        assert layer.report.count_in == layer.report.count + sum(layer.report.left_out.values())
        assert layer.report.count == layer.data.count
        check_content(layer.data)


@pytest.fixture(scope="module")
def odd_catalog(tmp_path_factory):
    return corpus.write_catalog(tmp_path_factory.mktemp("odd"))


@pytest.fixture(scope="module")
def odd_atlas(odd_catalog):
    return load_atlas(odd_catalog)


@pytest.mark.parametrize("path", PATHS, ids=key_of)
def test_a_catalog_shows_of_a_file_of_the_corpus_what_the_gate_does(odd_atlas, path):
    expected = EXPECTED[key_of(path)]
    layer_id = layer_ids()[key_of(path)]
    data = odd_atlas.layers.get(layer_id)
    assert (data.count if data else 0) == expected.get("catalog", expected["features"])
    if data:
        json.loads(data.content.decode(), parse_constant=lambda word: pytest.fail(word))
    if "catalog" not in expected and (expected.get("says") or set(expected.get("repaired", ())) - set(LEGAL)):
        assert [problem for problem in odd_atlas.problems if problem.layer == layer_id], "and it says why"


def test_the_layers_beside_all_these_stand(odd_atlas):
    assert odd_atlas.layers["towns"].count == 2
    assert odd_atlas.layers["areas"].count == 1


def test_check_names_every_file_of_the_corpus_in_which_something_is_wrong(odd_catalog, capsys):
    assert main(["check", "--catalog", str(odd_catalog), "--json"]) == 1
    named = {problem["layer"] for problem in json.loads(capsys.readouterr().out)}
    wrong = {
        layer_ids()[key]
        for key, expected in EXPECTED.items()
        if expected.get("says") and "catalog" not in expected
    }
    assert wrong <= named
    assert not named & {"towns", "areas"}


DISAGREEING = [path for path in PATHS if EXPECTED[key_of(path)].get("gdal") != "query"]


@pytest.mark.parametrize("path", DISAGREEING, ids=key_of)
def test_where_gdal_and_pydantic_disagree_with_the_gate_it_is_explained(path):
    expected = EXPECTED[key_of(path)]
    if path.suffix in (".geojson", ".geojsonl", ".gpkg", ".fgb", ".zip", ".kml", ".gpx", ".parquet"):
        assert (corpus.count_by_gdal(path) != expected["features"]) == ("gdal" in expected)
    if path.suffix == ".geojson":
        is_clean = not expected.get("says") and not set(expected.get("repaired", ())) - set(LEGAL)
        assert (corpus.is_valid_by_pydantic(path) != is_clean) == ("pydantic" in expected)


@pytest.mark.parametrize("reader", ["gdal", "pydantic"])
def test_each_explanation_is_one_of_the_list_and_needed(reader):
    given = {expected[reader] for expected in EXPECTED.values() if reader in expected}
    assert given == set(corpus.DOCUMENT["why"][reader])


def test_gdal_has_the_drivers_of_the_list_and_no_other():
    assert set(pyogrio.list_drivers()) == set(DRIVERS)


def plain(count):
    return collection(*(feature(properties={"n": n}) for n in range(count)))


LIMITS = {
    "bytes": (Limits(max_bytes=100), "is larger than 0 MB"),
    "features": (Limits(max_features=2), "has more than 2 features"),
    "vertices": (Limits(max_vertices=2), "has more than 2 positions"),
    "nesting": (Limits(max_nesting=3), "is nested too deeply to read: more than 3 levels"),
    "fields": (Limits(max_fields=0), "has 1 properties, more than 0"),
    "seconds": (Limits(max_seconds=0), "takes longer than 0 seconds to read"),
}


@pytest.mark.parametrize(("limits", "words"), LIMITS.values(), ids=LIMITS)
def test_each_limit_is_said_and_kept(limits, words):
    admission = admit("a.geojson", plain(3), limits=limits)
    assert admission.layers == ()
    assert [problem.what for problem in admission.problems] == [words]


def test_a_text_beyond_the_limit_is_cut_and_that_is_said():
    [layer] = admit(
        "a.geojson", plain(1).replace(b'"n": 0', b'"n": "abcdefgh"'), limits=Limits(max_text_length=4)
    ).layers
    assert layer.data.properties["1"]["n"] == "abc…"
    assert layer.report.repaired == {"texts that are too long, cut off": 1}


def test_a_file_of_features_without_shapes_is_a_layer_in_which_nothing_is_drawn():
    content = collection(*({"type": "Feature", "properties": {"n": n}, "geometry": None} for n in range(3)))
    admission = admit("a.geojson", content)
    [layer] = admission.layers
    assert (layer.report.count_in, layer.report.count) == (3, 0)
    assert layer.report.left_out == {"it has no geometry": 3}
    assert [problem.what for problem in admission.problems] == ["leaves out 3 of 3: it has no geometry"]


def test_a_catalog_s_feature_beyond_the_limits_is_named_and_shown(small, monkeypatch):
    monkeypatch.setattr(
        "geodata.validation.size.LIMITS", Limits(max_text_length=50, max_fields=6, max_vertices=4)
    )
    small.feature("towns")["properties"]["description"] = "x" * 51
    small.feature("towns", 1)["properties"].update({"y" * 51: 1, "z1": 1, "z2": 1})
    atlas = small.load()
    assert (atlas.layers["towns"].count, atlas.layers["areas"].count) == (2, 1)
    said = [str(problem) for problem in atlas.problems]
    for words in (
        "towns.one: has a text of more than 50 characters in `description`",
        "towns.two: has 7 properties, more than 6",
        "towns.two: has a name of more than 50 characters in `yyy",
        "areas.square: has more than 4 positions",
    ):
        assert any(words in sentence for sentence in said), (words, said)


@pytest.mark.parametrize(
    "name",
    ["", ".", "/", "../../etc/passwd", "<img src=x onerror=alert(1)>.geojson", "a\0b.geojson", "a.GeoJSON",
     "x" * 5000 + ".geojson", "\u202egpj.geojson", "C:\\evil\\a.geojson", "a\nb.geojson", ".geojson"],
)  # fmt: skip
def test_whatever_a_file_is_called_sentences_name_it_on_one_short_line(name):
    admission = admit(name, b"{")
    [problem] = admission.problems
    assert len(problem.layer) < 80
    assert problem.layer.isprintable()
    assert "/" not in problem.layer


def test_a_crs_that_is_said_brings_a_file_without_one_to_its_place():
    content = b"name,x,y\nEnschede,257000,471000\n"
    assert admit("a.csv", content).needs_crs
    [layer] = admit("a.csv", content, crs="EPSG:28992").layers
    assert layer.data.geometries["1"].distance(layer.data.geometries["1"].__class__(6.8799, 52.2176)) < 1e-3
    assert layer.report.crs == "Amersfoort / RD New"
    assert admit("a.csv", content, crs="nonsense").needs_crs


def test_a_file_of_more_than_10000_features_is_a_large_one_and_is_built_from_the_same_reading(tmp_path):
    content = b"name:nl,lon,lat\n" + b"".join(b"Huis %d,6.%04d,52.2\n" % (n, n) for n in range(10_001))
    admission = admit("huizen.csv", content)
    assert admission.is_large
    assert admission.layers == ()
    prepared = prepare_large("huizen.csv", content, tmp_path)
    assert prepared.problems == ()
    [layer] = prepared.layers
    large = build_layer(layer, tmp_path, tmp_path)
    assert large.count == 10_001
    assert large.feature("3").properties["name_nl"] == "Huis 2"
    assert layer.fields["name_nl"].label == "name:nl"


def test_a_large_file_that_is_refused_says_why(tmp_path):
    prepared = prepare_large("a.gpkg", b"SQLite format 3\0", tmp_path)
    assert prepared.layers == ()
    assert "is a damaged GeoPackage" in str(prepared.problems[0])


def test_a_sentence_can_be_said_in_another_language():
    [problem] = admit("a.geojson", b'{"type": "Topology"}').problems
    assert problem.what.in_words({"is TopoJSON": "ist TopoJSON"}.get) == "ist TopoJSON"
    [problem] = admit("a.geojson", plain(1).replace(b"Point", b"Kreis")).problems
    words = {
        "leaves out {count} of {all}: {reason}": "lässt {count} von {all} weg: {reason}",
        "its geometry has a type that GeoJSON does not have": "eine solche Form hat GeoJSON nicht",
    }
    assert problem.what.in_words(words.get) == "lässt 1 von 1 weg: eine solche Form hat GeoJSON nicht"


@pytest.mark.parametrize(
    "path", [path for path in PATHS if "formula" in path.name or "sql" in path.name], ids=key_of
)
def test_no_cell_of_an_export_is_a_formula_for_a_spreadsheet(path):
    [layer] = admit(path.name, path.read_bytes()).layers
    data = replace(layer.data, properties={"=1": {**layer.data.properties["1"], "@a": "-1+1"}})
    data = replace(data, geometries={"=1": layer.data.geometries["1"]})
    text = to_csv(data).decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, newline="")):
        for cell in row:
            assert not cell.startswith(FORMULA_SIGNS)


def test_an_area_too_small_for_six_decimals_is_kept_as_it_is():
    corners = [[6.8, 52.2], [6.8000001, 52.2], [6.8000001, 52.2000001], [6.8, 52.2]]
    [layer] = admit(
        "a.geojson", collection(feature({"type": "Polygon", "coordinates": [corners]}, {}))
    ).layers
    assert layer.data.geometries["1"].is_valid
    assert layer.data.geometries["1"].area > 0


def test_a_file_that_asks_for_more_memory_than_there_is_is_a_sentence(monkeypatch):
    def fail(*_):
        raise MemoryError

    monkeypatch.setattr("geodata.uploads.uploaded_file.parse", fail)
    [problem] = admit("a.geojson", plain(1)).problems
    assert problem.what == "needs more memory than one file may take"


def test_what_the_gate_shows_of_a_file_can_be_built_like_a_large_layer_too(tmp_path):
    for number, path in enumerate(PATHS):
        folder = tmp_path / str(number)
        folder.mkdir()
        prepared = prepare_large(path.name, path.read_bytes(), folder)
        assert prepared.layers or not EXPECTED[key_of(path)]["features"], path
        assert prepared.layers or prepared.problems, path


def test_geojson_is_built_as_it_is_read_into_memory(tmp_path):
    content = (corpus.HERE / "odd" / "value_integer_beyond_browsers.geojson").read_bytes()
    [layer] = prepare_large("a.geojson", content, tmp_path).layers
    [small] = admit("a.geojson", content).layers
    assert build_layer(layer, tmp_path, tmp_path).feature("1").properties == small.data.properties["1"]
