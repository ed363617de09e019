"""The catalog: what is read, and what is said of a catalog that is wrong."""

import pytest

from geodata import CatalogError, load_atlas


def test_a_right_catalog_has_no_problem(small):
    atlas = small.load()
    assert atlas.problems == ()
    assert list(atlas.layers) == ["areas", "towns"]


def test_an_unknown_key_names_the_layer_and_the_key_that_was_meant(small):
    small.toml = small.toml.replace('kind = "Town"', 'kind = "Town"\ntitel = "Towns"')
    atlas = small.load()
    assert str(atlas.problems[0]) == "towns: unknown key `titel`. Did you mean `title`?"
    assert list(atlas.layers) == ["areas"], "the other layer still shows"


def test_an_unknown_key_deep_in_a_table_suggests_that_table_s_keys(small):
    small.toml = small.toml.replace("radius = 8", "radius = 8, wieght = 3")
    assert "Did you mean `weight`?" in str(small.load().problems[0])


def test_a_wrong_type_names_the_key_the_value_and_what_it_should_be(small):
    small.toml = small.toml.replace("count = 2", 'count = "two"')
    [problem, *_] = small.load().problems
    assert (problem.layer, problem.what) == ("towns", "`count` is 'two'")
    assert "integer" in problem.mend


def test_a_missing_key_is_named(small):
    small.toml = small.toml.replace('kind = "Town"\n', "")
    assert "towns: key `kind` is missing." in str(small.load().problems[0])


def test_all_problems_are_reported_at_once(small):
    small.toml = small.toml.replace("count = 2", 'count = "two"').replace('kind = "Area"\n', "")
    assert {problem.layer for problem in small.load().problems} >= {"areas", "towns"}


def test_a_key_field_that_is_not_declared_is_a_problem(small):
    small.toml = small.toml.replace('key_fields = ["population"]', 'key_fields = ["people"]')
    assert "key_fields names `people`" in str(small.load().problems[0])


def test_a_reference_to_a_layer_that_is_not_there_is_a_problem(small):
    small.toml = small.toml.replace('refers_to = "areas"', 'refers_to = "regions"')
    assert "refers to layer `regions`" in str(small.load().problems[0])


def test_a_tile_service_that_nobody_knows_is_a_problem(small):
    small.toml = small.toml.replace(
        "[overview]", 'online_basemaps = [{ title = "Map", provider = "nlmaps.pastell" }]\n\n[overview]', 1
    )
    assert "no tile service `nlmaps.pastell`. Did you mean `nlmaps.pastel`?" in str(small.load().problems[0])


def test_a_layer_id_is_held_to_the_pattern(small):
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
def test_a_catalog_that_cannot_be_read_is_one_clear_error(tmp_path, content, words):
    path = tmp_path / "catalog.toml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CatalogError, match=words) as caught:
        load_atlas(path)
    assert str(path) in str(caught.value)
