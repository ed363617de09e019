"""A large layer whose features stay in the database, which answers for tiles, details, search and pages."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa

from geodata.database.queries import RelationQueries
from geodata.errors import DatabaseError
from geodata.features.feature import Feature
from geodata.features.feature_layer import FeaturePage, PageQuery
from geodata.large.layer import BATCH_SIZE, LargeLayer


@dataclass(frozen=True, eq=False)
class DatabaseLayer(LargeLayer):
    """A layer of a relation; the number of a feature is its id there.

    Every question raises `DatabaseError` if the database does not answer.
    """

    queries: RelationQueries

    @property
    def trouble(self) -> DatabaseError | None:
        """See `FeatureLayer`."""
        return self.queries.trouble

    def feature(self, feature_id: str) -> Feature | None:
        """See `FeatureLayer`."""
        return self.queries.feature(self.layer, feature_id)

    def page(self, query: PageQuery) -> FeaturePage:
        """See `FeatureLayer`."""
        return self.queries.page(self.layer, query)

    def search(self, text: str, limit: int = 8) -> list[Feature]:
        """See `FeatureLayer`; only names are searched."""
        return self.queries.search(self.layer, text, limit)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """See `LargeLayer`."""
        is_detail = z >= self.report.detail_zoom
        return (self.queries.detail_tile if is_detail else self.queries.count_tile)(z, x, y)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See `FeatureLayer`."""
        types = {"integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
        names, relation = self.file_names(), self.queries.relation
        properties = [(names[each.name], types.get(each.type, pa.string())) for each in relation.columns]
        schema = pa.schema([("id", pa.string()), *properties, ("geometry", pa.binary())])
        query = relation.select(relation.drawn, relation.by_id)
        for rows in self.queries.database.read(query, BATCH_SIZE):
            ids, shapes, *values = zip(*rows, strict=True)
            cells = [
                map(_to_json, cells) if column.type == "json" else cells
                for cells, column in zip(values, relation.columns, strict=True)
            ]
            columns = zip([ids, *cells, map(bytes, shapes)], schema.types, strict=True)
            yield pa.record_batch([pa.array(cells, kind) for cells, kind in columns], schema)


def _to_json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, default=str)
