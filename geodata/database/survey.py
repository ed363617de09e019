"""Surveys the features of a relation: how many there are, of which kinds, and where.

The database counts them in three passes; the results grow with the places that have features, not with the
number of features.
"""

import hashlib
import time
from collections import Counter
from dataclasses import dataclass, replace

from psycopg.sql import SQL, Composable, Literal

from geodata.catalog.schema import Layer
from geodata.database.bbox_sql import meet, side_step
from geodata.database.connection import SURVEY_SECONDS, Database
from geodata.database.density_sql import CellCounts, count_cells
from geodata.database.inspect import with_crs
from geodata.database.relation import WGS84, Relation
from geodata.database.sql_names import quote, wrong
from geodata.errors import quoted
from geodata.features.feature_layer import Bbox
from geodata.features.geometry_repair import FAMILIES, MAX_LATITUDE, TYPES
from geodata.large.density_grid import CELL_BITS, overview_counts
from geodata.large.report import BuildReport
from geodata.large.tippecanoe import MAX_DETAIL_ZOOM, SHARP_ZOOM, choose_detail_zoom
from geodata.reading.formats import MAX_SMALL_COUNT

MAX_ID = 999_999_999_999
"""Largest id of a feature: addresses have at most twelve digits."""

WORLD: Bbox = (-180, -MAX_LATITUDE, 180, MAX_LATITUDE)

BEYOND = "it lies beyond ±180, ±85.05, where map tiles end"

NAMES = {name.upper(): name for name in TYPES}
"""PostGIS's names of geometry types → GeoJSON's."""

COUNT_KINDS = SQL("""
    SELECT ST_SRID({shape}), GeometryType({shape}), ST_IsEmpty({shape}), count(*),
           sum(ST_MemSize({shape}))::int8, ST_XMin(ST_Extent({shape})), ST_YMin(ST_Extent({shape})),
           ST_XMax(ST_Extent({shape})), ST_YMax(ST_Extent({shape}))
    FROM {source} GROUP BY 1, 2, 3
""")

REPROJECTED_BOX = SQL("""
    SELECT ST_XMin(b), ST_YMin(b), ST_XMax(b), ST_YMax(b) FROM (
        SELECT ST_Transform(ST_Segmentize(ST_MakeEnvelope(%s, %s, %s, %s, {srid}), %s), 4326) AS b
    ) AS box
""")


@dataclass(frozen=True)
class Kind:
    """Features with shapes of the same kind."""

    srid: int
    type: str | None
    """PostGIS's name; `None` if there is no shape."""
    is_empty: bool
    count: int
    bytes: int
    box: Bbox | None
    """In the CRS of the shapes."""


@dataclass(frozen=True)
class Survey:
    """Findings on a relation's features."""

    relation: Relation
    count_in: int
    count: int
    """Number of features that can be shown."""
    left_out: dict[str, int]
    """Why features can't be shown → number of features."""
    types: Counter[str]
    """Geometry types of the features that can be shown → number of features."""
    bytes: int
    """Size of their shapes."""
    bbox: Bbox
    """West, south, east, north, in degrees (WGS 84)."""


def survey(database: Database, relation: Relation, layer: Layer) -> Survey:
    """Count the features of a relation, and determine which can be shown.

    Raises `DatabaseError` if the database does not answer, or a large relation has no feature to show.
    """
    kinds = [
        Kind(srid, kind, bool(empty), count, size or 0, None if box[0] is None else tuple(box))
        for srid, kind, empty, count, size, *box in database.ask(
            COUNT_KINDS.format(shape=relation.shape, source=relation.source), seconds=SURVEY_SECONDS
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
        raise wrong(f"has no feature that can be shown{why}", "Add features to it.")
    conditions: list[Composable] = []
    if left_out:
        types_shown = SQL(", ").join([Literal(name) for name in sorted({kind.type or "" for kind in shown})])
        conditions.append(SQL("GeometryType({}) IN ({})").format(relation.shape, types_shown))
        conditions.append(SQL("NOT ST_IsEmpty({})").format(relation.shape))
    bbox = _bbox(database, relation, shown)
    count = sum(kind.count for kind in shown)
    if meet(bbox, WORLD) != bbox:
        world = SQL("ST_MakeEnvelope({}, {}, {}, {}, 4326)").format(*map(Literal, WORLD))
        conditions.append(SQL("{} @ {}").format(relation.shape_in(WGS84), world))
        relation = replace(relation, drawn=SQL(" AND ").join(conditions))
        query = SQL("SELECT count(*) FROM {} WHERE {}").format(relation.source, relation.drawn)
        beyond = count - int(database.ask(query, seconds=SURVEY_SECONDS)[0][0])
        if beyond:
            left_out[BEYOND] = beyond
        count -= beyond
        bbox = meet(bbox, WORLD) or bbox
    elif conditions:
        relation = replace(relation, drawn=SQL(" AND ").join(conditions))
    types: Counter[str] = Counter()
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
    """Raise `DatabaseError` unless the ids are unique whole numbers that fit into addresses."""
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
        raise wrong(
            f"has the id `{quoted(relation.id)}`, which is repeated or missing in some features", mend
        )
    if least < 0 or most > MAX_ID:
        raise wrong(f"has an id `{quoted(relation.id)}` beyond 0 to {MAX_ID}", mend)


def to_report(
    database: Database, found: Survey, version: str, began: float
) -> tuple[BuildReport, CellCounts]:
    """Return a report on a large relation, like that on the build of a file, and its counts by cell.

    The cells are as small as the last zoom that shows counts requires.
    """
    relation, types = found.relation, found.types
    coarse = count_cells(database, relation, types, MAX_DETAIL_ZOOM)
    detail_zoom = choose_detail_zoom(coarse.world, coarse.counts)
    bits = max(0, detail_zoom - 1) + CELL_BITS
    cells = coarse if bits <= MAX_DETAIL_ZOOM else count_cells(database, relation, types, bits)
    report = BuildReport(
        count_in=found.count_in,
        count=found.count,
        repaired={},
        left_out=found.left_out,
        bbox=found.bbox,
        detail_zoom=detail_zoom,
        max_zoom=max(detail_zoom, SHARP_ZOOM),
        overview=overview_counts(cells.world, range(detail_zoom), cells.counts),
        geometry_types=sorted(found.types),
        fields=found.relation.columns,
        seconds=round(time.monotonic() - began, 1),
        source_sha256=hashlib.sha256(version.encode()).hexdigest(),
    )
    return report, cells


def _reason(kind: Kind, layer: Layer) -> str | None:
    """Return why features of a kind can't be shown, or `None`."""
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


def _bbox(database: Database, relation: Relation, shown: list[Kind]) -> Bbox:
    """Return west, south, east, north of the features that can be shown, in degrees."""
    sides = zip(*[kind.box for kind in shown if kind.box is not None], strict=True)
    west, south, east, north = (pick(side) for pick, side in zip((min, min, max, max), sides, strict=True))
    if relation.srid != WGS84:
        step = side_step((west, south, east, north))
        query = REPROJECTED_BOX.format(srid=Literal(relation.srid))
        [(west, south, east, north)] = database.ask(query, [west, south, east, north, step])
    return float(west), float(south), float(east), float(north)
