"""Writes the features of a large layer into a GeoPackage, with indexes by place, by name and by text."""

import json
import math
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import SupportsFloat, TypeAlias

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from geodata.catalog.schema import Layer
from geodata.features.feature import name_of
from geodata.features.folding import fold
from geodata.reading.columns import Column, to_values

SCHEMA = Path(__file__).with_name("feature_table.sql")

BLOB_HEADER = b"GP\x00\x01" + (4326).to_bytes(4, "little")
"""Start of a GeoPackage geometry: version 0, little-endian, no envelope, WGS 84."""

INDEX_BYTES = 64 << 20
"""Size of the part of the text index that is sorted in memory; SQLite's 1 MiB takes twice as long."""

SQL_TYPES = {"integer": "INTEGER", "number": "REAL", "boolean": "BOOLEAN"}
"""Types of columns in the table; TEXT for the others."""

SqlValue: TypeAlias = str | int | float | bytes | None
"""A value as SQLite stores it."""


@dataclass(frozen=True)
class TableRows:
    """Features as the table stores them."""

    titles: list[str]
    """Name of each feature, or its kind and number."""
    features: list[tuple[SqlValue, ...]]
    """Number, geometry, and a value for each column."""
    names: list[tuple[int, str]]
    """Number, and the title without case and accents."""
    texts: list[tuple[int, str]]
    """Number, and all texts without case and accents; empty if the table has no column of texts."""


def to_rows(
    layer: Layer,
    columns: list[Column],
    numbers: NDArray[np.int64],
    geometries: NDArray[np.object_],
    properties: pa.Table,
) -> TableRows:
    """Return features as the table stores them, with their properties in the order of its columns."""
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
    lines = ["\n".join(fold(str(text)) for text in row if text) for row in zip(*texts, strict=True)]
    return TableRows(
        titles,
        list(zip(fids, blobs, *values, strict=True)),
        list(zip(fids, map(fold, titles), strict=True)),
        list(zip(fids, lines, strict=True)) if texts else [],
    )


class FeatureTable:
    """A GeoPackage being written; it is complete once `close` returned."""

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

    def add(self, rows: TableRows) -> None:
        """Add features."""
        self._database.executemany(self._insert, rows.features)
        self._database.executemany("INSERT INTO names VALUES (?, ?)", rows.names)
        self._database.executemany("INSERT INTO search (rowid, text) VALUES (?, ?)", rows.texts)

    def finish(
        self,
        numbers: NDArray[np.int64],
        bounds: NDArray[np.float64],
        on_progress: Callable[[float], None],
    ) -> None:
        """Write the indexes and the GeoPackage's description of its content.

        `bounds` are rows (west, south, east, north) of the numbered features, in degrees; `on_progress`
        receives how much is done, from 0 to 1.
        """
        database = self._database
        boxes = zip(numbers.tolist(), *bounds[:, [0, 2, 1, 3]].T.tolist(), strict=True)
        database.executemany("INSERT INTO rtree_features_geom VALUES (?, ?, ?, ?, ?)", boxes)
        on_progress(0.5)
        database.execute("CREATE INDEX names_by_name ON names (name)")
        on_progress(0.6)
        indexed = [column.column for column in self.columns if column.name in self.layer.fields]
        for place, column in enumerate(indexed, start=1):
            database.execute(f"CREATE INDEX {quote(f'by_{column}')} ON features ({quote(column)})")
            on_progress(0.6 + 0.4 * place / len(indexed))
        box = [*bounds[:, :2].min(axis=0).tolist(), *bounds[:, 2:].max(axis=0).tolist()]
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
    """Return a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _to_cell(value: object, kind: str) -> SqlValue:
    """Return a value as SQLite stores it; NaN and infinities become NULL."""
    if value is None or isinstance(value, str):
        return value
    if kind == "json":
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, int) and kind in ("integer", "boolean"):
        return value if -(1 << 63) <= value < 1 << 63 else float(value)
    if kind == "number" and isinstance(value, SupportsFloat):
        number = float(value)
        return number if math.isfinite(number) else None
    return value.hex() if isinstance(value, bytes) else str(value)
