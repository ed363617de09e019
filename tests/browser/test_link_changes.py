"""Links pinned to a version of the data, as visitors share and open them."""

import datetime
import urllib.parse

import pytest

from geodata.atlas.versions import data_version, remember
from geodata.large.cache import cache_folder
from tests.support.axe import violations

DAY = datetime.date(2026, 11, 3)


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("TWENTE_ATLAS_CACHE", str(tmp_path_factory.mktemp("cache")))


def test_the_map_alone_says_what_has_changed_until_that_is_closed(visit, serve, small):
    small.toml = small.toml.replace("count = 2\n", "")
    remember(small.load(), DAY)
    version = data_version(small.load())
    small.feature("towns")["properties"]["population"] = 1001
    small.write()
    server = serve("--catalog", str(small.path))
    visited = visit(server.url).open(f"/map?lang=en&layers=towns&data={version}")
    notice = visited.page.locator(".atlas-kept")
    notice.get_by_text("Towns: Changed (1)").wait_for()
    assert violations(visited.page) == []
    notice.get_by_role("button", name="Close").click()
    notice.wait_for(state="detached")
    assert f"data={version}" in visited.page.url
    same = visit(server.url).open(f"/map?lang=en&data={data_version(small.load())}")
    assert same.page.locator(".atlas-kept").count() == 0
    assert visited.errors == same.errors == []


def test_a_link_is_pinned_when_shared_and_tells_its_reader_what_changed(visit, serve, small):
    small.toml = small.toml.replace("count = 2\n", "")
    small.write()
    server = serve("--catalog", str(small.path))
    visited = visit(server.url).open("/?layers=towns")
    page = visited.page
    page.get_by_role("button", name="Share and save").click()
    assert "data=" not in page.get_by_label("Link to this view").input_value()
    page.get_by_label("Pin to today’s data").check()
    link = page.get_by_label("Link to this view").input_value()
    [version] = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query)["data"]
    kept = cache_folder() / "history" / f"{version}.json"
    visited.wait_for(kept.exists)
    same = visit(server.url).open(link.removeprefix(server.url))
    assert same.page.locator(".atlas-changes").count() == 0
    small.feature("towns")["properties"]["population"] = 1001
    small.write()
    later = visit(server.url).open(link.removeprefix(server.url))
    notice = later.page.locator(".atlas-changes")
    notice.get_by_role("link", name="One").wait_for()
    assert violations(later.page) == []
    notice.get_by_role("link", name="One").click()
    later.page.get_by_role("heading", name="One").wait_for()
    assert f"data={version}" in later.page.url, "it is still the same link"
    assert later.errors == []
