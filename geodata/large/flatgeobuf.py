"""Writes the features that tippecanoe cuts into tiles as FlatGeobuf, with nothing but what tiles show."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from geodata.reading.gdal import pyogrio

WKB = {"ARROW:extension:name": "geoarrow.wkb"}


@dataclass(frozen=True)
class DrawnFeatures:
    """What tiles show of some features."""

    numbers: NDArray[np.int64]
    geometries: NDArray[np.object_]
    titles: list[str]
    categories: list[str | None]
    """Values of the field that decides on their color."""


def write_drawn_features(batches: Iterable[DrawnFeatures], path: Path, category_field: str | None) -> None:
    """Write number, shape, title and category of features, without a spatial index: all will be read.

    An error raised while features are read is raised here unchanged; GDAL would hide it.
    """
    schema = pa.schema(
        [
            pa.field("fid", pa.int64()),
            pa.field("name", pa.string()),
            pa.field(category_field or "category", pa.string()),
            pa.field("geometry", pa.binary(), metadata=WKB),
        ]
    )
    raised: list[BaseException] = []

    def to_arrow() -> Iterator[pa.RecordBatch]:
        try:
            for drawn in batches:
                wkb = pa.array(shapely.to_wkb(drawn.geometries), pa.binary())
                columns = [pa.array(drawn.numbers), drawn.titles, drawn.categories, wkb]
                yield pa.record_batch(columns, schema)
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
