"""Faults of a map in one view: names over each other, symbols or controls, low contrast, nothing drawn."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.support.colors import SYMBOL_CONTRAST, TEXT_CONTRAST
from tests.support.map_check_contrast import name_contrasts, symbol_contrast
from tests.support.map_check_page import Mask, Scene

KINDS = {
    "overlap": "names over another name",
    "hidden": "names under a control or a number",
    "over symbol": "names over a symbol",
    "doubled": "names drawn twice",
    "text contrast": "names with a contrast below 4.5:1",
    "symbol contrast": "symbols with a contrast below 3:1",
    "covered": "symbols under another one",
    "crossed": "names with a line through them, but for the largest cities",
    "empty": "views without streets, or of one color",
}
"""What may be wrong, with the title of its row in a table."""

SAME_PLACE_M = 10_000
"""Two names that are alike name the same thing if they are nearer than this."""

SAME_LINE_PX = 200
"""A street, a river or a road number may be named again farther on than this."""

COVERED_PX = 3
"""Pixels of letters on a symbol from which on a name lies over it."""

MOST_COVERED = 0.5
"""Part of a symbol's box that may lie under another symbol."""

SIGNS = {"rail_sections.enschede_break"}
"""Symbols that stand for what is under them, too: a break in a railway for its buffer stops."""

CROSSED_PX = 12
"""Pixels of letters on a line of a layer from which on the line runs through a name."""

CROSSED_KINDS = {"major"}
"""The largest cities are named even where a line has to run through the name."""

MOST_OF_ONE_COLOR = 0.9
"""Part of the map that has one color from which on the picture is empty."""

Box = list[float]
Corners = NDArray[np.float64]


@dataclass(frozen=True)
class Fault:
    """What is wrong in a view."""

    kind: str
    names: tuple[str, ...]
    what: str


@dataclass(frozen=True)
class Name:
    """A name in view."""

    text: str
    kind: str
    is_line: bool
    """Whether it is that of a line, which may be named more than once."""
    letters: Corners
    """Four corners of each letter."""
    box: Box


def placing_faults(scene: Scene) -> Iterator[Fault]:
    """Yield what is wrong with where things are; it is the same in each theme."""
    names = list(_names(scene))
    for first, second in itertools.combinations(names, 2):
        if _meet(first.box, second.box) and _letters_meet(first.letters, second.letters):
            yield Fault("overlap", (first.text, second.text), f"{first.kind} over {second.kind}")
        yield from _doubled(first, second, scene.meters_per_pixel)
    crossed = scene.letters & scene.lines
    for name in names:
        pixels = _pixels_in(crossed, name.box)
        if pixels >= CROSSED_PX and name.kind not in CROSSED_KINDS:
            yield Fault("crossed", (name.text,), f"{name.kind}, {pixels} px")
        for control in (*scene.controls, *scene.numbers):
            if _touches(name, control["box"]):
                yield Fault("hidden", (name.text,), f"{name.kind} under {control['name']}")
    yield from _over_symbols(scene, names)
    yield from _covered_symbols(scene)
    if scene.roads == 0:
        yield Fault("empty", (), "no roads")


def color_faults(scene: Scene) -> Iterator[Fault]:
    """Yield what is wrong with the colors of a view, in its theme."""
    for label, contrast in zip(scene.labels, name_contrasts(scene), strict=True):
        box = _box(np.array(label["letters"]).reshape(-1, 2))
        if contrast < TEXT_CONTRAST and not _is_under_control(scene, box):
            yield Fault("text contrast", (label["text"],), f"{label['kind']} {contrast:.2f}")
    for symbol in scene.symbols:
        measured = None if _is_under_control(scene, symbol["box"]) else symbol_contrast(scene, symbol)
        if measured is not None and measured < SYMBOL_CONTRAST:
            yield Fault("symbol contrast", (symbol["feature"],), f"{measured:.2f}")
    share = largest_share(scene)
    if share > MOST_OF_ONE_COLOR:
        yield Fault("empty", (), f"{share:.0%} of one color")


def largest_share(scene: Scene) -> float:
    """Return the part of the map, without controls, that has the color which most of it has."""
    is_map = np.ones(scene.ground.shape[:2], dtype=bool)
    for control in scene.controls:
        left, top, right, bottom = (max(0, int(value)) for value in control["box"])
        is_map[top:bottom, left:right] = False
    keys = (scene.ground[is_map] >> 3).astype(np.int64) @ np.array([1024, 32, 1])
    return float(np.bincount(keys).max() / len(keys))


def _names(scene: Scene) -> Iterator[Name]:
    height, width = scene.letters.shape
    for label in scene.labels:
        letters = np.array(label["letters"]).reshape(-1, 4, 2)
        box = _box(letters.reshape(-1, 2))
        if _meet(box, [0, 0, width, height]):
            is_line = label["isAlong"] or label["kind"].startswith("shield")
            yield Name(label["text"], label["kind"], is_line, letters, box)


def _doubled(first: Name, second: Name, meters_per_pixel: float) -> Iterator[Fault]:
    if first.text.casefold() != second.text.casefold():
        return
    apart_px = float(np.hypot(*(_middle(first.box) - _middle(second.box))))
    apart_m = apart_px * meters_per_pixel
    is_line = first.is_line or second.is_line
    if apart_px < SAME_LINE_PX if is_line else apart_m < SAME_PLACE_M:
        apart = f"{apart_px:.0f} px, {apart_m / 1000:.1f} km apart"
        yield Fault("doubled", (first.text, second.text), f"{first.kind} and {second.kind}, {apart}")


def _over_symbols(scene: Scene, names: list[Name]) -> Iterator[Fault]:
    both = scene.letters & scene.shapes
    for symbol in scene.symbols:
        covered = _pixels_in(both, symbol["box"])
        for name in names if covered >= COVERED_PX else ():
            if _touches(name, symbol["box"]):
                yield Fault("over symbol", (name.text, symbol["feature"]), f"{name.kind}, {covered} px")


def _covered_symbols(scene: Scene) -> Iterator[Fault]:
    """Yield symbols of which most lies under another one, which the document has after them."""
    for first, second in itertools.combinations(scene.symbols, 2):
        left, top, right, bottom = first["box"]
        width = min(right, second["box"][2]) - max(left, second["box"][0])
        height = min(bottom, second["box"][3]) - max(top, second["box"][1])
        share = max(0, width) * max(0, height) / ((right - left) * (bottom - top))
        is_in_view = _pixels_in(scene.shapes, first["box"]) > 0
        if share > MOST_COVERED and is_in_view and second["feature"] not in SIGNS:
            yield Fault("covered", (first["feature"], second["feature"]), f"{share:.0%} under another symbol")


def _middle(box: Box) -> Corners:
    return np.array([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2])


def _pixels_in(mask: Mask, box: Box) -> int:
    left, top, right, bottom = (max(0, round(value)) for value in box)
    return int(mask[top:bottom, left:right].sum())


def _is_under_control(scene: Scene, box: Box) -> bool:
    return any(_meet(box, control["box"]) for control in scene.controls)


def _touches(name: Name, box: Box) -> bool:
    return _meet(name.box, box) and any(_meet(_box(letter), box) for letter in name.letters)


def _box(points: Corners) -> Box:
    return [*points.min(axis=0).tolist(), *points.max(axis=0).tolist()] if len(points) else [0, 0, 0, 0]


def _meet(a: Box, b: Any) -> bool:
    return bool(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


def _letters_meet(first: Corners, second: Corners) -> bool:
    """Whether a letter of one name lies over one of the other: no side of either parts them."""
    return any(
        _meet(_box(a), _box(b)) and not _are_parted(a, b) and not _are_parted(b, a)
        for a, b in itertools.product(first, second)
    )


def _are_parted(a: Corners, b: Corners) -> bool:
    for x, y in np.roll(a, -1, axis=0) - a:
        on_a, on_b = a @ np.array([-y, x]), b @ np.array([-y, x])
        if on_a.max() <= on_b.min() or on_b.max() <= on_a.min():
            return True
    return False
