"""A map to draw on with Pillow, in Web Mercator (EPSG:3857)."""

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
import pyproj
import shapely
import shapely.affinity
import shapely.ops
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from shapely.geometry.base import BaseGeometry

from dashboard.web.streamlit_files import STREAMLIT_STATIC

SCALE = 2
"""Pixels drawn for one of the picture, in each direction: Pillow smooths no edges."""

MOST_ZOOM_PX_PER_M = 1 / 40
"""The largest scale: a single place is seen with its surroundings."""

MARGIN = 100
"""Pixels around the picture that are drawn too: shapes are cut where nobody sees it."""

Bounds = tuple[float, float, float, float]

_MERCATOR = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)


class Canvas:
    """A picture of a part of the world, and of the interface's letters on it.

    Coordinates of shapes are those of EPSG:4326, all others are pixels of the picture.
    """

    def __init__(self, size: tuple[int, int], background: str) -> None:
        self.size = size
        self.image = Image.new("RGB", (size[0] * SCALE, size[1] * SCALE), background)
        self._draw = ImageDraw.Draw(self.image)
        self._matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]

    def fit(self, bounds: Sequence[float], box: Bounds) -> None:
        """Show what lies in `bounds` (EPSG:4326) as large as it goes in a box of the picture."""
        west, south, east, north = _to_mercator(shapely.box(*bounds)).bounds
        left, top, right, bottom = box
        scale = min((right - left) / max(east - west, 1), (bottom - top) / max(north - south, 1))
        scale = min(scale, MOST_ZOOM_PX_PER_M) * SCALE
        x = (left + right) / 2 * SCALE - (west + east) / 2 * scale
        y = (top + bottom) / 2 * SCALE + (south + north) / 2 * scale
        self._matrix = [scale, 0.0, 0.0, -scale, x, y]

    def shape(
        self, shape: BaseGeometry, *, fill: str | None = None, line: str | None = None, width: float = 1
    ) -> None:
        """Draw areas with their outlines, and lines; holes of areas stay open."""
        drawn = self._to_pixels(shape)
        if fill:
            for part in shapely.get_parts(drawn):
                self._fill(part, fill)
        for part in _lines_in(drawn) if line else ():
            self._draw.line(_points(part), line, round(width * SCALE), joint="curve")

    def dashes(self, shape: BaseGeometry, line: str, width: float, pattern: Sequence[float]) -> None:
        """Draw lines as dashes and gaps of these lengths in turn."""
        for part in _lines_in(self._to_pixels(shape)):
            along, index = 0.0, 0
            while along < part.length:
                step = pattern[index % len(pattern)] * SCALE
                if index % 2 == 0:
                    dash = shapely.ops.substring(part, along, along + step)
                    self._draw.line(_points(dash), line, round(width * SCALE), joint="curve")
                along, index = along + step, index + 1

    def dot(
        self, point: BaseGeometry, radius: float, fill: str, line: str, width: float = 2
    ) -> tuple[float, float]:
        """Draw a round symbol, and return where its middle is."""
        middle = shapely.affinity.affine_transform(_to_mercator(point), self._matrix).centroid
        for reach, color in ((radius + width, line), (radius, fill)):
            self._draw.circle((middle.x, middle.y), reach * SCALE, color)
        return middle.x / SCALE, middle.y / SCALE

    def panel(self, box: Bounds, fill: str, radius: float) -> None:
        """Draw a box with round corners."""
        self._draw.rounded_rectangle([value * SCALE for value in box], radius * SCALE, fill)

    def text(
        self, at: tuple[float, float], text: str, fill: str, size: int, weight: int = 400, **options: object
    ) -> None:
        """Write a line of text; options are those of Pillow."""
        font = _font(size * SCALE, weight)
        self._draw.text((at[0] * SCALE, at[1] * SCALE), text, fill, font, **options)  # type: ignore[arg-type]

    def width_of(self, text: str, size: int, weight: int = 400) -> float:
        """Return the width of a line of text."""
        return _font(size * SCALE, weight).getlength(text) / SCALE

    def lines_of(self, text: str, width: float, most: int, size: int, weight: int = 400) -> list[str]:
        """Return a text as at most this many lines of this width; what has no room ends in `…`.

        Lines end at spaces, or behind dashes.
        """
        lines = [""]
        for word in re.findall(r"[^\s–-]+[–-]?\s*|\S+\s*", text):
            if self.width_of((lines[-1] + word).rstrip(), size, weight) <= width or not lines[-1]:
                lines[-1] += word
            elif len(lines) < most:
                lines.append(word)
            else:
                kept = lines[-1].split()
                while len(kept) > 1 and self.width_of(f"{' '.join(kept)} …", size, weight) > width:
                    kept.pop()
                lines[-1] = f"{' '.join(kept)} …"
                break
        return [line.strip() for line in lines]

    def finish(self) -> Image.Image:
        """Return the picture in its size."""
        return self.image.resize(self.size, Image.Resampling.LANCZOS)

    def _to_pixels(self, shape: BaseGeometry) -> BaseGeometry:
        drawn = shapely.affinity.affine_transform(_to_mercator(shape), self._matrix)
        width, height = self.image.size
        return shapely.clip_by_rect(drawn, -MARGIN, -MARGIN, width + MARGIN, height + MARGIN)

    def _fill(self, area: shapely.Polygon, color: str) -> None:
        if not area.interiors:
            self._draw.polygon(_points(area.exterior), color)
            return
        mask = Image.new("1", self.image.size)
        stencil = ImageDraw.Draw(mask)
        stencil.polygon(_points(area.exterior), 1)
        for ring in area.interiors:
            stencil.polygon(_points(ring), 0)
        self.image.paste(color, mask=mask)


def _to_mercator(shape: BaseGeometry) -> BaseGeometry:
    return shapely.transform(shape, _MERCATOR.transform, interleaved=False)


def _lines_in(shape: BaseGeometry) -> NDArray[np.object_]:
    """Return lines, and of areas the rings."""
    is_area = shape.geom_type.endswith("Polygon")
    parts: NDArray[np.object_] = shapely.get_rings(shape) if is_area else shapely.get_parts(shape)
    return parts


def _points(line: BaseGeometry) -> list[tuple[float, float]]:
    return [(x, y) for x, y, *_ in line.coords]


@cache
def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    """Return the font of the page, which Streamlit has as a file."""
    [path] = (STREAMLIT_STATIC / "static" / "media").glob("SourceSansVF-Upright*.woff2")
    font = ImageFont.truetype(path, size)
    font.set_variation_by_axes([weight])
    return font
