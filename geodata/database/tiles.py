"""Makes vector tiles in the database, named and shaped like those of a built layer."""

import gzip
from collections.abc import Callable, Sequence

from psycopg.sql import SQL, Composable, Composed, Literal

from geodata.catalog.schema import Layer
from geodata.database.bbox_sql import lies_in, meet, tile_box
from geodata.database.connection import Row
from geodata.database.density_sql import CellCounts
from geodata.database.relation import Relation
from geodata.database.sql_names import quote
from geodata.features.feature_layer import Bbox
from geodata.large.density_grid import WORLD_BITS, count_tiles

EXTENT = 8192
"""Positions in a tile go from 0 to this, as in tippecanoe's tiles."""

BUFFER = EXTENT * 5 // 256
"""Margin around a tile to which shapes are cut."""

WEB_MERCATOR = 3857

Ask = Callable[[Composed, Sequence[object]], list[Row]]
"""Runs a query and returns its rows."""

COMPRESSION = 5
"""Level of gzip: a higher one takes longer than the smaller tile saves in transfer."""

TILE = SQL("""
    SELECT ST_AsMVT(tile, 'features', {extent}, 'shape', 'fid') FROM (
        SELECT {id}::int8 AS fid, {properties},
               ST_AsMVTGeom({shape}, ST_TileEnvelope(%s, %s, %s), {extent}, {buffer}) AS shape
        FROM {source} WHERE {drawn} AND {here}
    ) AS tile WHERE shape IS NOT NULL
""")


def count_tile(cells: CellCounts, z: int, x: int, y: int) -> bytes | None:
    """Return a tile of counts, in gzip, or `None` if it is empty."""
    shift = WORLD_BITS - z
    here = (cells.world[:, 0] >> shift == x) & (cells.world[:, 1] >> shift == y)
    if not here.any():
        return None
    tiles = count_tiles(cells.world[here], z, cells.counts[here])
    return next((content for _, _, content in tiles), None)


def detail_tile(
    ask: Ask, relation: Relation, layer: Layer, bbox: Bbox, z: int, x: int, y: int
) -> bytes | None:
    """Return a tile of features, in gzip, or `None` if it is empty; raises `DatabaseError`."""
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
        shape=relation.shape_in(WEB_MERCATOR),
        source=relation.source,
        drawn=relation.drawn,
        here=here,
    )
    content = bytes(ask(query, [z, x, y, *values])[0][0] or b"")
    return gzip.compress(content, COMPRESSION, mtime=0) if content else None


def _properties(relation: Relation, layer: Layer) -> Composable:
    """Return the properties of features in a tile: the name, and the field that decides on the color."""
    unnamed = SQL("{} || ' ' || {}::text").format(Literal(layer.kind.replace("%", "%%")), quote(relation.id))
    title: Composable = unnamed
    name = relation.column(layer.name_field)
    if name is not None:
        title = SQL("coalesce(nullif({}::text, ''), {})").format(quote(name.column), unnamed)
    properties = [SQL("{} AS name").format(title)]
    category = relation.column(layer.style.category_field or "")
    if category is not None and category.name != "name":
        properties.append(SQL("{}::text AS {}").format(quote(category.column), quote(category.name)))
    return SQL(", ").join(properties)
