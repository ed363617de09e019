"""A worker's part of the source: some rows of it, read, checked, mended, and left as the table takes them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geodata.catalog.schema import Layer
from geodata.cluster.shared_folder import hand_in, told_plainly, workshop
from geodata.errors import BuildError
from geodata.large.build_batches import ReadFeatures
from geodata.large.feature_table import FeatureTable, to_rows
from geodata.reading.columns import Column, to_columns
from geodata.reading.row_range import Range
from geodata.reading.vector_file import Source, read_batches

READ_IN_PARTS = ("FlatGeobuf", "GPKG", "ESRI Shapefile", "Parquet")
"""GDAL's names of the formats that can be read from any row on; the others, only from their beginning."""

SHAPES = pa.schema(
    [("fid", pa.int64()), ("name", pa.string()), ("category", pa.string()), ("geometry", pa.binary())]
)
"""What the tiles show of a feature."""


@dataclass(frozen=True)
class PartRead:
    """What came of some rows."""

    read: ReadFeatures
    rows: Path
    """The features as the table takes them."""
    shapes: Path
    """And as the tiles do."""


def check_can_be_parted(source: Source) -> None:
    """Raise `BuildError` for a format that several workers can't share."""
    if source.form.driver not in READ_IN_PARTS or source.form.is_archive:
        title = f"zipped {source.form.title}" if source.form.is_archive else source.form.title
        raise BuildError(
            f"{source.path} is {title}, which only one machine can read, from its beginning to its end. "
            "Convert it to GeoParquet, FlatGeobuf or GeoPackage, or build it without --dask."
        )


def read_columns(source: Source) -> list[Column]:
    """Return the columns of a source, by its first row."""
    first = next(read_batches(source, Range(0, 1)), None)
    return [] if first is None else to_columns(first.table.schema)


def read_part(
    source: Source, layer: Layer, columns: list[Column], rows: Range, number: int, folder: Path
) -> PartRead:
    """Read some rows of a source into the files `<number>.rows` and `<number>.shapes` of a folder."""
    part = PartRead(ReadFeatures(), folder / f"{number}.rows", folder / f"{number}.shapes")
    with told_plainly(), workshop() as own:
        with (
            closing(_create(own / "rows", columns)) as database,
            pq.ParquetWriter(own / "shapes", SHAPES) as shapes,
        ):
            for batch in read_batches(source, rows):
                if to_columns(batch.table.schema) != columns:
                    raise BuildError(f"{source.path} has other columns from row {batch.first} on")
                kept = part.read.add(batch, layer)
                made = to_rows(layer, columns, kept.numbers, kept.geometries, kept.properties)
                _insert(database, "features", 2 + len(columns), made.features)
                _insert(database, "names", 2, made.names)
                _insert(database, "texts", 2, made.texts)
                wkb = shapely.to_wkb(kept.geometries)
                shapes.write_table(pa.table([kept.numbers, made.titles, kept.categories, wkb], SHAPES))
        hand_in(own / "rows", part.rows)
        hand_in(own / "shapes", part.shapes)
    return part


def read_shapes(path: Path) -> gpd.GeoDataFrame:
    """Return the shapes that a worker left, with number, name and category."""
    table = pq.read_table(path)
    geometries = shapely.from_wkb(table.column("geometry").to_numpy())
    return gpd.GeoDataFrame(table.drop_columns(["geometry"]).to_pandas(), geometry=geometries, crs=4326)


def add_rows(table: FeatureTable, path: Path) -> None:
    """Put the features that a worker left into the table, in their order."""
    with closing(sqlite3.connect(path)) as database:
        table.insert(*(_rows(database, name) for name in ("features", "names", "texts")))


def _create(path: Path, columns: list[Column]) -> sqlite3.Connection:
    """Make tables that keep each value as it is: their columns have no type."""
    database = sqlite3.connect(path, isolation_level=None)
    places = ", ".join(f"c{place}" for place in range(len(columns) + 2))
    database.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
        f"CREATE TABLE features ({places}); CREATE TABLE names (a, b); CREATE TABLE texts (a, b);"
    )
    return database


def _insert(database: sqlite3.Connection, table: str, width: int, rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" * width)
    database.execute("BEGIN")
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 (names of our own)
    database.execute("COMMIT")


def _rows(database: sqlite3.Connection, table: str) -> Iterator[tuple[Any, ...]]:
    return database.execute(f"SELECT * FROM {table} ORDER BY rowid")  # noqa: S608 (names of our own)
