"""Colors: relative luminance and contrast by WCAG."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SYMBOL_CONTRAST, TEXT_CONTRAST = 3, 4.5
"""Least contrast of symbols and of text: WCAG 2.2, success criteria 1.4.11 and 1.4.3."""

ENCODED = np.arange(256) / 255
DECODED = np.where(ENCODED <= 0.04045, ENCODED / 12.92, ((ENCODED + 0.055) / 1.055) ** 2.4)


def luminance(colors: NDArray[Any]) -> Floats:
    """Return the relative luminance of colors from 0 to 255 in the last axis."""
    return np.asarray(DECODED[colors.astype(np.uint8)] @ np.array([0.2126, 0.7152, 0.0722]))


def ratio(first: Floats | float, second: Floats | float) -> Floats:
    """Return the contrast ratio of two luminances."""
    return np.asarray((np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05))


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colors `#rrggbb`, from 1 to 21."""
    light = [luminance(np.array(list(bytes.fromhex(color[1:7])))) for color in (first, second)]
    return float(ratio(*light))
