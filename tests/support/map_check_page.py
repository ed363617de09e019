"""A map that is moved from view to view without a reload, with pictures of what is under its names."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.support.browser_page import PHONE, opened_page

SCRIPT = Path(__file__).with_name("map_check.js").read_text(encoding="utf-8")

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Scene:
    """What a view shows: where its names, symbols and controls are, and its pixels."""

    labels: list[dict[str, Any]]
    """Text, kind, color, and the four corners of each letter, in pixels of the window."""
    symbols: list[dict[str, Any]]
    """Feature, box, and colors with their opacity."""
    controls: list[dict[str, Any]]
    numbers: list[dict[str, Any]]
    """Numbers on symbols that stand for several."""
    roads: int
    """Roads drawn in the middle of the map; -1 where no streets are due."""
    meters_per_pixel: float
    letters: Mask
    """Pixels of letters."""
    shapes: Mask
    """Pixels of symbols."""
    lines: Mask
    """Pixels of the layers' lines."""
    ground: Pixels
    """The map with the halos of its names, without their letters."""


class CheckedMap:
    """A page with the map alone, at one size."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.session = page.context.new_cdp_session(page)
        self.position: tuple[float, float, float] | None = None
        self.theme = "light"
        page.evaluate("mapCheck.begin()")

    def look(self, position: tuple[float, float, float], theme: str) -> Scene:
        """Move the map to a latitude, longitude and zoom, and return what it shows once it is drawn."""
        self.switch(theme)
        if position != self.position:
            self.page.evaluate("view => mapCheck.moveTo(...view)", position)
            self.flat = self._picture("shapes")
            self.position = position
        found = json.loads(self.page.evaluate("mapCheck.read()"))
        return Scene(
            labels=found["labels"],
            symbols=found["symbols"],
            controls=found["controls"],
            numbers=found["numbers"],
            roads=found["roads"],
            meters_per_pixel=found["metersPerPixel"],
            letters=self.flat[:, :, 0] < 128,
            shapes=self.flat[:, :, 1] < 128,
            lines=self.flat[:, :, 2] < 128,
            ground=self._picture("ground"),
        )

    def switch(self, theme: str) -> None:
        """Take a theme, and wait until the map is drawn in it."""
        if theme != self.theme:
            self.page.evaluate("mapCheck.arm()")
            self.page.emulate_media(color_scheme=theme)
            self.page.evaluate("mapCheck.armed")
            self.theme = theme

    def legend(self) -> dict[str, Pixels]:
        """Return the legend's picture of each kind, on the color of the land."""
        kinds = self.page.evaluate("mapCheck.showLegend()")
        pixels = self._screenshot()
        self.page.evaluate("mapCheck.hideLegend()")
        boxes = {kind["name"]: [round(value) for value in kind["box"]] for kind in kinds}
        return {name: pixels[top:bottom, left:right] for name, (left, top, right, bottom) in boxes.items()}

    def _picture(self, what: str) -> Pixels:
        self.page.evaluate("what => mapCheck.show(what)", what)
        pixels = self._screenshot()
        self.page.evaluate("mapCheck.show(null)")
        return pixels

    def _screenshot(self) -> Pixels:
        answer = self.session.send("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
        with Image.open(io.BytesIO(base64.b64decode(answer["data"]))) as image:
            return np.asarray(image.convert("RGB"))


@contextmanager
def checked_map(chromium: Any, url: str, size: tuple[int, int]) -> Iterator[CheckedMap]:
    """Open the map at a size, in light colors; the narrow one is that of a phone."""
    viewport = {"width": size[0], "height": size[1]}
    kind = PHONE if size[0] < 500 else {}
    options = {**kind, "viewport": viewport, "color_scheme": "light"}
    with opened_page(chromium, url, **options) as visited:
        visited.page.add_init_script(SCRIPT)
        visited.open("/map?lang=en&view=7/52.25/6.9")
        yield CheckedMap(visited.page)
        assert visited.errors == []
