"""The map saved as a file, opened in a browser without a network."""

import urllib.parse

from tests.support.requesting import request
from tests.support.street_map import STREETS_DRAWN


def test_the_map_as_a_file_opens_from_a_disk_as_it_was_on_the_screen(visit, server, tmp_path):
    query = urllib.parse.urlencode(
        {"lang": "nl", "layers": "cities,stations", "feature": "cities.enschede", "view": "12/52.22/6.89"}
    )
    (tmp_path / "map.html").write_bytes(request(f"{server.url}/download/map.html?{query}").body)
    visitor = visit(is_new=True)
    visitor.page.context.set_offline(True)
    visitor.page.goto((tmp_path / "map.html").as_uri())
    visitor.page.locator("html[data-atlas=drawn]").wait_for(state="attached")
    assert visitor.page.locator(".leaflet-popup").inner_text().count("Enschede")
    drawn = set(
        visitor.page.locator("path[data-feature]").evaluate_all(
            "all => all.map(e => e.dataset.feature.split('.')[0])"
        )
    )
    assert drawn == {"cities", "stations"}
    visitor.wait_until(STREETS_DRAWN)
    assert [url for url in visitor.requests if not url.startswith(("file:", "data:", "blob:"))] == []
    assert visitor.errors == []
