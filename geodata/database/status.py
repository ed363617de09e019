"""Keeps the status and the data of layers in databases, and refreshes them where the data changed.

Loading an atlas uses the known status. A server refreshes it every few seconds, so that changes of the data
and of the connection are noticed without anybody waiting for them.
"""

import hashlib
import json
import threading
import time
from dataclasses import dataclass, field

import shapely
from psycopg.sql import SQL

from geodata.catalog.schema import Layer
from geodata.database.connection import SURVEY_SECONDS, Database, open_database
from geodata.database.inspect import read_relation
from geodata.database.large_layer import DatabaseLayer
from geodata.database.queries import RelationQueries
from geodata.database.relation import Relation
from geodata.database.sql_names import as_written, wrong
from geodata.database.survey import require_numbers, survey, to_report
from geodata.errors import DatabaseError, Problem
from geodata.features.cleaning import clean_features
from geodata.features.feature import name_of
from geodata.features.layer_data import LayerData, make_layer
from geodata.large.cache import build_settings
from geodata.reading.formats import MAX_SMALL_BYTES, MAX_SMALL_COUNT
from geodata.reading.geojson import FeatureBatch
from geodata.reading.limits import UNLIMITED
from geodata.validation.source import check_repaired, check_source

COUNTERS = SQL("""
    SELECT c.relkind IN ('r', 'm') AND NOT pg_is_in_recovery(),
           concat_ws('.', (SELECT oid FROM pg_database WHERE datname = current_database()), c.oid,
                     c.relfilenode, pg_stat_get_tuples_inserted(c.oid), pg_stat_get_tuples_updated(c.oid),
                     pg_stat_get_tuples_deleted(c.oid))
    FROM pg_class c WHERE c.oid = %s::int8::oid
""")

CONTENT = SQL("SELECT count(*) || '.' || coalesce(sum(hashtextextended(source::text, 0)), 0) FROM {source}")

MAX_SHARE = 1 / 20
"""Maximum share of the time that refreshing a layer takes, however often it changes."""


@dataclass(frozen=True)
class Status:
    """The state of a layer at some time."""

    data: LayerData | DatabaseLayer | None = None
    """The last version that could be loaded."""
    problems: tuple[Problem, ...] = ()
    version: str = ""
    trouble: DatabaseError | None = None
    """Why there is no version, or no newer one."""
    at: float = field(default_factory=time.monotonic)
    """When the status was determined, by the monotonic clock, in seconds."""
    seconds: float = 0.0
    """How long this took."""


_known: dict[str, Status] = {}
_lock = threading.Lock()


def status_of(layer: Layer) -> Status:
    """Return the known status of a layer; the database is only asked the first time."""
    key = layer.model_dump_json()
    with _lock:
        if key not in _known:
            _known[key] = _determine(layer, Status())
        return _known[key]


def refresh_status(layer: Layer) -> bool:
    """Ask the database again, and return whether the status changed."""
    key = layer.model_dump_json()
    before = _known.get(key)
    if before is None:
        status_of(layer)
        return True
    is_in_trouble = before.trouble or (before.data is not None and before.data.trouble)
    if not is_in_trouble and time.monotonic() - before.at < before.seconds / MAX_SHARE:
        return False
    now = _determine(layer, before)
    with _lock:
        _known[key] = now
    return now.data is not before.data or str(now.trouble) != str(before.trouble)


def forget() -> None:
    """Forget all statuses, as a new process does."""
    with _lock:
        _known.clear()


def _determine(layer: Layer, before: Status) -> Status:
    """Return the status of a layer now; unchanged data are not read again."""
    assert layer.database is not None  # noqa: S101 (callers only ask for such layers)
    began = time.monotonic()
    try:
        database = open_database(layer.database.connection)
        relation = read_relation(database, layer)
        version = read_version(database, relation)
        if before.data is not None and version == before.version:
            return Status(before.data, before.problems, version, seconds=time.monotonic() - began)
        data, problems = _load(database, relation, layer, version)
    except DatabaseError as error:
        if error.is_passing:
            return Status(before.data, before.problems, before.version, error)
        return Status(trouble=error)
    return Status(data, tuple(problems), version, seconds=time.monotonic() - began)


def _load(
    database: Database, relation: Relation, layer: Layer, version: str
) -> tuple[LayerData | DatabaseLayer, list[Problem]]:
    """Read a small layer, or survey a large one."""
    began = time.monotonic()
    found = survey(database, relation, layer)
    if found.count_in <= MAX_SMALL_COUNT and found.bytes <= MAX_SMALL_BYTES:
        return read_small(database, found.relation, layer)
    require_numbers(database, found.relation)
    # Another database may have the same version.
    state_text = json.dumps([version, found.count, found.bbox, build_settings(layer)], sort_keys=True)
    report, cells = to_report(database, found, state_text, began)
    key = hashlib.sha256(state_text.encode()).hexdigest()[:16]
    queries = RelationQueries(database, layer, found.relation, cells, found.bbox, found.count)
    large = DatabaseLayer(layer, key, report, queries)
    return large, list(large.problems())


def read_small(database: Database, relation: Relation, layer: Layer) -> tuple[LayerData, list[Problem]]:
    """Return a layer with its features, by their ids in the database, and its problems."""
    query = relation.select(SQL("TRUE"), relation.by_id) + SQL(" LIMIT %s")
    rows = database.ask(query, [MAX_SMALL_COUNT + 1])
    ids = [str(feature_id) for feature_id, *_ in rows]
    shapes = shapely.from_wkb([wkb for _, wkb, *_ in rows], on_invalid="ignore")
    batch = FeatureBatch(1, shapes, [relation.to_properties(values) for _, _, *values in rows])
    cleaned = clean_features([batch], layer.geometry_types, UNLIMITED, MAX_SMALL_COUNT + 1)
    assert cleaned is not None  # noqa: S101 (the query has this limit)
    kept: dict[str, None] = {}
    for number, properties in zip(cleaned.numbers, cleaned.properties, strict=True):
        feature_id = ids[number - 1]
        # Ids of a view or query may repeat.
        kept[feature_id if feature_id not in kept else f"{feature_id}_{number}"] = None
        properties["name"] = name_of(layer, number, properties.get(layer.name_field))
    problems = list(check_source(layer, cleaned.count_in, cleaned.tally.left_out, relation.columns))
    problems += check_repaired(layer, cleaned.tally.repaired)
    shared = len(ids) - len(set(ids))
    if shared:
        what = f"has an id `{relation.id}` that several features share: {shared}"
        problems.append(Problem(layer.id, None, what, "Name a column that identifies features as `id`."))
    return make_layer(layer, list(kept), cleaned.properties, cleaned.geometries), problems


def read_version(database: Database, relation: Relation) -> str:
    """Return a text that changes with the data; raises `DatabaseError`."""
    columns = ".".join(f"{name}:{kind}" for name, kind in relation.types.items())
    return f"{_version(database, relation)} {columns}"


def _version(database: Database, relation: Relation) -> str:
    if relation.place.version is not None:
        query = SQL("SELECT version::text FROM ({}) AS stated (version)")
        rows = database.ask(query.format(as_written(relation.place.version)))
        if len(rows) != 1:
            raise wrong(f"has a `version` of {len(rows)} rows", "Write a SELECT of one value.")
        return str(rows[0][0])
    if relation.table is not None:
        rows = database.ask(COUNTERS.format(), [relation.table])
        if rows and rows[0][0]:
            return str(rows[0][1])
    return str(database.ask(CONTENT.format(source=relation.source), seconds=SURVEY_SECONDS)[0][0])
