"""A large layer whose features stay in the database: tiles, details, search and pages are answered there."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from psycopg.sql import SQL

from geodata.catalog.schema import Layer
from geodata.database.bbox_sql import Box
from geodata.database.connection import Database
from geodata.database.density_sql import Positions
from geodata.database.queries import Questions
from geodata.database.relation import Relation
from geodata.database.sql_names import quote
from geodata.database.tiles import count_tile, detail_tile
from geodata.errors import DatabaseError
from geodata.features.feature import Feature
from geodata.features.feature_layer import FeaturePage, PageQuery
from geodata.large.layer import BATCH_SIZE, LargeLayer

if TYPE_CHECKING:
    import pyarrow as pa

MAX_TILES = 256
"""So many tiles of a layer are kept; one has some 10 to 100 kB."""

TROUBLE_SECONDS = 10
"""So long it is said that a layer had no answer, unless one comes before."""

ROUNDING_DEGREES = 1e-6
"""What a box may lose on the way from another CRS."""

READ = SQL("SELECT {id}::text, {wkb}{values} FROM {source} WHERE {drawn} ORDER BY {order}")


class Table:
    """One state of a relation, shared by the layer in all languages: what was asked before is kept."""

    def __init__(
        self, database: Database, layer: Layer, relation: Relation, positions: Positions, box: Box, count: int
    ) -> None:
        self.database = database
        self.relation = relation
        self.positions = positions
        around = ROUNDING_DEGREES
        self.box = (box[0] - around, box[1] - around, box[2] + around, box[3] + around)
        self.questions = Questions(database, relation, count, self.box)
        self.detail = lru_cache(maxsize=MAX_TILES)(
            lambda z, x, y: detail_tile(database, relation, layer, self.box, z, x, y)
        )
        self.counts = lru_cache(maxsize=MAX_TILES)(lambda z, x, y: count_tile(positions, z, x, y))
        self._failed_at = 0.0
        self._failure: DatabaseError | None = None

    @property
    def trouble(self) -> DatabaseError | None:
        """Why there is no answer: the database is away, or had too much to do just now."""
        is_fresh = time.monotonic() - self._failed_at < TROUBLE_SECONDS
        return self.database.trouble or (self._failure if is_fresh else None)

    def note(self, failure: DatabaseError | None) -> None:
        """Take note of how the last question ended."""
        self._failure = failure
        self._failed_at = time.monotonic()


@dataclass(frozen=True, eq=False)
class DatabaseLayer(LargeLayer):
    """A layer with what the database was found to have; a number of a feature is its id there."""

    table: Table

    formats: ClassVar[tuple[str, ...]] = ("gpkg", "fgb", "parquet")

    @property
    def trouble(self) -> DatabaseError | None:
        """See `FeatureLayer`."""
        return self.table.trouble

    def feature(self, feature_id: str) -> Feature | None:
        """See `FeatureLayer`; this and the others raise `DatabaseError` where there is no answer."""
        with _noting(self.table):
            return self.table.questions.feature(self.layer, feature_id)

    def page(self, query: PageQuery) -> FeaturePage:
        """See `FeatureLayer`."""
        with _noting(self.table):
            return self.table.questions.page(self.layer, query)

    def search(self, text: str, limit: int = 8) -> list[Feature]:
        """See `FeatureLayer`; it looks for names."""
        with _noting(self.table):
            return self.table.questions.search(self.layer, text, limit)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """See `FeatureLayer`."""
        if z < self.report.detail_zoom:
            return self.table.counts(z, x, y)
        with _noting(self.table):
            return self.table.detail(z, x, y)

    def rows(self) -> Iterator[list[tuple[Any, ...]]]:
        """Yield all features, some at a time, as rows of id, WKB and properties, by their ids."""
        relation = self.table.relation
        query = READ.format(
            id=quote(relation.id),
            order=relation.order(relation.id),
            wkb=relation.wkb,
            values=relation.values,
            source=relation.source,
            drawn=relation.drawn,
        )
        return self.table.database.read(query, (), BATCH_SIZE)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See `FeatureLayer`."""
        from geodata.database.arrow import to_batches

        return to_batches(self)

    def write_geopackage(self, path: Path) -> None:
        """See `FeatureLayer`."""
        from geodata.database.arrow import write_features

        write_features(self, path)


class _noting:  # noqa: N801 (reads as a statement: with _noting(table))
    """Take note of questions that the database has no answer to."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if error is None or isinstance(error, DatabaseError):
            self.table.note(error)
