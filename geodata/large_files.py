"""A large layer, or some features of it, as a file that other tools open."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.evidence import Card
from geodata.export import write_evidence
from geodata.large import LargeLayer
from geodata.loading import Feature, LayerData

if TYPE_CHECKING:
    import pyarrow as pa

OWN = ("id", "geometry")
"""Columns of a file's own; a property of this name gets an underscore."""

BATCH_SIZE = 16_384
"""Features that are in memory at a time."""


def to_layer_data(large: LargeLayer, features: Sequence[Feature]) -> LayerData:
    """Return some features of a large layer as a layer in memory, in their order."""
    return LayerData(
        large.layer,
        content=b"",
        sha256=large.report.source_sha256,
        properties={feature.id: feature.properties for feature in features},
        geometries={feature.id: feature.geometry for feature in features},
    )


def write_geopackage(large: LargeLayer, card: Card, path: Path) -> None:
    """Write a large layer as a GeoPackage: the table `features`, and its card in the table `evidence`."""
    shutil.copyfile(large.folder / "features.gpkg", path)
    write_evidence([card], path)


def write_flatgeobuf(large: LargeLayer, card: Card, path: Path) -> None:
    """Write a large layer as FlatGeobuf with a spatial index, and the card as `evidence` in its header."""
    import pyarrow as pa
    import pyogrio

    schema, batches = _read(large)
    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, batches),
        path,
        layer=large.layer.id,
        driver="FlatGeobuf",
        geometry_name="geometry",
        geometry_type="Unknown",
        crs="EPSG:4326",
        layer_options={"TITLE": large.layer.title, "DESCRIPTION": large.layer.description},
        layer_metadata={"evidence": json.dumps(card, ensure_ascii=False)},
    )


def write_parquet(large: LargeLayer, card: Card, path: Path) -> None:
    """Write a large layer as GeoParquet, and the card as `evidence` in the file's metadata."""
    from geodata.geoparquet_writing import write_geoparquet

    schema, batches = _read(large)
    report = large.report
    write_geoparquet(schema, batches, path, card, geometry_types=report.geometry_types, bbox=report.bbox)


def write_pmtiles(large: LargeLayer, card: Card, path: Path) -> None:
    """Write a large layer as tiles in a PMTiles file, and the card as `evidence` in its metadata."""
    from geodata.tileset import write_large_tileset

    write_large_tileset(large, card, path)


WRITERS: dict[str, Callable[[LargeLayer, Card, Path], None]] = {
    "gpkg": write_geopackage,
    "fgb": write_flatgeobuf,
    "parquet": write_parquet,
    "pmtiles": write_pmtiles,
}
"""The formats in which a large layer comes whole: those written without having all of it in memory."""


def _read(large: LargeLayer) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return features in batches: `id` as text, as in their addresses, properties, `geometry` as WKB."""
    import pyarrow as pa
    import pyogrio

    def read() -> Iterator[pa.RecordBatch]:
        with pyogrio.open_arrow(
            large.folder / "features.gpkg",
            layer="features",
            batch_size=BATCH_SIZE,
            return_fids=True,
            use_pyarrow=True,
        ) as (meta, reader):
            for batch in reader:
                fids = batch.column(meta["fid_column"] or "OGC_FID").cast(pa.string())
                properties = {
                    f"{column.name}_" if column.name in OWN else column.name: batch.column(column.column)
                    for column in large.report.fields
                }
                wkb = batch.column(meta["geometry_name"] or "wkb_geometry").cast(pa.binary())
                yield pa.RecordBatch.from_pydict({"id": fids, **properties, "geometry": wkb})

    batches = read()
    first = next(batches)
    schema = first.schema.remove_metadata()
    return schema, chain([first], batches)
