"""The small catalog with made-up houses in a database beside it."""

from __future__ import annotations

from pathlib import Path

from geodata import Atlas, load_atlas, read_catalog
from geodata.database import status
from tests.support.large_catalog import COUNT, HOUSES
from tests.support.postgres import Cluster
from tests.support.small_catalog import SmallCatalog

TABLE = 'database = { table = "houses" }'

HOSTILE_NAME = "<img src=x onerror=alert(1)> '); DROP TABLE houses; --"
HOSTILE = 13
"""Number of the house that is called so."""


def fill(cluster: Cluster, table: str = "houses", count: int = COUNT) -> None:
    """Make the table: feature n is `House n`, every fourth is a shop, and no two lie in the same place."""
    cluster.execute(
        f"DROP TABLE IF EXISTS {table}",
        f"""CREATE TABLE {table} AS
            SELECT n AS id, 'House ' || n AS name, (1900 + n % 120)::int AS year,
                   CASE WHEN n % 4 = 0 THEN 'shop' ELSE 'home' END AS use,
                   n / 2.0 AS height, n % 2 = 0 AS listed,
                   jsonb_build_array('a', n) AS tags, 'Straße ' || n % 7 AS street,
                   ST_SetSRID(ST_MakePoint(6.3 + n % 120 * 0.003, 52.35 + n / 120 * 0.002), 4326) AS geom
            FROM generate_series(1, {count}) AS n""",
        f"UPDATE {table} SET name = $name${HOSTILE_NAME}$name$ WHERE id = {HOSTILE}",
        f"ALTER TABLE {table} ADD PRIMARY KEY (id)",
        f"CREATE INDEX ON {table} USING gist (geom)",
        f"ANALYZE {table}",
    )


def place_of(number: int) -> tuple[float, float]:
    """Return longitude and latitude of a house."""
    return 6.3 + number % 120 * 0.003, 52.35 + number // 120 * 0.002


def write_database_catalog(folder: Path, where: str = TABLE, more: str = "") -> Path:
    """Write the catalog; return its path."""
    small = SmallCatalog(folder)
    small.toml += HOUSES.replace('file = "houses.fgb"', where) + more
    return small.write()


def load_with(folder: Path, where: str = TABLE) -> Atlas:
    """Write and load."""
    return load_atlas(write_database_catalog(folder, where))


def troubles(atlas: Atlas) -> list[str]:
    """Return the problems of the houses."""
    return [str(problem) for problem in atlas.problems if problem.layer == "houses"]


def renewed(catalog: Path) -> Atlas:
    """Look again, as a server does, and load what there is then."""
    status.refresh_status(read_catalog(catalog).catalog.layers["houses"])
    return load_atlas(catalog)
