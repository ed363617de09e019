"""A catalog is read, and its problems are reported."""

import gzip

import pytest
from pmtiles.tile import zxy_to_tileid

from geodata import CatalogError, load_atlas
from geodata.large.pmtiles_writer import write_archive
from tests.support.small_catalog import BASEMAP


def test_a_valid_catalog_has_no_problems(small):
    atlas = small.load()
    assert atlas.problems == ()
    assert list(atlas.layers) == ["areas", "towns"]


def test_an_unknown_key_is_reported_with_its_layer_and_the_nearest_key(small):
    small.toml = small.toml.replace('kind = "Town"', 'kind = "Town"\ntitel = "Towns"')
    atlas = small.load()
    assert str(atlas.problems[0]) == "towns: unknown key `titel`. Did you mean `title`?"
    assert list(atlas.layers) == ["areas"], "the other layer still shows"


def test_an_unknown_key_deep_in_a_table_suggests_that_table_s_keys(small):
    small.toml = small.toml.replace("radius = 8", "radius = 8, wieght = 3")
    assert "Did you mean `weight`?" in str(small.load().problems[0])


def test_a_wrong_type_is_reported_with_key_value_and_expected_type(small):
    small.toml = small.toml.replace("count = 2", 'count = "two"')
    [problem, *_] = small.load().problems
    assert (problem.layer, problem.what) == ("towns", "`count` is 'two'")
    assert "integer" in problem.mend


def test_a_missing_key_is_reported(small):
    small.toml = small.toml.replace('kind = "Town"\n', "")
    assert "towns: key `kind` is missing." in str(small.load().problems[0])


def test_all_problems_are_reported_at_once(small):
    small.toml = small.toml.replace("count = 2", 'count = "two"').replace('kind = "Area"\n', "")
    assert {problem.layer for problem in small.load().problems} >= {"areas", "towns"}


def test_an_undeclared_key_field_is_a_problem(small):
    small.toml = small.toml.replace('key_fields = ["population"]', 'key_fields = ["people"]')
    assert "key_fields refers to unknown field `people`" in str(small.load().problems[0])


def test_a_reference_to_an_unknown_layer_is_a_problem(small):
    small.toml = small.toml.replace('refers_to = "areas"', 'refers_to = "regions"')
    assert "fields.area.refers_to refers to unknown layer `regions`" in str(small.load().problems[0])


def test_an_unknown_layer_in_a_theme_and_one_in_two_themes_are_problems(small):
    groups = [("Ground", ["areas", "moons"]), ("Places", ["areas"])]
    tables = "".join(f'[[layer_groups]]\ntitle = "{title}"\nlayers = {layers}\n' for title, layers in groups)
    small.toml = small.toml.replace("[overview]", f"{tables}\n[overview]", 1)
    texts = [str(problem) for problem in small.load().problems]
    assert any("layer_groups “Ground” refers to unknown layer `moons`" in text for text in texts)
    assert any("layer_groups “Places” has layer `areas`" in text for text in texts)


def test_an_unknown_tile_service_is_a_problem(small):
    small.toml = small.toml.replace(
        "[overview]", 'online_basemaps = [{ title = "Map", provider = "nlmaps.pastell" }]\n\n[overview]', 1
    )
    assert "unknown tile service `nlmaps.pastell`. Did you mean `nlmaps.pastel`?" in str(
        small.load().problems[0]
    )


def test_a_layer_id_must_match_the_pattern(small):
    small.toml = small.toml.replace("[layers.towns", "[layers.Towns-1")
    assert small.load().problems[0].layer == "Towns-1"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("title = ", "not valid TOML"),
        ("title = 3", "`title` is 3"),
        (None, "no catalog at"),
        ("[layers.a]\n[layers.a]", "not valid TOML"),
        ("layers = 3", "must be tables"),
    ],
    ids=["broken", "wrong", "missing", "layer twice", "no tables"],
)
def test_an_unreadable_catalog_is_one_clear_error(tmp_path, content, words):
    path = tmp_path / "catalog.toml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CatalogError, match=words) as caught:
        load_atlas(path)
    assert str(path) in str(caught.value)


@pytest.fixture
def with_streets(small):
    """A catalog whose base map has a file of streets with one tile, yet to be loaded."""
    small.toml = small.toml.replace("[overview]", f"{BASEMAP}\n[overview]", 1)
    folder = small.path.parent / "basemap"
    folder.mkdir()
    (folder / "overview.geojson").touch()
    write_streets(folder / "streets.pmtiles", "roads")
    return small


def write_streets(path, *layers):
    tiles = [(zxy_to_tileid(9, 265, 168), gzip.compress(bytes(1000)))]
    metadata = {"vector_layers": [{"id": layer, "fields": {}} for layer in layers]}
    write_archive(path, tiles, (6.0, 52.0, 7.0, 53.0), metadata)


def test_a_base_map_may_have_a_file_of_streets(with_streets):
    assert with_streets.load().problems == ()
    with_streets.toml = with_streets.toml.replace('streets = "streets.pmtiles"\n', "")
    assert with_streets.load().problems == ()


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("harm", "what"),
    [
        (lambda path: path.unlink(), "is missing"),
        (cut_off, "can't be read: streets.pmtiles is damaged: it ends too early"),
        (lambda path: path.write_bytes(b"PK" * 500), "can't be read: streets.pmtiles is damaged: "),
        (lambda path: path.write_bytes(b""), "can't be read: streets.pmtiles is damaged: it ends too early"),
        (
            lambda path: write_streets(path, "transportation", "water"),
            "has another schema: `roads` is missing, its layers are transportation, water",
        ),
    ],
    ids=["missing", "cut_off", "no_tiles", "empty", "another_schema"],
)
def test_a_file_of_streets_that_cannot_be_drawn_is_one_problem_and_the_layers_stay(with_streets, harm, what):
    with_streets.write()
    harm(with_streets.path.parent / "basemap" / "streets.pmtiles")
    atlas = load_atlas(with_streets.path)
    [problem] = atlas.problems
    assert problem.what.startswith(f"the base map's file of streets, basemap/streets.pmtiles, {what}")
    assert "`streets`" in problem.mend
    assert list(atlas.layers) == ["areas", "towns"]
