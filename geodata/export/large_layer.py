"""A large layer, or some features of it, as a file that other tools open."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from geodata.atlas.evidence import Card
from geodata.errors import BuildError
from geodata.export.geopackage import write_evidence
from geodata.features.feature import Feature
from geodata.features.layer_data import LayerData
from geodata.large.layer import BuiltLayer, LargeLayer

if TYPE_CHECKING:
    import pyarrow as pa


def to_layer_data(large: LargeLayer, features: Sequence[Feature]) -> LayerData:
    """Return some features of a large layer as a layer in memory, in their order."""
    return LayerData(
        large.layer,
        content=b"",
        properties={feature.id: feature.properties for feature in features},
        geometries={feature.id: feature.geometry for feature in features},
    )


def write_geopackage(large: LargeLayer, card: Card, path: Path) -> None:
    """Write a large layer as a GeoPackage: the table `features`, and its card in the table `evidence`."""
    large.write_geopackage(path)
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
    from geodata.export.geoparquet import write_geoparquet

    schema, batches = _read(large)
    report = large.report
    write_geoparquet(schema, batches, path, card, geometry_types=report.geometry_types, bbox=report.bbox)


def write_pmtiles(large: LargeLayer, card: Card, path: Path) -> None:
    """Write a built layer as tiles in a PMTiles file, and the card as `evidence` in its metadata."""
    from geodata.export.pmtiles import write_large_tileset

    if not isinstance(large, BuiltLayer):
        raise BuildError(f"{large.layer.id} is in a database, which has no file of tiles")

    write_large_tileset(large, card, path)


WRITERS: dict[str, Callable[[LargeLayer, Card, Path], None]] = {
    "gpkg": write_geopackage,
    "fgb": write_flatgeobuf,
    "parquet": write_parquet,
    "pmtiles": write_pmtiles,
}
"""The formats in which a large layer comes whole: those written without having all of it in memory."""


def _read(large: LargeLayer) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return features in batches, and what is in them."""
    batches = large.batches()
    first = next(batches)
    schema = first.schema.remove_metadata()
    return schema, chain([first], batches)
