"""Writes layers as GeoParquet 1.1, with the evidence card in the metadata of the file."""

import json
from functools import cache
from pathlib import Path
from typing import BinaryIO

from geodata.atlas.evidence import Card
from geodata.export.gdal_files import read_batches
from geodata.features.feature_layer import FeatureLayer
from geodata.json_object import JsonObject

GEOMETRY = "geometry"


def write_geoparquet(data: FeatureLayer, card: Card, target: Path | BinaryIO) -> None:
    """Write a layer in batches, geometries as WKB in WGS 84 (lon/lat), the card as `evidence` in JSON."""
    import pyarrow.parquet as pq

    schema, batches = read_batches(data)
    column: JsonObject = {"encoding": "WKB", "geometry_types": data.geometry_types, "crs": _crs()}
    if data.bounds is not None:
        column["bbox"] = list(data.bounds)
    geo = {"version": "1.1.0", "primary_column": GEOMETRY, "columns": {GEOMETRY: column}}
    metadata = {"geo": json.dumps(geo), "evidence": json.dumps(card, ensure_ascii=False)}
    with pq.ParquetWriter(target, schema.with_metadata(metadata), compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch)


@cache
def _crs() -> JsonObject:
    """Return WGS 84 as GeoPandas and GDAL call it; the axes are lon/lat all the same."""
    import pyproj

    crs: JsonObject = pyproj.CRS("EPSG:4326").to_json_dict()
    return crs
