"""Uploads for tests: a small layer, and dropping files on the page."""

import json
from pathlib import Path

from playwright.sync_api import expect

from tests.support.browser_page import BrowserPage

TREES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": f"Tree {number}", "height": number, "link": "javascript:alert(1)"},
            "geometry": {"type": "Point", "coordinates": [6.6 + number / 100, 52.3]},
        }
        for number in range(5)
    ],
}
CONTENT = json.dumps(TREES).encode()


def drop(visited: BrowserPage, files: list[Path]) -> None:
    """Drop files on the page, and wait until each has been read."""
    visited.page.locator("#atlas-uploads-input").set_input_files(files)
    visited.page.locator("#atlas-uploads li").nth(len(files) - 1).wait_for(timeout=120_000)
    expect(visited.page.locator("#atlas-uploads progress")).to_have_count(0, timeout=120_000)
