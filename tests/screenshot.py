"""Take a picture of a running atlas; `python -m tests.screenshot --help` says how."""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.support import chromium


def main() -> None:
    """Open an address in Chromium, wait for its map, and write what is on the screen."""
    parser = argparse.ArgumentParser(description="Take a picture of a running atlas.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--address", default="http://localhost:8501/")
    parser.add_argument("--size", default="1440x900")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument(
        "--colors", type=int, metavar="N", help="reduce the picture to N colors: a smaller file"
    )
    options = parser.parse_args()
    width, height = (int(part) for part in options.size.split("x"))
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium.EXECUTABLE, args=chromium.ARGUMENTS)
        page = browser.new_page(
            viewport={"width": width, "height": height}, color_scheme="dark" if options.dark else "light"
        )
        page.goto(options.address)
        is_map = "/map" in options.address
        document = page if is_map else page.frame_locator("iframe.atlas-frame")
        document.locator("html[data-atlas=drawn]").wait_for(state="attached")
        if not is_map:
            page.locator(".st-key-panel h2").wait_for()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=options.file)
        browser.close()
    if options.colors:
        with Image.open(options.file) as picture:
            picture.convert("RGB").quantize(options.colors).save(options.file, optimize=True)


if __name__ == "__main__":
    main()
