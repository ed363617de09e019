"""Vector tiles made in the database, called and shaped as those of a built layer."""

from __future__ import annotations

import gzip

from psycopg.sql import SQL, Composable, Literal

from geodata.catalog.schema import Layer
from geodata.database.bbox_sql import Box, lies_in, meet, tile_box
from geodata.database.connection import Database
from geodata.database.density_sql import Positions
from geodata.database.relation import Relation
from geodata.database.sql_names import quote
from geodata.large.density_grid import WORLD_BITS, count_tiles

EXTENT = 8192
"""Positions in a tile go from 0 to this, as tippecanoe has them."""

BUFFER = EXTENT * 5 // 256
"""Around a tile, a shape goes on for so much."""

MERCATOR = 3857

COMPRESSION = 5
"""Of gzip: one more takes longer than it saves on the way."""

TILE = SQL("""
    SELECT ST_AsMVT(tile, 'features', {extent}, 'shape', 'fid') FROM (
        SELECT {id}::int8 AS fid, {properties},
               ST_AsMVTGeom({shape}, ST_TileEnvelope(%s, %s, %s), {extent}, {buffer}) AS shape
        FROM {source} WHERE {drawn} AND {here}
    ) AS tile WHERE shape IS NOT NULL
""")


def count_tile(positions: Positions, z: int, x: int, y: int) -> bytes | None:
    """Return a tile of counts, in gzip, or `None` where nothing lies."""
    shift = WORLD_BITS - z
    here = (positions.world[:, 0] >> shift == x) & (positions.world[:, 1] >> shift == y)
    if not here.any():
        return None
    tiles = count_tiles(positions.world[here], z, positions.counts[here])
    return next((content for _, _, content in tiles), None)


def detail_tile(
    database: Database, relation: Relation, layer: Layer, bbox: Box, z: int, x: int, y: int
) -> bytes | None:
    """Return a tile of features, in gzip, or `None` where nothing lies.

    Raises
    ------
    DatabaseError
        If the database has no answer.
    """
    if not (x < 1 << z and y < 1 << z):
        return None
    box = meet(tile_box(z, x, y), bbox)
    if box is None:
        return None
    here, values = lies_in(relation, box)
    query = TILE.format(
        extent=Literal(EXTENT),
        buffer=Literal(BUFFER),
        id=quote(relation.id),
        properties=_properties(relation, layer),
        shape=relation.shape_in(MERCATOR),
        source=relation.source,
        drawn=relation.drawn,
        here=here,
    )
    content = bytes(database.ask(query, [z, x, y, *values])[0][0] or b"")
    return gzip.compress(content, COMPRESSION, mtime=0) if content else None


def _properties(relation: Relation, layer: Layer) -> Composable:
    """Return what a tile says of a feature: what it is called, and what its color depends on."""
    unnamed = SQL("{} || ' ' || {}::text").format(Literal(layer.kind.replace("%", "%%")), quote(relation.id))
    name = relation.column(layer.name_field)
    called: Composable = unnamed
    if name is not None:
        called = SQL("coalesce(nullif({}::text, ''), {})").format(quote(name.column), unnamed)
    said = [SQL("{} AS name").format(called)]
    category = relation.column(layer.style.category_field or "")
    if category is not None and category.name != "name":
        label = quote(category.name)
        said.append(SQL("{}::text AS {}").format(quote(category.column), label))
    return SQL(", ").join(said)
