"""Reads one part of the source on a worker: checks and repairs its rows, and prepares them for the table."""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geodata.catalog.schema import Layer
from geodata.cluster.shared_folder import errors_as_text, hand_in, worker_folder
from geodata.errors import BuildError
from geodata.large.build_batches import ReadFeatures
from geodata.large.feature_table import TableRows, to_rows
from geodata.reading.columns import Column, to_columns
from geodata.reading.row_range import RowRange
from geodata.reading.source import Source
from geodata.reading.vector_file import read_batches

READ_IN_PARTS = ("FlatGeobuf", "GPKG", "ESRI Shapefile", "Parquet")
"""GDAL's names of the formats that can be read from any row on; others only from their beginning."""

SHAPES = pa.schema(
    [("fid", pa.int64()), ("name", pa.string()), ("category", pa.string()), ("geometry", pa.binary())]
)
"""What tiles show of a feature."""


@dataclass(frozen=True)
class PartRead:
    """The result of reading some rows."""

    read: ReadFeatures
    rows: Path
    """File with the features as the table stores them."""
    shapes: Path
    """File with the features as tiles show them."""


def check_can_be_parted(source: Source) -> None:
    """Raise `BuildError` for a format that several workers can't read in parts."""
    if source.form.driver not in READ_IN_PARTS or source.form.is_archive:
        title = f"zipped {source.form.title}" if source.form.is_archive else source.form.title
        raise BuildError(
            f"{source.path} is {title}, which only one machine can read, from its beginning to its end. "
            "Convert it to GeoParquet, FlatGeobuf or GeoPackage, or build it without --dask."
        )


@errors_as_text()
def read_part(
    source: Source, layer: Layer, columns: list[Column], rows: RowRange, number: int, folder: Path
) -> PartRead:
    """Read some rows of a source into the files `<number>.rows` and `<number>.shapes` of a folder."""
    part = PartRead(ReadFeatures(), folder / f"{number}.rows", folder / f"{number}.shapes")
    with worker_folder() as local:
        with (local / "rows").open("wb") as file, pq.ParquetWriter(local / "shapes", SHAPES) as shapes:
            for batch in read_batches(source, rows):
                if to_columns(batch.table.schema) != columns:
                    raise BuildError(f"{source.path} has other columns from row {batch.first} on")
                kept = part.read.add(batch, layer)
                made = to_rows(layer, columns, kept.numbers, kept.geometries, kept.properties)
                pickle.dump(made, file)
                wkb = shapely.to_wkb(kept.geometries)
                shapes.write_table(pa.table([kept.numbers, made.titles, kept.categories, wkb], SHAPES))
        hand_in(local / "rows", part.rows)
        hand_in(local / "shapes", part.shapes)
    return part


def read_rows(path: Path) -> Iterator[TableRows]:
    """Yield the features that a worker prepared for the table, in their order."""
    with path.open("rb") as file:
        while file.peek(1):
            yield pickle.load(file)  # noqa: S301 (written by our workers into the folder of this build)
