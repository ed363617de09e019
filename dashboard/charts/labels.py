"""Places the names of points so that no name covers a point or another name."""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

WIDTH_PX, HEIGHT_PX = 285, 300
"""Size of the plane for which names are placed: that of the narrowest panel."""

LETTER_PX, LINE_PX, DOT_PX = 6.3, 15, 7
"""Width of a letter, height of a line, and radius of a point with the space around it."""


class Box(NamedTuple):
    """A rectangle, in px."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Tell whether two rectangles overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


def place_labels(points: Sequence[tuple[float, float, str]]) -> list[str]:
    """Return on which side of each point its name stands: `right`, `left`, `above`, `over`, `below`.

    `over` is above and ends at the point; empty is nowhere, for want of room. Points are left and top in
    percent, and a name; the outermost choose first.
    """
    dots = [
        Box(x - DOT_PX, y - DOT_PX, x + DOT_PX, y + DOT_PX)
        for x, y in ((left * WIDTH_PX / 100, top * HEIGHT_PX / 100) for left, top, _ in points)
    ]
    placed: list[Box] = []
    sides = [""] * len(points)
    for place in sorted(range(len(points)), key=lambda place: -math.dist((50, 50), points[place][:2])):
        others = [*dots[:place], *dots[place + 1 :], *placed]
        for side, box in _candidates(dots[place], points[place][2]):
            if _is_free(box, others):
                sides[place] = side
                placed.append(box)
                break
    return sides


def _candidates(dot: Box, name: str) -> Iterable[tuple[str, Box]]:
    width = LETTER_PX * len(name)
    x, y = (dot.left + dot.right) / 2, (dot.top + dot.bottom) / 2
    top, bottom = y - LINE_PX / 2, y + LINE_PX / 2
    yield "right", Box(dot.right, top, dot.right + width, bottom)
    yield "left", Box(dot.left - width, top, dot.left, bottom)
    yield "above", Box(x - width / 2, dot.top - LINE_PX, x + width / 2, dot.top)
    yield "over", Box(dot.right - width, dot.top - LINE_PX, dot.right, dot.top)
    yield "below", Box(x - width / 2, dot.bottom, x + width / 2, dot.bottom + LINE_PX)


def _is_free(box: Box, others: Iterable[Box]) -> bool:
    is_inside = box.left >= 0 and box.right <= WIDTH_PX and box.top >= 0 and box.bottom <= HEIGHT_PX
    return is_inside and not any(box.meets(other) for other in others)
