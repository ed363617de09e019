"""Contrast of names and symbols, measured in the pixels around them.

A name is compared with what lies within two pixels of its letters, letter by letter: the map with the halo,
as the picture shows it without the letters (WCAG 2.2, technique G18: a halo counts as background). The mean
of the relative luminance around a letter counts, and of a name the letter that is worst.

A symbol has the contrast of its fill with its own rim (WCAG 2.2, technique G209), or that of one of both with
what lies around it and is no symbol, if that is higher. The outline is measured by eighths. One eighth may be
lost, as where a line ends at a symbol; of the others the worst counts.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.support.colors import Floats, luminance, ratio
from tests.support.map_check_page import Mask, Scene

AROUND_PX = 2
"""Distance from a letter within which a pixel is what the letter is seen against."""

NEAR_PX, FAR_PX = 1, 3
"""Distances from a symbol between which a pixel is what the symbol is seen against."""

SECTORS = 8


def parsed(color: str) -> Floats:
    """Return red, green and blue of a computed color."""
    return np.array([float(part) for part in re.findall(r"[\d.]+", color)[:3]])


def grown(mask: Mask, pixels: int) -> Mask:
    """Return a mask with what is within so many pixels of it, sideways and diagonally."""
    for axis in (0, 1):
        steps = range(-pixels, pixels + 1)
        mask = np.logical_or.reduce([np.roll(mask, step, axis) for step in steps])
    return mask


def name_contrasts(scene: Scene) -> list[float]:
    """Return the contrast of each name, `inf` where none of its letters is in view."""
    height, width = scene.letters.shape
    around = grown(scene.letters, AROUND_PX) & ~scene.letters
    total, count = _sums(np.where(around, luminance(scene.ground), 0)), _sums(around.astype(float))
    contrasts = []
    for label in scene.labels:
        corners = np.array(label["letters"]).reshape(-1, 4, 2)
        low = np.floor(corners.min(axis=1)).astype(int) - 1
        high = np.ceil(corners.max(axis=1)).astype(int) + 1
        is_in = (low >= 0).all(axis=1) & (high[:, 0] < width) & (high[:, 1] < height)
        boxes = np.hstack([low, high])[is_in]
        boxes = boxes[_sum_in(count, boxes) > 0]
        behind = _sum_in(total, boxes) / _sum_in(count, boxes)
        ink = luminance(parsed(label["color"]))
        contrasts.append(float(ratio(ink, behind).min(initial=np.inf)))
    return contrasts


def _sums(values: Floats) -> Floats:
    """Return the sums over all rectangles that begin at the top left."""
    return np.pad(values.cumsum(0).cumsum(1), ((1, 0), (1, 0)))


def _sum_in(sums: Floats, boxes: NDArray[np.int64]) -> Floats:
    left, top, right, bottom = boxes.T
    return np.asarray(sums[bottom, right] - sums[top, right] - sums[bottom, left] + sums[top, left])


def symbol_contrast(scene: Scene, symbol: dict[str, Any]) -> float | None:
    """Return the contrast of a symbol with what lies around it; `None` if it is not wholly in view."""
    height, width = scene.shapes.shape
    reach = FAR_PX + 2
    left, top = (int(np.floor(value)) - reach for value in symbol["box"][:2])
    right, bottom = (int(np.ceil(value)) + reach for value in symbol["box"][2:])
    if left < 0 or top < 0 or right > width or bottom > height:
        return None
    part = np.s_[top:bottom, left:right]
    own = np.zeros((bottom - top, right - left), dtype=bool)
    inner = np.s_[reach - 1 : 1 - reach, reach - 1 : 1 - reach]
    own[inner] = scene.shapes[part][inner]
    around = grown(own, FAR_PX) & ~grown(scene.shapes[part], NEAR_PX)
    rows, columns = np.nonzero(around)
    angles = np.arctan2(rows + 0.5 - (bottom - top) / 2, columns + 0.5 - (right - left) / 2)
    sectors = (np.floor((angles / (2 * np.pi) + 0.5) * SECTORS)).astype(int) % SECTORS
    ground = scene.ground[part][around]
    contrasts = []
    for sector in np.unique(sectors):
        behind = ground[sectors == sector].mean(axis=0)
        blended = [parsed(color) * opacity + behind * (1 - opacity) for color, opacity in symbol["colors"]]
        seen = luminance(np.array([*blended, behind]))
        contrasts.append(float(ratio(seen.max(), seen.min())))
    return sorted(contrasts)[min(1, len(contrasts) - 1)] if contrasts else None
