"""A first look at all features of a relation: how many there are, of which kinds, and where.

The database does the counting, in three passes; what comes back does not grow with the features, but with
the places that have some.
"""

from __future__ import annotations

import datetime
import hashlib
import time
from collections import Counter
from dataclasses import dataclass, replace

from psycopg.sql import SQL, Composable, Composed, Literal

from geodata.catalog.schema import Layer
from geodata.database.bbox_sql import Box, meet
from geodata.database.connection import SURVEY_SECONDS, Database
from geodata.database.density_sql import Positions, count_places
from geodata.database.inspect import with_crs
from geodata.database.relation import WGS84, Relation
from geodata.database.sql_names import quote, wrong
from geodata.errors import quoted
from geodata.features.geometry_repair import FAMILIES, MAX_LATITUDE, TYPES
from geodata.large.density_grid import CELL_BITS, overview_counts
from geodata.large.report import BUILD_VERSION, BuildReport
from geodata.large.tippecanoe import MAX_DETAIL_ZOOM, SHARP_ZOOM, choose_detail_zoom
from geodata.reading.formats import MAX_SMALL_COUNT

MAX_ID = 999_999_999_999
"""Addresses of features have at most twelve digits."""

BEYOND = "it lies beyond ±180, ±85.05, where map tiles end"

NAMES = {name.upper(): name for name in TYPES}
"""The database's names of geometry types → GeoJSON's."""

KINDS = SQL("""
    SELECT ST_SRID({shape}), GeometryType({shape}), ST_IsEmpty({shape}), count(*),
           sum(ST_MemSize({shape}))::int8, ST_XMin(ST_Extent({shape})), ST_YMin(ST_Extent({shape})),
           ST_XMax(ST_Extent({shape})), ST_YMax(ST_Extent({shape}))
    FROM {source} GROUP BY 1, 2, 3
""")

BOX = SQL("""
    SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM (
        SELECT ST_Transform(ST_Segmentize(ST_MakeEnvelope(%s, %s, %s, %s, {srid}), %s), 4326) AS b
    ) AS box
""")


@dataclass(frozen=True)
class Kind:
    """The features of one kind of shapes."""

    srid: int
    type: str | None
    """The database's name; `None` where there is no shape."""
    is_empty: bool
    count: int
    bytes: int
    box: Box | None
    """In the CRS of the shapes."""


@dataclass(frozen=True)
class Survey:
    """What is known of a relation's features."""

    relation: Relation
    count_in: int
    count: int
    """Of those that can be shown."""
    left_out: dict[str, int]
    """Why features can't be shown → how many."""
    types: Counter[str]
    """Geometry types of those that can."""
    bytes: int
    """Of their shapes."""
    bbox: Box
    """West, south, east, north, in degrees (WGS 84)."""


def survey(database: Database, relation: Relation, layer: Layer) -> Survey:
    """Count the features of a relation, and find out which can be shown.

    Raises
    ------
    DatabaseError
        If the database does not answer, or there is none that can be shown.
    """
    kinds = [
        Kind(srid, kind, bool(empty), count, size or 0, None if box[0] is None else tuple(box))
        for srid, kind, empty, count, size, *box in database.ask(
            KINDS.format(shape=relation.shape, source=relation.source), seconds=SURVEY_SECONDS
        )
    ]
    relation = with_crs(relation, layer, {kind.srid for kind in kinds if kind.type})
    reasons = {kind: _reason(kind, layer) for kind in kinds}
    left_out: Counter[str] = Counter()
    for kind, reason in reasons.items():
        if reason is not None:
            left_out[reason] += kind.count
    shown = [kind for kind, reason in reasons.items() if reason is None]
    count_in = sum(kind.count for kind in kinds)
    if not shown and count_in <= MAX_SMALL_COUNT:
        return Survey(relation, count_in, 0, dict(left_out), Counter(), 0, (0, 0, 0, 0))
    if not shown:
        why = "".join(f"; {count} × {reason}" for reason, count in left_out.items())
        raise wrong(f"has no feature that can be shown{why}", "Put some in.")
    conditions: list[Composable] = []
    if left_out:
        there = SQL(", ").join([Literal(kind) for kind in sorted({kind.type or "" for kind in shown})])
        conditions.append(SQL("GeometryType({}) IN ({})").format(relation.shape, there))
        conditions.append(SQL("NOT ST_IsEmpty({})").format(relation.shape))
    bbox = _bbox(database, relation, shown)
    count = sum(kind.count for kind in shown)
    if bbox[0] < -180 or bbox[1] < -MAX_LATITUDE or bbox[2] > 180 or bbox[3] > MAX_LATITUDE:
        world = SQL("ST_MakeEnvelope(-180, {south}, 180, {north}, 4326)").format(
            south=Literal(-MAX_LATITUDE), north=Literal(MAX_LATITUDE)
        )
        conditions.append(SQL("{} @ {}").format(relation.shape_in(WGS84), world))
        relation = replace(relation, drawn=SQL(" AND ").join(conditions))
        beyond = count - _count(database, relation)
        if beyond:
            left_out[BEYOND] = beyond
        count -= beyond
        bbox = meet(bbox, (-180, -MAX_LATITUDE, 180, MAX_LATITUDE)) or bbox
    elif conditions:
        relation = replace(relation, drawn=SQL(" AND ").join(conditions))
    types = Counter({NAMES[kind.type or ""]: 0 for kind in shown})
    for kind in shown:
        types[NAMES[kind.type or ""]] += kind.count
    return Survey(
        relation,
        count_in=count_in,
        count=count,
        left_out=dict(left_out),
        types=types,
        bytes=sum(kind.bytes for kind in shown),
        bbox=bbox,
    )


def require_numbers(database: Database, relation: Relation) -> None:
    """Raise `DatabaseError` unless each feature has a whole number of its own that an address can have."""
    mend = "Name a column of whole numbers, each there once, as `id`."
    if not relation.is_id_number:
        raise wrong(f"is large, and its id `{quoted(relation.id)}` holds no whole numbers", mend)
    if relation.is_id_unique:
        query = SQL("SELECT 1, 1, min({id}), max({id}) FROM {source}")
    else:
        query = SQL("SELECT count(*), count(DISTINCT {id}), min({id}), max({id}) FROM {source}")
    known, distinct, least, most = database.ask(
        query.format(id=quote(relation.id), source=relation.source), seconds=SURVEY_SECONDS
    )[0]
    if known != distinct:
        raise wrong(f"has an id `{quoted(relation.id)}` that several features share, or have none of", mend)
    if least < 0 or most > MAX_ID:
        raise wrong(f"has an id `{quoted(relation.id)}` beyond 0 to {MAX_ID}", mend)


def to_report(database: Database, found: Survey, version: str, began: float) -> tuple[BuildReport, Positions]:
    """Return what is said of a large relation, as of the build of a file, and where its features are.

    The cells are as fine as the last zoom that shows counts needs them.
    """
    relation, types = found.relation, found.types
    coarse = count_places(database, relation, types, MAX_DETAIL_ZOOM)
    detail_zoom = choose_detail_zoom(coarse.world, coarse.counts)
    bits = max(0, detail_zoom - 1) + CELL_BITS
    positions = coarse if bits <= MAX_DETAIL_ZOOM else count_places(database, relation, types, bits)
    report = BuildReport(
        version=BUILD_VERSION,
        count_in=found.count_in,
        count=found.count,
        repaired={},
        left_out=found.left_out,
        bbox=found.bbox,
        detail_zoom=detail_zoom,
        max_zoom=max(detail_zoom, SHARP_ZOOM),
        overview=overview_counts(positions.world, range(detail_zoom), positions.counts),
        geometry_types=sorted(found.types),
        fields=found.relation.columns,
        built=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - began, 1),
        source_sha256=hashlib.sha256(version.encode()).hexdigest(),
        source_files=[],
        parts={},
    )
    return report, positions


def _count(database: Database, relation: Relation) -> int:
    query = SQL("SELECT count(*) FROM {} WHERE {}").format(relation.source, relation.drawn)
    return int(database.ask(query, seconds=SURVEY_SECONDS)[0][0])


def _reason(kind: Kind, layer: Layer) -> str | None:
    """Return why features of a kind can't be shown; `None` where they can."""
    if kind.type is None:
        return "it has no geometry"
    if kind.is_empty:
        return "its geometry is empty"
    name = NAMES.get(kind.type)
    if name is None:
        return f"it is a {kind.type}, which the map does not draw"
    claimed = {FAMILIES[TYPES.index(each)] for each in layer.geometry_types}
    if FAMILIES[TYPES.index(name)] not in claimed:
        return f"it is a {name}, where the catalog claims {' or '.join(layer.geometry_types)}"
    return None


def _bbox(database: Database, relation: Relation, shown: list[Kind]) -> Box:
    """Return west, south, east, north of what is shown, in degrees."""
    sides = zip(*[kind.box for kind in shown if kind.box is not None], strict=True)
    west, south, east, north = (pick(side) for pick, side in zip((min, min, max, max), sides, strict=True))
    if relation.srid != WGS84:
        step = max(east - west, north - south, 1e-9) / 16
        query: Composed = BOX.format(srid=Literal(relation.srid))
        [(west, south, east, north)] = database.ask(query, [west, south, east, north, step])
    return float(west), float(south), float(east), float(north)
