"""Take a picture of a running atlas; `python -m tests.screenshot --help` says how."""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.support import chromium
from tests.support.browser_page import opened_page


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
        scheme = "dark" if options.dark else "light"
        viewport = {"width": width, "height": height}
        address = urlsplit(options.address)
        server = f"{address.scheme}://{address.netloc}"
        with opened_page(browser, server, viewport=viewport, color_scheme=scheme) as visited:
            visited.open(options.address.removeprefix(server) or "/").settle()
            visited.page.screenshot(path=options.file)
        browser.close()
    if options.colors:
        with Image.open(options.file) as picture:
            # An octree keeps the rare colors of symbols.
            picture.convert("RGB").quantize(options.colors, Image.Quantize.FASTOCTREE).save(
                options.file, optimize=True
            )


if __name__ == "__main__":
    main()
