"""Whether the kinds of the legend are told apart by eyes that see fewer colors.

The legend's pictures are turned into what such eyes see, and compared pixel by pixel: other shapes,
pictograms and patterns count as other colors do. Colors are simulated as by Machado, Oliveira and Fernandes
("A Physiologically-based Model for Simulation of Color Vision Deficiency", IEEE Transactions on Visualization
and Computer Graphics 15 (6), 2009), for eyes that lack one kind of cones.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.support.colors import DECODED, Floats
from tests.support.map_check_page import Pixels

VISION = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
"""Matrices for linear RGB, at severity 1."""

TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.95047, 1, 1.08883])

CLEARLY_ANOTHER = 15
"""Distance in CIELAB (1976) from which on two colors side by side are not taken for each other."""

LEAST_SHARE = 0.12
"""Part of two pictures that has to be clearly another color in the one than in the other."""


def seen(colors: NDArray[Any], vision: str) -> Floats:
    """Return colors from 0 to 255 in CIELAB, as eyes see them that lack a kind of cones."""
    xyz = np.clip(DECODED[colors] @ np.array(VISION[vision]).T, 0, 1) @ TO_XYZ.T / WHITE
    x, y, z = np.moveaxis(np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116), -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def difference(first: Pixels, second: Pixels, vision: str) -> float:
    """Return the part of two pictures that differs clearly, of what is not ground in both."""
    a, b = seen(first, vision), seen(second, vision)
    ground = a[0, 0]
    is_drawn = (np.linalg.norm(a - ground, axis=-1) > CLEARLY_ANOTHER) | (
        np.linalg.norm(b - ground, axis=-1) > CLEARLY_ANOTHER
    )
    differs = np.linalg.norm(a - b, axis=-1) >= CLEARLY_ANOTHER
    return float(differs.sum() / max(1, is_drawn.sum()))


def alike_kinds(legend: Mapping[str, Pixels]) -> Iterator[tuple[str, str, str]]:
    """Yield the kinds that some eyes take for each other, with the kind of vision."""
    for vision in VISION:
        for (name, picture), (other, other_picture) in itertools.combinations(legend.items(), 2):
            if difference(picture, other_picture, vision) < LEAST_SHARE:
                yield name, other, vision
