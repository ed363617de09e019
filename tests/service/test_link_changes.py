"""Links that are pinned to a version of the data: what is kept of it, and what they say of changes."""

import datetime
import json
import re

import pytest

from dashboard.link.selection import read_selection
from dashboard.views.link_changes import describe_changes, sum_up_changes
from geodata import load_atlas
from geodata.atlas.versions import data_version, remember
from geodata.large.build import build_layer
from geodata.large.cache import cache_folder
from tests.support.large_catalog import COUNT, write_large_catalog

DAY = datetime.date(2026, 11, 3)


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("TWENTE_ATLAS_CACHE", str(tmp_path_factory.mktemp("cache")))


def changes_said(atlas, **query):
    """Return the text of what a link says, without tags, or `None`."""
    html = describe_changes(atlas, read_selection(query, atlas), query)
    return None if html is None else " ".join(re.sub("<[^>]+>", " ", html).split())


def test_of_a_large_layer_is_said_that_it_has_changed_and_that_no_more_is_kept(tmp_path):
    from geodata import load_atlas
    from geodata.large.build import build_layer

    path = write_large_catalog(tmp_path)
    for source in (None, "again"):
        if source:
            path.with_name("houses.fgb").touch()
            with path.with_name("houses.fgb").open("ab") as file:
                file.write(b"\0" * 8)
        atlas = load_atlas(path)
        build_layer(atlas.catalog.layers["houses"], atlas.folder)
        atlas = load_atlas(path)
        if source is None:
            version = data_version(atlas)
            remember(atlas, DAY)
    assert "the atlas does not record which features" in changes_said(atlas, data=version)


def test_of_a_large_layer_it_is_told_how_many_features_it_had_and_has(tmp_path, monkeypatch):
    monkeypatch.setenv("TWENTE_ATLAS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "region").mkdir()
    path = write_large_catalog(tmp_path / "region")
    build_layer(load_atlas(path).catalog.layers["houses"], path.parent)
    before = load_atlas(path)
    remember(before, DAY)
    file = cache_folder() / "history" / f"{data_version(before)}.json"
    record = json.loads(file.read_text(encoding="utf-8"))
    assert record["layers"]["houses"]["count"] == COUNT

    def told_of(version, **changes):
        record["layers"]["houses"] |= {"sha256": "other", **changes}
        (file.parent / f"{version}.json").write_text(json.dumps(record), encoding="utf-8")
        return sum_up_changes(before, {"data": version, "layers": "houses"})

    assert told_of("a" * 12, count=COUNT - 1).endswith(f"It had {COUNT - 1:,} features, and has {COUNT:,}.")
    assert told_of("b" * 12, count=COUNT).endswith(f"It still has {COUNT:,} features.")
    del record["layers"]["houses"]["count"]
    assert told_of("c" * 12).endswith("which features."), "a file of before"
