"""Builds SQL conditions for the part of the map in which a query looks."""

import math

from psycopg.sql import SQL, Composable, Literal

from geodata.database.relation import WGS84, Relation
from geodata.features.feature_layer import Bbox
from geodata.large.density_grid import WORLD_BITS, to_degrees

SIDE_PARTS = 16
"""Number of parts into which each side is divided before reprojection, which may bend it."""

MARGIN = 1 / 32
"""Margin around a tile, in tiles: symbols of features there reach into the tile."""


def tile_box(z: int, x: int, y: int, margin: float = MARGIN) -> Bbox:
    """Return the box of a tile with a margin around it."""
    size = 2 ** (WORLD_BITS - z)
    west, north = to_degrees((x - margin) * size, (y - margin) * size)
    east, south = to_degrees((x + 1 + margin) * size, (y + 1 + margin) * size)
    return float(west), float(south), float(east), float(north)


def meet(one: Bbox, other: Bbox) -> Bbox | None:
    """Return the intersection of two boxes, or `None`; a box with NaN meets nothing."""
    box = (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))
    return box if box[0] <= box[2] and box[1] <= box[3] and all(map(math.isfinite, box)) else None


def lies_in(relation: Relation, box: Bbox) -> tuple[Composable, list[float]]:
    """Return the condition that a shape's bounds meet a box, and its values; it uses a spatial index."""
    area: Composable = SQL("ST_MakeEnvelope(%s, %s, %s, %s, 4326)")
    values = [*box]
    if relation.srid != WGS84:
        values.append(side_step(box))
        area = SQL("ST_Transform(ST_Segmentize({}, %s), {})").format(area, Literal(relation.srid))
    if relation.stored_srid != relation.srid:
        area = SQL("ST_SetSRID({}, {})").format(area, Literal(relation.stored_srid))
    return SQL("{} && {}").format(relation.shape, area), values


def side_step(box: Bbox) -> float:
    """Return the length of the parts into which the sides of a box are divided before reprojection."""
    return max(box[2] - box[0], box[3] - box[1], 1e-9) / SIDE_PARTS
