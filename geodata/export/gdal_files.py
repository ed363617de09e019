"""Writes layers as GeoPackage and FlatGeobuf, with GDAL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from geodata.atlas.evidence import Card
from geodata.features.feature_layer import FeatureLayer
from geodata.features.layer_data import LayerData

if TYPE_CHECKING:
    import pyarrow as pa

EVIDENCE_TABLE = "evidence"
"""Table of a GeoPackage with the evidence card of each layer."""


def write_geopackage(data: FeatureLayer, card: Card, path: Path) -> None:
    """Write a layer as a GeoPackage: a table named as the layer, or `features` if the layer is large."""
    if data.is_large:
        _write(data, path, "GPKG", layer="features", layer_options={"IDENTIFIER": data.layer.id})
        _add_evidence([card], path)
    else:
        write_tables([data], [card], path)


def write_tables(layers: Iterable[FeatureLayer], cards: Sequence[Card], path: Path) -> None:
    """Write each layer as a table of one GeoPackage (WGS 84), and their cards as the table `evidence`."""
    for data in layers:
        _write(data, path, "GPKG", append=path.exists())
    _add_evidence(cards, path)


def write_flatgeobuf(data: FeatureLayer, card: Card, target: Path | BinaryIO) -> None:
    """Write a layer as FlatGeobuf in the order of its spatial index; the card is `evidence` in its header."""
    _write(
        data,
        target,
        "FlatGeobuf",
        layer_options={"TITLE": data.layer.title, "DESCRIPTION": data.layer.description},
        layer_metadata={"evidence": json.dumps(card, ensure_ascii=False)},
    )


def read_batches(data: FeatureLayer, *, is_flat: bool = False) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return the columns of a layer, and its features in batches; if flat, with lists as JSON text."""
    import pyarrow as pa

    batches = data.batches()
    if is_flat and isinstance(data, LayerData):
        from geodata.features.frame import to_batches

        lists = data.gdf.select_dtypes("object").map(_to_text)
        batches = to_batches(data.gdf.assign(**dict(lists.items())))
    first = next(batches, None)
    if first is None:
        return pa.schema({"id": pa.string(), "geometry": pa.binary()}), iter(())
    return first.schema.remove_metadata(), chain([first], batches)


def _write(data: FeatureLayer, target: Path | BinaryIO, driver: str, **options: object) -> None:
    import pyarrow as pa

    from geodata.reading.gdal import pyogrio

    schema, batches = read_batches(data, is_flat=True)
    types = data.geometry_types
    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(schema, batches),
        target,
        driver=driver,
        geometry_name="geometry",
        geometry_type=types[0] if len(types) == 1 else "Unknown",
        crs="EPSG:4326",
        **{"layer": data.layer.id, **options},
    )


def _add_evidence(cards: Sequence[Card], path: Path) -> None:
    """Add evidence cards to a GeoPackage, one row each; lists and objects as JSON text."""
    import pandas as pd

    from geodata.reading.gdal import pyogrio

    table = pd.DataFrame(cards).map(_to_text)
    pyogrio.write_dataframe(table, path, layer=EVIDENCE_TABLE, driver="GPKG")


def _to_text(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value
