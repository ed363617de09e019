"""A large layer, or some features of it, as a file that other tools open."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from geodata.evidence import Card
from geodata.export import write_evidence
from geodata.large import LargeLayer
from geodata.loading import Feature, LayerData


def to_layer_data(large: LargeLayer, features: Sequence[Feature]) -> LayerData:
    """Return some features of a large layer as a layer in memory, in their order."""
    return LayerData(
        large.layer,
        content=b"",
        sha256=large.report.source_sha256,
        properties={feature.id: feature.properties for feature in features},
        geometries={feature.id: feature.geometry for feature in features},
    )


def write_large(large: LargeLayer, card: Card, path: Path) -> None:
    """Write a large layer as a GeoPackage: the table `features`, and its card in the table `evidence`."""
    shutil.copyfile(large.folder / "features.gpkg", path)
    write_evidence([card], path)
