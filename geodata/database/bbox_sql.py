"""Where on the map a question looks, as the database is asked for it."""

from __future__ import annotations

import math

from psycopg.sql import SQL, Composable, Literal

from geodata.database.relation import WGS84, Relation

Box = tuple[float, float, float, float]
"""West, south, east, north, in degrees (WGS 84)."""

PARTS = 16
"""So often a side is divided before it is brought to another CRS, in which it may be bent."""

MARGIN = 1 / 32
"""Around a tile, in tiles: what lies there reaches in with its symbol."""


def tile_box(z: int, x: int, y: int, margin: float = MARGIN) -> Box:
    """Return the box of a tile with a margin around it."""
    size = 1 << z

    def lat(row: float) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / size))))

    return (
        360 * (x - margin) / size - 180,
        lat(y + 1 + margin),
        360 * (x + 1 + margin) / size - 180,
        lat(y - margin),
    )


def meet(one: Box, other: Box) -> Box | None:
    """Return what two boxes have in common, or `None`; what is no number meets nothing."""
    box = (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))
    return box if box[0] <= box[2] and box[1] <= box[3] and all(map(math.isfinite, box)) else None


def lies_in(relation: Relation, box: Box) -> tuple[Composable, list[float]]:
    """Return the condition that the box of a shape meets a box, and its values; it uses a spatial index."""
    if relation.srid == WGS84:
        area: Composable = SQL("ST_MakeEnvelope(%s, %s, %s, %s, 4326)")
        values = [*box]
    else:
        step = max(box[2] - box[0], box[3] - box[1], 1e-9) / PARTS
        area = SQL("ST_Transform(ST_Segmentize(ST_MakeEnvelope(%s, %s, %s, %s, 4326), %s), {})").format(
            Literal(relation.srid)
        )
        values = [*box, step]
    if relation.stored_srid != relation.srid:
        area = SQL("ST_SetSRID({}, {})").format(area, Literal(relation.stored_srid))
    return SQL("{} && {}").format(relation.shape, area), values
