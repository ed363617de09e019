"""Layers as one PMTiles file: tiles that other maps draw, with the evidence in the file's metadata."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer
from shapely.geometry import mapping

from geodata.atlas.evidence import Card
from geodata.features.layer_data import LayerData
from geodata.json_object import JsonObject
from geodata.large.layer import BuiltLayer
from geodata.large.tippecanoe import SHARP_ZOOM, TileCutter

BOX = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
"""West, south, east, north in a file's header, in 10⁻⁷ degrees."""

EMPTY_TILE = gzip.compress(b"", mtime=0)


def write_tileset(
    layers: Mapping[str, LayerData], path: Path, *, title: str, evidence: Card | list[Card]
) -> None:
    """Write layers as vector tiles of zoom 0 to `SHARP_ZOOM`, one layer of tiles each, every feature in all.

    The features' ids are the attribute `id`: those of tiles themselves are numbers.

    Raises
    ------
    BuildError
        If there is no tippecanoe, or it fails.
    """
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        cut = Path(folder) / "cut.pmtiles"
        filled = [layer_id for layer_id, data in layers.items() if data.count]
        sources = {layer_id: Path(folder) / f"{layer_id}.json" for layer_id in filled}
        for layer_id, source in sources.items():
            with source.open("w", encoding="utf-8") as file:
                file.writelines(_lines(layers[layer_id]))
        if sources:
            with TileCutter(sources, cut, range(SHARP_ZOOM + 1)) as cutter:
                cutter.wait(lambda _: None)
        _join([cut] if sources else [], path, title, evidence)


def write_large_tileset(large: BuiltLayer, card: Card, path: Path) -> None:
    """Write the tiles of a large layer's build as one file: counts while features are many, then features."""
    counts = ["counts.pmtiles"] if large.report.detail_zoom > 0 else []
    _join([large.folder / name for name in [*counts, "detail.pmtiles"]], path, large.layer.title, card)


def _lines(data: LayerData) -> Iterator[str]:
    for feature_id, properties in data.properties.items():
        feature = {
            "type": "Feature",
            "properties": {**properties, "id": feature_id},
            "geometry": mapping(data.geometries[feature_id]),
        }
        yield json.dumps(feature, ensure_ascii=False) + "\n"


def _join(sources: Sequence[Path], target: Path, title: str, evidence: Card | list[Card]) -> None:
    """Write the tiles of archives, which follow each other in zoom, as one with metadata of its own."""
    headers: list[JsonObject] = []
    layers: list[JsonObject] = []
    with target.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        for source in sources:
            with source.open("rb") as opened:
                read: Any = MmapSource(opened)  # type: ignore[no-untyped-call]
                reader: Any = Reader(read)  # type: ignore[no-untyped-call]
                headers.append(reader.header())
                layers += reader.metadata()["vector_layers"]
                tiles: Any = all_tiles(read)  # type: ignore[no-untyped-call]
                for place, tile in tiles:
                    writer.write_tile(zxy_to_tileid(*place), tile)
        if not sources:  # an archive has one tile at least
            writer.write_tile(0, EMPTY_TILE)
        boxes = [[header[name] for name in BOX] for header in headers] or [[0, 0, 0, 0]]
        sides = zip((min, min, max, max), zip(*boxes, strict=True), strict=True)
        box = [outer(values) for outer, values in sides]
        header = {
            "tile_type": TileType.MVT,
            "tile_compression": Compression.GZIP,
            **dict(zip(BOX, box, strict=True)),
        }
        cards = evidence if isinstance(evidence, list) else [evidence]
        metadata = {
            "name": title,
            "description": cards[0]["description"] if len(cards) == 1 else title,
            "attribution": "; ".join(dict.fromkeys(card["attribution"] for card in cards)),
            "vector_layers": layers,
            "evidence": evidence,
        }
        writer.finalize(header, metadata)
