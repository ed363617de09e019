"""What people ask of the features of a relation: one, a page of those that pass filters, hits of a search."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import shapely
from psycopg.sql import SQL, Composable

from geodata.catalog.schema import Layer
from geodata.database.bbox_sql import Box, lies_in, meet
from geodata.database.connection import Database
from geodata.database.regex import to_pattern
from geodata.database.relation import Relation
from geodata.database.sql_names import quote, storable
from geodata.features.feature import Feature, name_of
from geodata.features.feature_layer import FeaturePage, PageQuery
from geodata.features.folding import fold
from geodata.reading.columns import Column

SEARCH_SECONDS = 3
"""Whoever types waits no longer; the others of the results come without this layer's."""

MIN_LETTERS = 3
"""A query of shorter words only finds names that begin with it."""

MAX_WORDS = 8
"""What of a text is read."""

PAGE = SQL(
    "SELECT {id}::text, {wkb}{values} FROM {source} WHERE {condition} ORDER BY {order} LIMIT %s OFFSET %s"
)


class Questions:
    """Questions about the features of one state of a relation."""

    def __init__(self, database: Database, relation: Relation, count: int, bbox: Box) -> None:
        self.database = database
        self.relation = relation
        self.count = count
        self.bbox = bbox
        self._count = lru_cache(maxsize=256)(self._count_rows)

    def feature(self, layer: Layer, feature_id: str) -> Feature | None:
        """Return a feature by its number, or `None`."""
        if not re.fullmatch(r"0|[1-9][0-9]{0,17}", feature_id):
            return None
        condition = SQL("{} AND {} = %s").format(self.relation.drawn, quote(self.relation.id))
        return next(self._features(layer, condition, [int(feature_id)], self._by_id, 1, 0), None)

    def page(self, layer: Layer, query: PageQuery) -> FeaturePage:
        """Return some of the features that pass filters, and how many pass."""
        conditions: list[Composable] = []
        values: list[Any] = []
        for pattern in map(to_pattern, fold(query.text).split()[:MAX_WORDS]):
            conditions.append(SQL("{} ~* %s").format(self._texts))
            values.append(pattern)
        for name, wanted in query.among.items():
            column = self.relation.column(name)
            if column is not None and wanted:
                condition, given = _is_among(column, wanted)
                conditions.append(condition)
                values.append(given)
        if query.bbox is not None:
            box = meet(query.bbox, self.bbox)
            if box is None:
                return FeaturePage([], 0)
            condition, corners = lies_in(self.relation, box)
            conditions.append(condition)
            values += corners
        where = SQL(" AND ").join([self.relation.drawn, *conditions])
        order = self._order(layer, query.sort, query.descending)
        features = list(self._features(layer, where, values, order, query.limit, query.offset))
        total = self._count(where.as_string(), tuple(map(_hashable, values))) if conditions else self.count
        return FeaturePage(features, total)

    def search(self, layer: Layer, text: str, limit: int) -> list[Feature]:
        """Return the features whose names hold all words of a query, those that begin with it first."""
        words, name = fold(text).split()[:MAX_WORDS], self.relation.column(layer.name_field)
        if not words or name is None or limit <= 0:
            return []
        column = SQL("{}::text").format(quote(name.column))
        beginning = "^" + r"\W+".join(map(to_pattern, words))
        if all(len(word) < MIN_LETTERS for word in words):
            patterns = [beginning]
        else:
            patterns = list(map(to_pattern, words))
        condition = SQL(" AND ").join(
            [self.relation.drawn, *[SQL("{} ~* %s").format(column) for _ in patterns]]
        )
        order = SQL("{name} ~* %s DESC, length({name}), {name}").format(
            name=SQL("{}::text").format(self.relation.order(name.column))
        )
        values = [*patterns, beginning]
        return list(self._features(layer, condition, values, order, limit, 0, seconds=SEARCH_SECONDS))

    def _features(
        self,
        layer: Layer,
        condition: Composable,
        values: Sequence[Any],
        order: Composable,
        limit: int,
        offset: int,
        **options: float,
    ) -> Iterator[Feature]:
        relation = self.relation
        query = PAGE.format(
            id=quote(relation.id),
            wkb=relation.wkb,
            values=relation.values,
            source=relation.source,
            condition=condition,
            order=order,
        )
        rows = self.database.ask(query, [*values, limit, offset], **options)
        return iter([to_feature(layer, relation, row) for row in rows])

    @property
    def _by_id(self) -> Composable:
        return self.relation.order(self.relation.id)

    @property
    def _texts(self) -> Composable:
        """All texts of a feature, one under the other."""
        texts = [self.relation.value(column) for column in self.relation.columns if column.type == "string"]
        return SQL("concat_ws(E'\\n', {})").format(SQL(", ").join(texts)) if texts else SQL("''")

    def _order(self, layer: Layer, sort: str | None, descending: bool | None) -> Composable:
        """Return by what features are sorted; where two are alike, by their number."""
        column = self.relation.column(layer.name_field if sort == "name" else sort or "")
        if column is None:
            return self._by_id
        is_number = column.type in ("integer", "number")
        is_down = descending or (descending is None and is_number)
        name = self.relation.order(column.column)
        # What JSON calls an object, the database can't always sort.
        value = SQL("{}::text").format(name) if column.type == "json" else name
        direction = SQL("DESC" if is_down else "ASC")
        return SQL("{} {} NULLS LAST, {}").format(value, direction, self._by_id)

    def _count_rows(self, where: str, values: tuple[Any, ...]) -> int:
        query = SQL("SELECT count(*) FROM {} WHERE {}").format(self.relation.source, SQL(where))
        return int(self.database.ask(query, [list(v) if isinstance(v, tuple) else v for v in values])[0][0])


def to_feature(layer: Layer, relation: Relation, row: tuple[Any, ...]) -> Feature:
    """Return a row of id, shape and properties as a feature."""
    feature_id, wkb, *values = row
    properties = relation.to_properties(tuple(values))
    properties["name"] = name_of(layer, feature_id, properties.get(layer.name_field))
    return Feature(layer, feature_id, properties, shapely.from_wkb(wkb))


def _is_among(column: Column, wanted: Sequence[Any]) -> tuple[Composable, list[Any]]:
    """Return the condition that a property has one of some values, and these as its column has them."""
    name = quote(column.column)
    if column.type in ("integer", "number"):
        numbers = [number for number in map(_to_number, wanted) if number is not None]
        return SQL("{}::float8 = ANY(%s::float8[])").format(name), numbers
    if column.type == "boolean":
        truths = {"1": True, "true": True, "0": False, "false": False}
        found = [truths[word] for word in (str(value).lower() for value in wanted) if word in truths]
        return SQL("{} = ANY(%s::bool[])").format(name), found
    return SQL("{}::text = ANY(%s::text[])").format(name), [storable(str(value)) for value in wanted]


def _to_number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
