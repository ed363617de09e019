"""Reads a small layer of a database whole, with the same checks as a file."""

import shapely
from psycopg.sql import SQL

from geodata.catalog.schema import Layer
from geodata.database.connection import Database
from geodata.database.relation import Relation
from geodata.errors import Problem
from geodata.features.cleaning import clean_features
from geodata.features.feature import name_of
from geodata.features.layer_data import LayerData, make_layer
from geodata.reading.formats import MAX_SMALL_COUNT
from geodata.reading.geojson import FeatureBatch
from geodata.reading.limits import UNLIMITED
from geodata.validation.source import check_repaired, check_source


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
