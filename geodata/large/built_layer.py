"""A large layer with the build of its file, which answers with tiles and from its table."""

import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path

import pyarrow as pa
import shapely

from geodata.catalog.schema import Layer
from geodata.features.feature import Feature, name_of
from geodata.features.feature_layer import FeaturePage, PageQuery
from geodata.features.folding import LAST_CHARACTER, fold
from geodata.features.properties import exact
from geodata.large.cache import build_key, cache_folder, hash_source, read_complete, stat_source
from geodata.large.feature_table import BLOB_HEADER, SqlValue, quote
from geodata.large.layer import BATCH_SIZE, LargeLayer
from geodata.large.pmtiles_reader import TileArchive
from geodata.reading.columns import Column

MIN_TRIGRAM = 3
"""Shorter words are not in the index of texts; they are looked for in names."""

MAX_RANKED = 200
"""Maximum number of features with the words of a query that are compared by name."""


@dataclass(frozen=True, eq=False)
class BuiltLayer(LargeLayer):
    """A layer with the build of its file; the number of a feature is its place in the file, from 1."""

    folder: Path
    """Folder of the build, in the cache."""

    def feature(self, feature_id: str) -> Feature | None:
        """See `FeatureLayer`."""
        if not re.fullmatch(r"[1-9][0-9]{0,17}", feature_id):
            return None
        return next(self._features([int(feature_id)]), None)

    def page(self, query: PageQuery) -> FeaturePage:
        """See `FeatureLayer`."""
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

    def search(self, text: str, limit: int = 8) -> list[Feature]:
        """See `FeatureLayer`."""
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

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """See `LargeLayer`."""
        return (self._detail if z >= self.report.detail_zoom else self._counts).tile(z, x, y)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """See `FeatureLayer`."""
        from geodata.reading.gdal import pyogrio

        names = self.file_names()
        with pyogrio.open_arrow(
            self.folder / "features.gpkg",
            layer="features",
            batch_size=BATCH_SIZE,
            return_fids=True,
            use_pyarrow=True,
        ) as (meta, reader):
            for batch in reader:
                fids = batch.column(meta["fid_column"] or "OGC_FID").cast(pa.string())
                properties = {
                    names[column.name]: batch.column(column.column) for column in self.report.fields
                }
                wkb = batch.column(meta["geometry_name"] or "wkb_geometry").cast(pa.binary())
                yield pa.RecordBatch.from_pydict({"id": fids, **properties, "geometry": wkb})

    @cached_property
    def _local(self) -> threading.local:
        return threading.local()

    @cached_property
    def _columns(self) -> dict[str, Column]:
        return {column.name: column for column in self.report.fields}

    @cached_property
    def _count(self) -> Callable[[str, tuple[object, ...]], int]:
        """Return the number of features that meet a condition with some values; the last answers are kept."""

        def count_rows(where: str, values: tuple[object, ...]) -> int:
            sql = f"SELECT count(*) FROM features{where}"  # noqa: S608 (quoted names)
            return int(self._database.execute(sql, values).fetchone()[0])

        return lru_cache(maxsize=256)(count_rows)

    @property
    def _database(self) -> sqlite3.Connection:
        """The connection of the current thread."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            uri = f"{(self.folder / 'features.gpkg').resolve().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
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

    @cached_property
    def _counts(self) -> TileArchive:
        return TileArchive(self.folder / "counts.pmtiles")

    @cached_property
    def _detail(self) -> TileArchive:
        return TileArchive(self.folder / "detail.pmtiles")


def find_build(layer: Layer, folder: Path, cache: Path | None = None) -> BuiltLayer | None:
    """Return a layer with the finished build of its current file, or `None`; raises `OSError`.

    A file with the name, size and time that it had when it was built counts as unchanged; any other is read.
    """
    path, cache = folder / layer.path, cache or cache_folder()
    found = {build: read_complete(build) for build in cache.glob(f"{layer.id}-*")}
    builds = {build: report for build, report in found.items() if report is not None}
    if not builds:
        return None
    stats = stat_source(path)
    unchanged = [report.source_sha256 for report in builds.values() if report.source_files == stats]
    for sha256 in chain(unchanged, map(hash_source, [path])):  # hashed only if necessary
        key = build_key(layer, sha256)
        build = cache / f"{layer.id}-{key}"
        if build in builds:
            return BuiltLayer(layer, key, builds[build], build)
    return None


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
