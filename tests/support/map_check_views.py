"""The views in which the map is checked: all of them, or a part that has everything with everything."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.support.map_check import Fault, color_faults, placing_faults
from tests.support.map_check_page import checked_map

PLACES = {
    "Enschede": (52.2205, 6.8937),
    "Hengelo": (52.2657, 6.7930),
    "Kennispark": (52.2395, 6.8525),
    "Glanerbrug": (52.2135, 7.0020),
    "Münster": (51.9607, 7.6261),
    "Osnabrück": (52.2799, 8.0472),
}
"""Latitude and longitude."""

ZOOMS = range(7, 17)
SIZES = ((1440, 900), (1024, 768), (390, 844))
THEMES = ("light", "dark")


@dataclass(frozen=True)
class View:
    """A place at a zoom, in a window of a size, in a theme."""

    place: str
    zoom: int
    size: tuple[int, int]
    theme: str

    def __str__(self) -> str:
        width, height = self.size
        return f"{self.place} {self.zoom}, {width} × {height}, {self.theme}"


def all_views() -> list[View]:
    """Return every place at every zoom, size and theme, and change the theme only between two moves."""
    places = [(size, place, zoom) for size in SIZES for place in PLACES for zoom in ZOOMS]
    return [
        View(place, zoom, size, theme)
        for number, (size, place, zoom) in enumerate(places)
        for theme in (THEMES if number % 2 == 0 else reversed(THEMES))
    ]


def covering_views() -> list[View]:
    """Return a sixth of them: each place at each zoom, each zoom and each place in all sizes and themes."""
    chosen = [
        View(place, zoom, SIZES[(at + zoom) % 3], THEMES[(at // 3 + zoom) % 2])
        for (at, place), zoom in itertools.product(enumerate(PLACES), ZOOMS)
    ]
    return sorted(chosen, key=lambda view: (SIZES.index(view.size), THEMES.index(view.theme)))


@dataclass(frozen=True)
class Checked:
    """A view, and what is wrong in it."""

    view: View
    names: int
    """Number of names on the map."""
    symbols: int
    faults: list[Fault]
    """Those of where things are count in the first theme only."""


def check_views(chromium: Any, url: str, views: Iterable[View]) -> Iterator[Checked]:
    """Look at each view, in one page for each size."""
    for size, of_size in itertools.groupby(views, key=lambda view: view.size):
        with checked_map(chromium, url, size) as checked:
            for view in of_size:
                position = (*PLACES[view.place], view.zoom)
                has_moved = position != checked.position
                scene = checked.look(position, view.theme)
                faults = [*(placing_faults(scene) if has_moved else ()), *color_faults(scene)]
                yield Checked(view, len(scene.labels), len(scene.symbols), faults)
