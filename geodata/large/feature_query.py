"""Queries a large layer's table: one feature, a page of those that pass filters, hits of a search."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import shapely

from geodata.catalog.schema import Layer
from geodata.features.feature import Feature, name_of
from geodata.features.feature_layer import FeaturePage, PageQuery
from geodata.features.folding import LAST_CHARACTER, fold
from geodata.features.properties import exact
from geodata.large.feature_table import BLOB_HEADER, SqlValue, quote
from geodata.large.report import BuildReport

MIN_TRIGRAM = 3
"""Shorter words are not in the index of texts; they are looked for in names."""

MAX_RANKED = 200
"""Maximum number of features with the words of a query that are compared by name."""


class FeatureQuery:
    """Queries of a table of features, from any number of threads."""

    def __init__(self, layer: Layer, path: Path, report: BuildReport) -> None:
        self.layer = layer
        self.report = report
        self._uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._local = threading.local()
        self._columns = {column.name: column for column in report.fields}
        self._count = lru_cache(maxsize=256)(self._count_rows)

    def feature(self, feature_id: str) -> Feature | None:
        """Return a feature by its number, or `None`."""
        if not re.fullmatch(r"[1-9][0-9]{0,17}", feature_id):
            return None
        return next(self._features([int(feature_id)]), None)

    def page(self, query: PageQuery) -> FeaturePage:
        """Return some of the features that pass filters, and the number of all that pass."""
        where, values = self._where(query)
        if query.sort in ("name", self.layer.name_field):
            inner = f" WHERE fid IN (SELECT fid FROM features{where})" if where else ""  # noqa: S608
            direction = "DESC" if query.descending else "ASC"
            sql = f"SELECT fid FROM names{inner} ORDER BY name {direction}, fid LIMIT ? OFFSET ?"  # noqa: S608
        else:
            order = self._order(query.sort, query.descending)
            sql = f"SELECT fid FROM features{where} ORDER BY {order} LIMIT ? OFFSET ?"  # noqa: S608
        rows = self._database.execute(sql, (*values, query.limit, query.offset))
        features = list(self._features([fid for (fid,) in rows]))
        return FeaturePage(features, self._count(where, tuple(values)) if where else self.report.count)

    def search(self, text: str, limit: int) -> list[Feature]:
        """Return the features that a query may mean, the likeliest first."""
        query = fold(text)
        if not query or limit <= 0:
            return []
        sql = "SELECT fid FROM names WHERE name >= ? AND name < ? ORDER BY name LIMIT ?"
        found = [fid for (fid,) in self._database.execute(sql, (query, query + LAST_CHARACTER, limit))]
        features = list(self._features(found))
        words = query.split()
        if len(found) < limit and (match := _to_match(words)):
            sql = "SELECT rowid FROM search WHERE search MATCH ? LIMIT ?"
            rows = self._database.execute(sql, (match, MAX_RANKED))
            others = self._features([fid for (fid,) in rows if fid not in found])
            hits = [feature for feature in others if all(word in _folded_texts(feature) for word in words)]
            features += sorted(hits, key=lambda feature: _rank(feature, words))
        return features[:limit]

    @property
    def _database(self) -> sqlite3.Connection:
        """The connection of the current thread."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._uri, uri=True, check_same_thread=False)
            self._local.connection = connection
        return connection

    def _features(self, fids: list[int]) -> Iterator[Feature]:
        """Yield features by their numbers, in this order."""
        names = "".join(f", {quote(column.column)}" for column in self.report.fields)
        marks = ", ".join("?" * len(fids))
        sql = f"SELECT fid, geom{names} FROM features WHERE fid IN ({marks})"  # noqa: S608 (quoted names)
        rows = {row[0]: row for row in self._database.execute(sql, fids)}
        for fid in fids:
            if fid in rows:
                yield self._to_feature(*rows[fid])

    def _to_feature(self, fid: int, geometry: bytes, *values: SqlValue) -> Feature:
        properties = {
            column.name: _to_value(value, column.type)
            for column, value in zip(self.report.fields, values, strict=True)
            if value is not None
        }
        properties["name"] = name_of(self.layer, fid, properties.get(self.layer.name_field))
        return Feature(self.layer, str(fid), properties, shapely.from_wkb(geometry[len(BLOB_HEADER) :]))

    def _where(self, query: PageQuery) -> tuple[str, list[object]]:
        """Return the condition of filters, and its values."""
        conditions: list[str] = []
        values: list[object] = []
        words = fold(query.text).split()
        if match := _to_match(words):
            conditions.append("fid IN (SELECT rowid FROM search WHERE search MATCH ?)")
            values.append(match)
        for word in words:
            if len(word) < MIN_TRIGRAM:
                conditions.append("fid IN (SELECT fid FROM names WHERE instr(name, ?))")
                values.append(word)
        for name, wanted in query.among.items():
            if name in self._columns and wanted:
                column = quote(self._columns[name].column)
                conditions.append(f"{column} IN ({', '.join('?' * len(wanted))})")
                values += wanted
        if query.bbox is not None:
            west, south, east, north = query.bbox
            conditions.append(
                "fid IN (SELECT id FROM rtree_features_geom"
                " WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?)"
            )
            values += [west, east, south, north]
        return (f" WHERE {' AND '.join(conditions)}" if conditions else ""), values

    def _order(self, sort: str | None, descending: bool | None) -> str:
        """Return the order of features; equal ones follow their numbers."""
        column = self._columns.get(sort or "")
        if column is None:
            return "fid"
        is_descending = column.type in ("integer", "number") if descending is None else descending
        return f"{quote(column.column)} {'DESC' if is_descending else 'ASC'} NULLS LAST, fid"

    def _count_rows(self, where: str, values: tuple[object, ...]) -> int:
        sql = f"SELECT count(*) FROM features{where}"  # noqa: S608 (quoted names)
        return int(self._database.execute(sql, values).fetchone()[0])


def _to_value(value: SqlValue, kind: str) -> object:
    """Return the property that a cell holds."""
    if kind == "boolean":
        return bool(value)
    if kind == "integer" and isinstance(value, int):
        return exact(value)
    return json.loads(str(value)) if kind == "json" else value


def _to_match(words: list[str]) -> str:
    """Return the full-text query for all words that are in the index; empty if none is."""
    return " ".join(f'"{word}"' for word in words if len(word) >= MIN_TRIGRAM)


def _folded_texts(feature: Feature) -> str:
    return "\n".join(fold(value) for value in feature.properties.values() if isinstance(value, str))


def _rank(feature: Feature, words: list[str]) -> tuple[int, int, str]:
    """Return the sort key of a hit: number of query words missing from its name, length of the name, name."""
    name = fold(str(feature.properties["name"]))
    return sum(word not in name for word in words), len(name), name
