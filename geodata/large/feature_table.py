"""The table of a large layer's features: a GeoPackage, with indexes by place, by name and by text."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely

from geodata.catalog.schema import Layer
from geodata.features.feature import name_of
from geodata.features.folding import fold
from geodata.large.packed_rtree import packed_rtree
from geodata.reading.columns import Column, to_values

SCHEMA = Path(__file__).with_name("feature_table.sql")

BLOB_HEADER = b"GP\x00\x01" + (4326).to_bytes(4, "little")
"""Of a GeoPackage geometry: version 0, little-endian, no envelope, WGS 84."""

INDEX_BYTES = 64 << 20
"""So much of the index of texts is sorted in memory at a time; SQLite takes one MiB, and twice as long."""

SQL_TYPES = {"integer": "INTEGER", "number": "REAL", "boolean": "BOOLEAN"}
"""Of the columns; the others are TEXT."""


Rows = Iterable[tuple[Any, ...]]


@dataclass(frozen=True)
class TableRows:
    """Features as the table takes them."""

    titles: list[str]
    """What they are called."""
    features: list[tuple[Any, ...]]
    """Number, geometry, and a value for each column."""
    names: list[tuple[int, str]]
    """Number, and the title without case and accents."""
    texts: list[tuple[int, str]]
    """Number, and all texts likewise; nothing where the table has no texts."""


def to_rows(
    layer: Layer, columns: list[Column], numbers: Any, geometries: Any, properties: pa.Table
) -> TableRows:
    """Return features as the table takes them, with their properties in the order of its columns."""
    values = [
        [_to_cell(value, column.type) for value in to_values(properties.column(place))]
        for place, column in enumerate(columns)
    ]
    fids = numbers.tolist()
    blobs = [BLOB_HEADER + wkb for wkb in shapely.to_wkb(geometries, byte_order=1).tolist()]
    named = [place for place, column in enumerate(columns) if column.name == layer.name_field]
    given = values[named[0]] if named else [None] * len(fids)
    titles = [name_of(layer, fid, name) for fid, name in zip(fids, given, strict=True)]
    texts = [values[place] for place, column in enumerate(columns) if column.type == "string"]
    lines = ["\n".join(fold(text) for text in row if text) for row in zip(*texts, strict=True)]
    return TableRows(
        titles,
        list(zip(fids, blobs, *values, strict=True)),
        list(zip(fids, map(fold, titles), strict=True)),
        list(zip(fids, lines, strict=True)) if texts else [],
    )


class FeatureTable:
    """A GeoPackage while it is written; everything is in it once `close` returned."""

    def __init__(self, path: Path, layer: Layer, columns: list[Column]) -> None:
        self.layer = layer
        self.columns = columns
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.executescript(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -65536; PRAGMA temp_store = FILE;"
        )
        self._database.executescript(SCHEMA.read_text(encoding="utf-8"))
        for column in columns:
            kind = SQL_TYPES.get(column.type, "TEXT")
            self._database.execute(f"ALTER TABLE features ADD COLUMN {quote(column.column)} {kind}")
        marks = ", ".join("?" * (2 + len(columns)))
        self._insert = f"INSERT INTO features VALUES ({marks})"  # noqa: S608 (question marks)
        self._database.execute("INSERT INTO search (search, rank) VALUES ('hashsize', ?)", (INDEX_BYTES,))
        self._database.execute("BEGIN")

    def add(self, numbers: Any, geometries: Any, properties: pa.Table) -> list[str]:
        """Add features, and return their names."""
        rows = to_rows(self.layer, self.columns, numbers, geometries, properties)
        self.insert(rows.features, rows.names, rows.texts)
        return rows.titles

    def insert(self, features: Rows, names: Rows, texts: Rows) -> None:
        """Add what `to_rows` made of features."""
        self._database.executemany(self._insert, features)
        self._database.executemany("INSERT INTO names VALUES (?, ?)", names)
        self._database.executemany("INSERT INTO search (rowid, text) VALUES (?, ?)", texts)

    def finish(self, bounds: Any, numbers: Any, on_progress: Callable[[float], None]) -> None:
        """Write the indexes and what a GeoPackage says of itself.

        Parameters
        ----------
        bounds
            Array of (west, south, east, north) of the features, in degrees.
        numbers
            Their numbers, in the same order.
        """
        database = self._database
        for table, rows in packed_rtree(numbers, bounds):
            sql = f"INSERT OR REPLACE INTO rtree_features_geom_{table} VALUES (?, ?)"  # noqa: S608
            database.executemany(sql, rows)
        on_progress(0.2)
        database.execute("CREATE INDEX names_by_name ON names (name)")
        on_progress(0.4)
        indexed = [column for column in self.columns if column.name in self.layer.fields]
        for place, column in enumerate(indexed):
            name = quote(column.column)
            database.execute(f"CREATE INDEX {quote(f'by_{column.column}')} ON features ({name})")
            on_progress(0.4 + 0.6 * (place + 1) / len(indexed))
        box = [float(value) for value in [*bounds[:, :2].min(axis=0), *bounds[:, 2:].max(axis=0)]]
        database.execute(
            "UPDATE gpkg_contents SET identifier = ?, min_x = ?, min_y = ?, max_x = ?, max_y = ?",
            (self.layer.id, *box),
        )
        database.execute("COMMIT")
        database.execute("ANALYZE")

    def close(self) -> None:
        """Close the file."""
        self._database.close()


def quote(name: str) -> str:
    """Return a name as SQL takes any."""
    return '"' + name.replace('"', '""') + '"'


def _to_cell(value: Any, kind: str) -> Any:
    """Return a value as SQLite takes it; what is no number is nothing."""
    if value is None or isinstance(value, str):
        return value
    if kind == "json":
        return json.dumps(value, ensure_ascii=False, default=str)
    if kind == "number":
        return float(value) if math.isfinite(value) else None
    if kind == "integer":
        return int(value) if -(1 << 63) <= value < 1 << 63 else float(value)
    if kind == "string":
        return value.hex() if isinstance(value, bytes) else str(value)
    return value
