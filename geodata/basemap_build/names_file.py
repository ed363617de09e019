"""Writes and reads the file of names beside street tiles: GeoParquet with license and vintage."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geodata.errors import AtlasError

if TYPE_CHECKING:
    import geopandas as gpd
    import pyarrow as pa

ENDING = ".names.parquet"

GRID = 2.0**-16
"""Grid of the points in degrees, about a metre: numbers of few bits make a small file."""

GEO = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {"geometry": {"encoding": "point", "geometry_types": ["Point"]}},
}
"""GeoParquet's description of the column of points; without a CRS it is WGS 84, longitude first."""

OTHER_NAMES = ("name_en", "name_nl", "name_de")
"""Columns of names in other languages."""

TEXTS = ("name", "kind", "locality", "country", *OTHER_NAMES)


FEW = ("kind", "locality")
"""Texts of which many are the same."""


class NamesFileError(AtlasError):
    """A file of names can't be read."""


def names_path(tiles: Path) -> Path:
    """Return the file of names that belongs to a file of tiles."""
    return tiles.with_suffix(ENDING)


def write_names(entries: gpd.GeoDataFrame, target: Path, metadata: Mapping[str, str]) -> None:
    """Write entries, points in EPSG:4326; the same entries give the same bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    xy = [np.round(values.to_numpy() / GRID) * GRID for values in (entries.geometry.x, entries.geometry.y)]
    columns = {name: pa.array(entries[name], pa.string(), from_pandas=True) for name in TEXTS}
    table = pa.table(
        {**columns, "geometry": pa.StructArray.from_arrays([pa.array(axis) for axis in xy], ["x", "y"])}
    )
    pq.write_table(
        table.replace_schema_metadata({"geo": json.dumps(GEO), **metadata}),
        target,
        compression="zstd",
        compression_level=19,
        use_dictionary=[*FEW, "country"],
        column_encoding={
            "geometry.x": "BYTE_STREAM_SPLIT",
            "geometry.y": "BYTE_STREAM_SPLIT",
            **dict.fromkeys(("name", *OTHER_NAMES), "DELTA_BYTE_ARRAY"),
        },
        write_statistics=False,
    )


def read_names(path: Path) -> pa.Table:
    """Return the columns `TEXTS`, and `x` and `y` in degrees; raises `NamesFileError` for a damaged file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: pa.dictionary(pa.int32(), pa.string()) if name in FEW else pa.string() for name in TEXTS}
    schema = pa.schema({**columns, "x": pa.float64(), "y": pa.float64()})
    try:
        table = (
            pq.ParquetFile(path, read_dictionary=list(FEW))
            .read([*TEXTS, "geometry"], use_threads=False)
            .flatten()
        )
        table = table.rename_columns([name.removeprefix("geometry.") for name in table.column_names])
        return table.select(schema.names).cast(schema).combine_chunks()
    except (OSError, pa.ArrowException, LookupError) as error:
        raise NamesFileError(f"{path.name} can't be read as a file of names: {error}") from error
