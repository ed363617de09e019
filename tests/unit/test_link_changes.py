"""Links pinned to a version of the data: what is remembered, and what they say of changes."""

import datetime
import json
import re
import shutil

import pytest

from dashboard.link.selection import read_selection
from dashboard.views.link_changes import describe_changes, sum_up_changes
from geodata import in_language
from geodata.atlas.versions import changes_since, data_version, remember
from geodata.large.cache import cache_folder

DAY = datetime.date(2026, 11, 3)


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("TWENTE_ATLAS_CACHE", str(tmp_path_factory.mktemp("cache")))


def changes_said(atlas, **query):
    """Return the text of what a link says, without tags, or `None`."""
    html = describe_changes(atlas, read_selection(query, atlas), query)
    return None if html is None else " ".join(re.sub("<[^>]+>", " ", html).split())


@pytest.fixture
def pinned(small):
    """The version of a small atlas whose towns then change: `one` grows, `two` goes, `three` comes."""
    small.toml = small.toml.replace("count = 2\n", "")
    before = small.load()
    remember(before, DAY)
    towns = small.layers["towns"]["features"]
    towns[0]["properties"]["population"] = 1001
    towns[1] = {**towns[1], "id": "three", "properties": {**towns[1]["properties"], "name": "Three"}}
    return data_version(before)


def test_a_version_is_of_the_data_alone_whatever_the_language(atlas, small):
    version = data_version(atlas)
    assert re.fullmatch("[0-9a-f]{12}", version)
    assert {data_version(in_language(atlas, language)) for language in ("en", "nl", "de")} == {version}
    first = data_version(small.load())
    small.toml = small.toml.replace('title = "Towns"', 'title = "Places"')
    assert data_version(small.load()) == first
    small.feature("towns")["properties"]["population"] = 1
    assert data_version(small.load()) != first


def test_what_came_went_and_changed_is_known_by_feature(small, pinned):
    changes = changes_since(small.load(), pinned)
    assert changes.seen == DAY
    assert list(changes.layers) == ["towns"]
    towns = changes.layers["towns"]
    assert (towns.added, towns.changed, towns.removed) == (["three"], ["one"], {"two": "Two"})


def test_another_spelling_of_the_same_file_is_no_difference(small):
    before = small.load()
    remember(before, DAY)
    small.layers["towns"] = json.dumps(small.layers["towns"], indent=3)
    after = small.load()
    assert data_version(after) != data_version(before)
    assert changes_since(after, data_version(before)).layers == {}
    assert "Nothing that it shows has changed" in changes_said(after, data=data_version(before))


def test_a_layer_that_came_or_went_is_told_of_as_a_whole(small):
    small.toml, areas = small.toml, small.layers.pop("areas")
    without = small.load()
    remember(without, DAY)
    small.layers["areas"] = areas
    whole = small.load()
    remember(whole, DAY)
    assert "Areas This layer is new." in changes_said(whole, data=data_version(without))
    (small.path.parent / "layers" / "areas.geojson").unlink()
    del small.layers["areas"]
    assert "Areas This layer is no longer there." in changes_said(small.load(), data=data_version(whole))


def test_only_what_a_link_shows_is_told_in_full_the_rest_is_counted(small, pinned):
    atlas = small.load()
    assert changes_said(atlas, data=pinned, layers="towns", feature="towns.one") == (
        "This link is pinned to data first shown on 3 November 2026. What it shows has changed since: "
        "Towns Changed (1): One New (1): Three Gone (1): Two"
    )
    assert changes_said(atlas, data=pinned, layers="areas") == (
        "This link is pinned to data first shown on 3 November 2026. "
        "Nothing that it shows has changed since. One layer that it does not show has changed."
    )
    assert "Gone (1): Two" in changes_said(atlas, data=pinned, layers="", feature="towns.two")
    assert "Gone (1): Two" in changes_said(atlas, data=pinned, layers="", panel="table", of="towns")


def test_many_changes_are_counted_and_the_first_named_that_of_the_link_before_all(small, pinned):
    towns = small.layers["towns"]["features"]
    towns += [{**towns[1], "id": f"t{number}"} for number in range(20)]
    text = changes_said(small.load(), data=pinned, feature="towns.t19")
    assert "New (21): " in text
    html = describe_changes(
        small.load(), read_selection({"data": pinned}, small.load()), {"feature": "towns.t19"}
    )
    assert re.search(r'New \(21\): <a href="[^"]+" data-feature="towns.t19">', html)
    assert html.count("<a ") == 6 + 1


def test_it_is_said_in_the_reader_s_language(atlas):
    version = "0123456789ab"
    folder = cache_folder() / "history"
    remember(atlas, DAY)
    [file] = folder.glob("*.json")
    record = json.loads(file.read_text(encoding="utf-8"))
    cities = record["layers"]["cities"]
    cities["sha256"], cities["features"]["enschede"][0] = "other", "other"
    (folder / f"{version}.json").write_text(json.dumps(record), encoding="utf-8")
    assert "am 3. November 2026" in changes_said(in_language(atlas, "de"), data=version)
    dutch = changes_said(in_language(atlas, "nl"), data=version)
    assert dutch.endswith("Steden en plaatsen Gewijzigd (1): Enschede")


def test_a_version_of_which_nothing_is_kept_is_said_to_be_unknown_and_today_s_needs_no_word(atlas):
    assert "this server does not have" in changes_said(atlas, data="0" * 12)
    assert changes_said(atlas, data=data_version(atlas)) is None
    assert changes_said(atlas) is None


@pytest.mark.parametrize("wrong", ["x", "../../etc/passwd", "0" * 13, "0" * 500])
def test_what_is_no_version_is_refused_and_never_a_path(atlas, wrong):
    selection = read_selection({"data": wrong}, atlas)
    assert selection.data is None
    [problem] = selection.problems
    assert "can’t be read" in problem
    assert len(problem) < 200


def test_what_is_kept_goes_along_with_the_data_beside_the_catalog(
    small, pinned, monkeypatch, tmp_path_factory
):
    shutil.copytree(cache_folder() / "history", small.path.parent / "history")
    monkeypatch.setenv("TWENTE_ATLAS_CACHE", str(tmp_path_factory.mktemp("another")))
    assert list(changes_since(small.load(), pinned).layers) == ["towns"]


def test_a_damaged_file_is_as_good_as_none(small, pinned):
    (cache_folder() / "history" / f"{pinned}.json").write_text("{")
    assert "this server does not have" in changes_said(small.load(), data=pinned)


def test_the_map_alone_sums_up_the_same_in_each_language(small, pinned, atlas):
    text = sum_up_changes(small.load(), {"data": pinned})
    assert text.endswith("What it shows has changed since: Towns: Changed (1), New (1), Gone (1)")
    assert sum_up_changes(small.load(), {"data": pinned, "layers": "areas"}).endswith(
        "Nothing that it shows has changed since."
    )
    assert "this server does not have" in sum_up_changes(small.load(), {"data": "0" * 12})
    assert "can’t be read" in sum_up_changes(small.load(), {"data": "../../etc"})
    assert sum_up_changes(small.load(), {"data": data_version(small.load())}) is None
    assert sum_up_changes(small.load(), {}) is None
    assert "die deze server niet heeft" in sum_up_changes(in_language(atlas, "nl"), {"data": "0" * 12})
