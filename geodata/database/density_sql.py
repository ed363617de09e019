"""Counts the features of a relation in the cells of a grid, in the database."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from psycopg.sql import SQL

from geodata.database.connection import SURVEY_SECONDS, Database
from geodata.database.relation import WGS84, Relation
from geodata.large.density_grid import WORLD_BITS, Counts, WorldPositions

COUNT_CELLS = SQL("""
    SELECT floor(x * %s)::int8, floor(y * %s)::int8, count(*), avg(x), avg(y) FROM (
        SELECT ST_X(p) / 360 + 0.5 AS x, 0.5 - asinh(tan(radians(ST_Y(p)))) / (2 * pi()) AS y
        FROM (SELECT {centroid} AS p FROM {source} WHERE {drawn} OFFSET 0) AS centroids
    ) AS positions GROUP BY 1, 2
""")


@dataclass(frozen=True)
class CellCounts:
    """Cells with features."""

    world: WorldPositions
    """Mean position of the features of each cell."""
    counts: Counts
    """Number of features in each cell."""


def count_cells(database: Database, relation: Relation, types: Iterable[str], bits: int) -> CellCounts:
    """Count the features in each cell of a grid of 2^`bits` cells in each direction over the map."""
    centroid = relation.shape_in(WGS84)
    if set(types) != {"Point"}:
        centroid = SQL("ST_Centroid({})").format(centroid)
    rows = database.ask(
        COUNT_CELLS.format(centroid=centroid, source=relation.source, drawn=relation.drawn),
        [float(1 << bits)] * 2,
        seconds=SURVEY_SECONDS,
    )
    table = np.array(rows, dtype=float).reshape(-1, 5)
    size = 1 << WORLD_BITS
    world = np.clip(table[:, 3:5] * size, 0, size - 1).astype(np.int32)
    return CellCounts(world, table[:, 2].astype(np.int64))
