"""Features on their way to tippecanoe: FlatGeobuf with nothing but what the tiles show."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely

from geodata.reading.gdal import pyogrio

SCHEMA = pa.schema(
    [
        pa.field("fid", pa.int64()),
        pa.field("name", pa.string()),
        pa.field("category", pa.string()),
        pa.field("geometry", pa.binary(), metadata={"ARROW:extension:name": "geoarrow.wkb"}),
    ]
)


def write_flat_file(
    batches: Iterator[tuple[Any, Any, list[str], list[str | None]]], path: Path, category_field: str | None
) -> None:
    """Write number, shape, name and category of features; no spatial index, as all will be read.

    What is raised while features are read passes through GDAL, which would make an error of its own of it:
    it is raised here as it was.
    """
    names = ["fid", "name", category_field or "category", "geometry"]
    schema = pa.schema([field.with_name(name) for field, name in zip(SCHEMA, names, strict=True)])

    raised: list[BaseException] = []

    def to_arrow() -> Iterator[pa.RecordBatch]:
        try:
            for numbers, geometries, titles, categories in batches:
                wkb = pa.array(shapely.to_wkb(geometries), pa.binary())
                yield pa.record_batch([pa.array(numbers), titles, categories, wkb], schema)
        except BaseException as error:
            raised.append(error)
            raise

    try:
        pyogrio.write_arrow(
            pa.RecordBatchReader.from_batches(schema, to_arrow()),
            path,
            layer="features",
            driver="FlatGeobuf",
            geometry_name="geometry",
            geometry_type="Unknown",
            crs="EPSG:4326",
            layer_options={"SPATIAL_INDEX": "NO"},
        )
    except Exception:
        if raised:
            raise raised[0] from None
        raise
