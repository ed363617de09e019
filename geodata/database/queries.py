"""Queries features of a relation: one by its id, a page, hits of a search, the tiles of a map."""

import re
import time
from collections.abc import Sequence
from functools import lru_cache

import shapely
from psycopg.sql import SQL, Composable, Composed

from geodata.catalog.schema import Layer
from geodata.database.bbox_sql import lies_in, meet
from geodata.database.connection import QUERY_SECONDS, Database, Row
from geodata.database.density_sql import CellCounts
from geodata.database.regex import to_pattern
from geodata.database.relation import Relation
from geodata.database.sql_names import quote, storable
from geodata.database.tiles import count_tile, detail_tile
from geodata.errors import DatabaseError
from geodata.features.feature import Feature, name_of
from geodata.features.feature_layer import Bbox, FeaturePage, PageQuery
from geodata.features.folding import fold
from geodata.reading.columns import Column

SEARCH_SECONDS = 3
"""Time limit of a search: afterwards the results of other layers are shown without this one's."""

MIN_LETTERS = 3
"""A search for shorter words only finds names that begin with them."""

MAX_WORDS = 8
"""Number of words of a text that are looked for."""

MAX_TILES = 256
"""Number of a layer's tiles that are cached, 10 to 100 kB each."""

TROUBLE_SECONDS = 10
"""Time for which a failed query is reported, unless another one succeeds before."""

ROUNDING_DEGREES = 1e-6
"""Margin for what a box may lose when it is reprojected."""


class RelationQueries:
    """Queries of one state of a relation, for the layer in all languages; tiles and counts are cached."""

    def __init__(
        self, database: Database, layer: Layer, relation: Relation, cells: CellCounts, bbox: Bbox, count: int
    ) -> None:
        self.database = database
        self.relation = relation
        self.count = count
        west, south, east, north = bbox
        margin = ROUNDING_DEGREES
        box = self.bbox = (west - margin, south - margin, east + margin, north + margin)
        self._count = lru_cache(maxsize=256)(self._count_rows)
        self.count_tile = lru_cache(maxsize=MAX_TILES)(lambda z, x, y: count_tile(cells, z, x, y))
        self.detail_tile = lru_cache(maxsize=MAX_TILES)(
            lambda z, x, y: detail_tile(self.ask, relation, layer, box, z, x, y)
        )
        self._failed_at = 0.0
        self._failure: DatabaseError | None = None

    @property
    def trouble(self) -> DatabaseError | None:
        """Why there is no answer: the database is away, or a query just failed."""
        is_recent = time.monotonic() - self._failed_at < TROUBLE_SECONDS
        return self.database.trouble or (self._failure if is_recent else None)

    def ask(self, query: Composed, values: Sequence[object], seconds: float = QUERY_SECONDS) -> list[Row]:
        """Run a query and return its rows; raises `DatabaseError`, and remembers it."""
        try:
            rows = self.database.ask(query, values, seconds=seconds)
        except DatabaseError as error:
            self._failure, self._failed_at = error, time.monotonic()
            raise
        self._failure = None
        return rows

    def feature(self, layer: Layer, feature_id: str) -> Feature | None:
        """Return a feature by its number, or `None`."""
        if not re.fullmatch(r"0|[1-9][0-9]{0,17}", feature_id):
            return None
        condition = SQL("{} AND {} = %s").format(self.relation.drawn, quote(self.relation.id))
        return next(iter(self._features(layer, condition, [int(feature_id)], self.relation.by_id, 1)), None)

    def page(self, layer: Layer, query: PageQuery) -> FeaturePage:
        """Return some of the features that pass filters, and the number of all that pass."""
        conditions: list[Composable] = []
        values: list[object] = []
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
        features = self._features(layer, where, values, order, query.limit, query.offset)
        hashable = tuple(tuple(value) if isinstance(value, list) else value for value in values)
        total = self._count(where.as_string(), hashable) if conditions else self.count
        return FeaturePage(features, total)

    def search(self, layer: Layer, text: str, limit: int) -> list[Feature]:
        """Return features whose names contain all words of a text; names that begin with it come first."""
        words, name = fold(text).split()[:MAX_WORDS], self.relation.column(layer.name_field)
        if not words or name is None or limit <= 0:
            return []
        beginning = "^" + r"\W+".join(map(to_pattern, words))
        is_short = all(len(word) < MIN_LETTERS for word in words)
        patterns = [beginning] if is_short else list(map(to_pattern, words))
        matches = [SQL("{}::text ~* %s").format(quote(name.column))] * len(patterns)
        order = SQL("{name} ~* %s DESC, length({name}), {name}").format(
            name=SQL("{}::text").format(self.relation.order(name.column))
        )
        condition = SQL(" AND ").join([self.relation.drawn, *matches])
        return self._features(layer, condition, [*patterns, beginning], order, limit, seconds=SEARCH_SECONDS)

    def _features(
        self,
        layer: Layer,
        condition: Composable,
        values: Sequence[object],
        order: Composable,
        limit: int,
        offset: int = 0,
        seconds: float = QUERY_SECONDS,
    ) -> list[Feature]:
        query = self.relation.select(condition, order) + SQL(" LIMIT %s OFFSET %s")
        rows = self.ask(query, [*values, limit, offset], seconds)
        return [_to_feature(layer, self.relation, row) for row in rows]

    @property
    def _texts(self) -> Composable:
        """All texts of a feature, one on each line."""
        texts = [self.relation.value(column) for column in self.relation.columns if column.type == "string"]
        return SQL("concat_ws(E'\\n', {})").format(SQL(", ").join(texts)) if texts else SQL("''")

    def _order(self, layer: Layer, sort: str | None, descending: bool | None) -> Composable:
        """Return the order of features; equal ones follow their ids."""
        column = self.relation.column(layer.name_field if sort == "name" else sort or "")
        if column is None:
            return self.relation.by_id
        is_descending = column.type in ("integer", "number") if descending is None else descending
        name = self.relation.order(column.column)
        # The database can't sort every type that becomes JSON.
        value = SQL("{}::text").format(name) if column.type == "json" else name
        direction = SQL("DESC" if is_descending else "ASC")
        return SQL("{} {} NULLS LAST, {}").format(value, direction, self.relation.by_id)

    def _count_rows(self, where: str, values: tuple[object, ...]) -> int:
        query = SQL("SELECT count(*) FROM {} WHERE {}").format(self.relation.source, SQL(where))
        lists = [list(value) if isinstance(value, tuple) else value for value in values]
        return int(self.ask(query, lists)[0][0])


def _to_feature(layer: Layer, relation: Relation, row: Row) -> Feature:
    feature_id, wkb, *values = row
    properties = relation.to_properties(values)
    properties["name"] = name_of(layer, feature_id, properties.get(layer.name_field))
    return Feature(layer, feature_id, properties, shapely.from_wkb(wkb))


def _is_among(column: Column, wanted: Sequence[object]) -> tuple[Composable, Sequence[object]]:
    """Return the condition that a property has one of some values, and these in the type of its column."""
    name = quote(column.column)
    if column.type in ("integer", "number"):
        numbers = [number for number in map(_to_number, wanted) if number is not None]
        return SQL("{}::float8 = ANY(%s::float8[])").format(name), numbers
    if column.type == "boolean":
        truths = {"1": True, "true": True, "0": False, "false": False}
        found = [truths[word] for word in (str(value).lower() for value in wanted) if word in truths]
        return SQL("{} = ANY(%s::bool[])").format(name), found
    return SQL("{}::text = ANY(%s::text[])").format(name), [storable(str(value)) for value in wanted]


def _to_number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None
