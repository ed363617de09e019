"""Downloads of layers, and what their files hold."""

from __future__ import annotations

import tempfile
from typing import Any

from dashboard.downloads.layer import layer_file
from geodata import Atlas
from geodata.atlas.evidence import evidence_card
from tests.support import other_gdal


def content(atlas: Atlas, layer_id: str, extension: str, **query: str) -> bytes:
    """Return the download of a layer in a format."""
    return layer_file(atlas, layer_id, extension, query).content


def expected_evidence(atlas: Atlas, layer_id: str, count: int | None = None) -> dict[str, Any]:
    """Return the evidence of a layer as it goes with a file of so many features."""
    data = atlas.layers[layer_id]
    return evidence_card(data) | {
        "features_in_file": len(data.gdf) if count is None else count,
        "language": atlas.language,
    }


def tiles_of(file: bytes, layer_id: str, z: int = 10) -> dict[str, Any]:
    """Return feature id → row and a shape, as GDAL reads them out of the tiles of one zoom."""
    features = {}
    with tempfile.NamedTemporaryFile(suffix=".pmtiles") as target:
        target.write(file)
        target.flush()
        frame = other_gdal.read_file(target.name, layer=layer_id, ZOOM_LEVEL=str(z)).to_crs(4326)
    for row in frame.to_dict("records"):
        features.setdefault(row["id"], (row, row["geometry"]))
    return features
