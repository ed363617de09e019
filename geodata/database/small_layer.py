"""A small layer of a database: read whole, through the same gate as a file."""

from __future__ import annotations

from collections.abc import Iterator

import shapely
from psycopg.sql import SQL

from geodata.catalog.schema import Layer
from geodata.database.connection import Database
from geodata.database.relation import Relation
from geodata.database.sql_names import quote
from geodata.errors import Problem
from geodata.features.cleaning import take_in
from geodata.features.feature import name_of
from geodata.features.layer_data import LayerData, make_layer
from geodata.reading.formats import MAX_SMALL_COUNT
from geodata.reading.geojson import FeatureBatch
from geodata.reading.limits import UNLIMITED
from geodata.validation.source import check_repaired, check_source

READ = SQL("SELECT {id}::text, {wkb}{values} FROM {source} ORDER BY {order} LIMIT %s")


def read_small(database: Database, relation: Relation, layer: Layer) -> tuple[LayerData, list[Problem]]:
    """Return a layer with its features, by the ids of the database, and what is wrong with them.

    Raises
    ------
    DatabaseError
        If the database does not answer.
    """
    ids: list[str] = []
    intake = take_in(_read(database, relation, ids), layer.geometry_types, UNLIMITED, MAX_SMALL_COUNT + 1)
    assert intake is not None  # noqa: S101 (no more are asked for)
    kept: dict[str, None] = {}
    for number, properties in zip(intake.numbers, intake.properties, strict=True):
        feature_id = ids[number - 1]
        # Where the database does not see to it that ids differ, ours do.
        kept[feature_id if feature_id not in kept else f"{feature_id}_{number}"] = None
        properties["name"] = name_of(layer, number, properties.get(layer.name_field))
    problems = list(check_source(layer, intake.count_in, intake.tally.left_out, relation.columns))
    problems += check_repaired(layer, intake.tally.repaired)
    shared = len(ids) - len(set(ids))
    if shared:
        what = f"has an id `{relation.id}` that several features share: {shared}"
        problems.append(Problem(layer.id, None, what, "Name a column that tells features apart as `id`."))
    return make_layer(layer, list(kept), intake.properties, intake.geometries), problems


def _read(database: Database, relation: Relation, ids: list[str]) -> Iterator[FeatureBatch]:
    """Yield the features; `ids` takes what they are called."""
    query = READ.format(
        id=quote(relation.id),
        order=relation.order(relation.id),
        wkb=relation.wkb,
        values=relation.values,
        source=relation.source,
    )
    rows = database.ask(query, [MAX_SMALL_COUNT + 1])
    ids += [str(feature_id) for feature_id, *_ in rows]
    shapes = shapely.from_wkb([wkb for _, wkb, *_ in rows], on_invalid="ignore")
    yield FeatureBatch(1, shapes, [relation.to_properties(tuple(values)) for _, _, *values in rows])
