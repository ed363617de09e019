"""What there is of the layers of databases: looked at once, and again when something may have changed.

Whoever loads an atlas takes what is known. A server looks again every few seconds (`renew`), so that a
database that went away, came back, or has other data is noticed without anybody waiting for it.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from dataclasses import dataclass, field

from geodata.catalog.schema import Layer
from geodata.database.connection import Database, open_database
from geodata.database.inspect import read_relation
from geodata.database.large_layer import DatabaseLayer, Table
from geodata.database.relation import Relation
from geodata.database.small_layer import read_small
from geodata.database.survey import require_numbers, survey, to_report
from geodata.database.versions import read_version
from geodata.errors import DatabaseError, Problem
from geodata.features.layer_data import LayerData
from geodata.large.cache import build_settings
from geodata.reading.formats import MAX_SMALL_BYTES, MAX_SMALL_COUNT

MAX_SHARE = 1 / 20
"""Of the time, looking at a layer takes no more, however often it changes."""


@dataclass(frozen=True)
class Look:
    """What was found of a layer."""

    data: LayerData | DatabaseLayer | None = None
    """The last that could be had."""
    problems: tuple[Problem, ...] = ()
    version: str = ""
    trouble: DatabaseError | None = None
    """Why there is nothing, or nothing newer."""
    at: float = field(default_factory=time.monotonic)
    """By the monotonic clock, in seconds."""
    seconds: float = 0.0
    """How long it took."""


_looks: dict[str, Look] = {}
_lock = threading.Lock()


def look_at(layer: Layer) -> Look:
    """Return what is known of a layer; the first time, the database is asked."""
    key = layer.model_dump_json()
    with _lock:
        if key not in _looks:
            _looks[key] = _look(layer, Look())
        return _looks[key]


def renew(layer: Layer) -> bool:
    """Look again, and tell whether it is otherwise than before."""
    key = layer.model_dump_json()
    before = _looks.get(key)
    if before is None:
        look_at(layer)
        return True
    is_in_trouble = before.trouble or (isinstance(before.data, DatabaseLayer) and before.data.trouble)
    if not is_in_trouble and time.monotonic() - before.at < before.seconds / MAX_SHARE:
        return False
    now = _look(layer, before)
    with _lock:
        _looks[key] = now
    return now.data is not before.data or str(now.trouble) != str(before.trouble)


def forget() -> None:
    """Forget what was found, as a process does that begins anew."""
    with _lock:
        _looks.clear()


def _look(layer: Layer, before: Look) -> Look:
    """Return how a layer is now; what is the same is not read again."""
    assert layer.database is not None  # noqa: S101 (only such layers are looked at)
    began = time.monotonic()
    try:
        database = open_database(layer.database.connection)
        relation = read_relation(database, layer)
        version = read_version(database, relation)
        if before.data is not None and version == before.version:
            return Look(before.data, before.problems, version, seconds=time.monotonic() - began)
        data, problems = _load(database, relation, layer, version)
    except DatabaseError as error:
        if error.is_passing:
            return Look(before.data, before.problems, before.version, error)
        return Look(trouble=error)
    return Look(data, tuple(problems), version, seconds=time.monotonic() - began)


def _load(
    database: Database, relation: Relation, layer: Layer, version: str
) -> tuple[LayerData | DatabaseLayer, list[Problem]]:
    """Read a small layer, or survey a large one."""
    began = time.monotonic()
    found = survey(database, relation, layer)
    if found.count_in <= MAX_SMALL_COUNT and found.bytes <= MAX_SMALL_BYTES:
        return read_small(database, found.relation, layer)
    require_numbers(database, found.relation)
    # The same version of another database is not the same.
    whole = json.dumps([version, found.count, found.bbox, build_settings(layer)], sort_keys=True)
    report, positions = to_report(database, found, whole, began)
    key = hashlib.sha256(whole.encode()).hexdigest()[:16]
    table = Table(database, layer, found.relation, positions, found.bbox, found.count)
    large = DatabaseLayer(layer, key, report, table)
    return large, list(large.problems())
