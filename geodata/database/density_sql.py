"""Where the features of a relation are, counted by the database in the cells of a grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from psycopg.sql import SQL

from geodata.database.connection import SURVEY_SECONDS, Database
from geodata.database.relation import WGS84, Relation
from geodata.large.density_grid import WORLD_BITS

PLACES = SQL("""
    SELECT floor(x * %s)::int8, floor(y * %s)::int8, count(*), avg(x), avg(y) FROM (
        SELECT ST_X(p) / 360 + 0.5 AS x, 0.5 - asinh(tan(radians(ST_Y(p)))) / (2 * pi()) AS y
        FROM (SELECT {middle} AS p FROM {source} WHERE {drawn} OFFSET 0) AS middles
    ) AS positions GROUP BY 1, 2
""")


@dataclass(frozen=True)
class Positions:
    """Where features are: cells, each with the middle of its features and their number."""

    world: Any
    """Array of (x, y), as `counting.to_world` has them."""
    counts: Any


def count_places(database: Database, relation: Relation, types: Iterable[str], bits: int) -> Positions:
    """Count the features in each cell of a grid of 2^`bits` in each direction over the map."""
    middle = relation.shape_in(WGS84)
    if set(types) != {"Point"}:
        middle = SQL("ST_Centroid({})").format(middle)
    rows = database.ask(
        PLACES.format(middle=middle, source=relation.source, drawn=relation.drawn),
        [float(1 << bits)] * 2,
        seconds=SURVEY_SECONDS,
    )
    table = np.array(rows, dtype=float).reshape(-1, 5)
    size = 1 << WORLD_BITS
    world = np.clip(table[:, 3:5] * size, 0, size - 1).astype(np.int32)
    return Positions(world, table[:, 2].astype(np.int64))
