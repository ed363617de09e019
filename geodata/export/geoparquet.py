"""Features as GeoParquet 1.1, from memory or in batches, with the evidence card in the file's metadata."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from geodata.atlas.evidence import Card
from geodata.export.geopackage import property_names, to_cell
from geodata.features.layer_data import LayerData
from geodata.json_object import JsonObject

GEOMETRY = "geometry"


def to_parquet_table(data: LayerData) -> pa.Table:
    """Return a layer as an Arrow table: `id`, a column per property, and `geometry` as WKB.

    Lists and objects keep their form, where those of a property have one in common; else they are JSON text.
    """
    columns: dict[str, pa.Array] = {"id": pa.array(list(data.properties), pa.string())}
    for name in property_names(data):
        columns[name] = _to_array([properties.get(name) for properties in data.properties.values()])
    wkb = [shapely.to_wkb(geometry) for geometry in data.geometries.values()]
    return pa.table({**columns, GEOMETRY: pa.array(wkb, pa.binary())})


def write_geoparquet(
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    target: Path | IO[bytes],
    card: Card,
    *,
    geometry_types: Sequence[str],
    bbox: Sequence[float] | None,
) -> None:
    """Write batches of features whose column `geometry` holds WKB in WGS 84 (lon/lat).

    The card is in the metadata of the file by the name `evidence`, as JSON.
    """
    column: JsonObject = {"encoding": "WKB", "geometry_types": sorted(geometry_types), "crs": _crs()}
    if bbox is not None:
        column["bbox"] = [float(value) for value in bbox]
    geo = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
    metadata = {"geo": json.dumps(geo), "evidence": json.dumps(card, ensure_ascii=False)}
    with pq.ParquetWriter(target, schema.with_metadata(metadata), compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


def _to_array(values: list[object]) -> pa.Array:
    try:
        array = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
        cells = [to_cell(value) for value in values]
        array = pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
    return array.cast(pa.string()) if pa.types.is_null(array.type) else array


@cache
def _crs() -> JsonObject:
    """Return what GeoPandas and GDAL call WGS 84 here; the axes are lon/lat all the same."""
    import pyproj

    crs: JsonObject = pyproj.CRS("EPSG:4326").to_json_dict()
    return crs
