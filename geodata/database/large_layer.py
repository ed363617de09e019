"""A large layer whose features stay in the database, which answers for tiles, details, search and pages."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from geodata.catalog.schema import Layer
from geodata.database.connection import Database
from geodata.database.density_sql import CellCounts
from geodata.database.queries import RelationQueries
from geodata.database.relation import Relation
from geodata.database.tiles import count_tile, detail_tile
from geodata.errors import DatabaseError
from geodata.features.feature import Feature
from geodata.features.feature_layer import Bbox, FeaturePage, PageQuery
from geodata.large.layer import BATCH_SIZE, LargeLayer

if TYPE_CHECKING:
    import pyarrow as pa

MAX_TILES = 256
"""Number of a layer's tiles that are cached, 10 to 100 kB each."""

TROUBLE_SECONDS = 10
"""Time for which a failed query is reported, unless another one succeeds before."""

ROUNDING_DEGREES = 1e-6
"""Margin for what a box may lose when it is reprojected."""


class RelationState:
    """One state of a relation, shared by the layer in all languages; its tiles and counts are cached."""

    def __init__(
        self, database: Database, layer: Layer, relation: Relation, cells: CellCounts, bbox: Bbox, count: int
    ) -> None:
        self.database = database
        self.relation = relation
        west, south, east, north = bbox
        margin = ROUNDING_DEGREES
        box = (west - margin, south - margin, east + margin, north + margin)
        self.queries = RelationQueries(database, relation, count, box)
        self.detail = lru_cache(maxsize=MAX_TILES)(
            lambda z, x, y: detail_tile(database, relation, layer, box, z, x, y)
        )
        self.counts = lru_cache(maxsize=MAX_TILES)(lambda z, x, y: count_tile(cells, z, x, y))
        self._failed_at = 0.0
        self._failure: DatabaseError | None = None

    @property
    def trouble(self) -> DatabaseError | None:
        """Why there is no answer: the database is away, or a query just failed."""
        is_recent = time.monotonic() - self._failed_at < TROUBLE_SECONDS
        return self.database.trouble or (self._failure if is_recent else None)

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Remember whether the queries in this context fail."""
        try:
            yield
        except DatabaseError as error:
            self._failure, self._failed_at = error, time.monotonic()
            raise
        self._failure = None


@dataclass(frozen=True, eq=False)
class DatabaseLayer(LargeLayer):
    """A layer of a relation; the number of a feature is its id there.

    Every question raises `DatabaseError` if the database does not answer.
    """

    state: RelationState

    @property
    def trouble(self) -> DatabaseError | None:
        """See `FeatureLayer`."""
        return self.state.trouble

    def feature(self, feature_id: str) -> Feature | None:
        """See `FeatureLayer`."""
        with self.state.noted():
            return self.state.queries.feature(self.layer, feature_id)

    def page(self, query: PageQuery) -> FeaturePage:
        """See `FeatureLayer`."""
        with self.state.noted():
            return self.state.queries.page(self.layer, query)

    def search(self, text: str, limit: int = 8) -> list[Feature]:
        """See `FeatureLayer`; only names are searched."""
        with self.state.noted():
            return self.state.queries.search(self.layer, text, limit)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """See `LargeLayer`."""
        if z < self.report.detail_zoom:
            return self.state.counts(z, x, y)
        with self.state.noted():
            return self.state.detail(z, x, y)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See `FeatureLayer`."""
        import pyarrow as pa

        types = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
        names, relation = self.own_names(), self.state.relation
        properties = [
            pa.field(names[column.name], types.get(column.type, pa.string())) for column in relation.columns
        ]
        schema = pa.schema([pa.field("id", pa.string()), *properties, pa.field("geometry", pa.binary())])
        query = relation.select(relation.drawn, relation.by_id)
        for rows in self.state.database.read(query, BATCH_SIZE):
            ids, shapes, *values = zip(*rows, strict=True)
            cells = [
                map(_to_json, cells) if column.type == "json" else cells
                for cells, column in zip(values, relation.columns, strict=True)
            ]
            columns = [ids, *cells, map(bytes, shapes)]
            arrays = [pa.array(cells, kind) for cells, kind in zip(columns, schema.types, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _to_json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)
