"""Writes layers as vector tiles in a PMTiles file, with the evidence in its metadata."""

import gzip
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path

from shapely.geometry import mapping

from geodata.atlas.evidence import Card
from geodata.errors import BuildError
from geodata.features.layer_data import LayerData
from geodata.large.built_layer import BuiltLayer
from geodata.large.layer import LargeLayer
from geodata.large.pmtiles_writer import CORNERS, read_archive, write_archive
from geodata.large.tippecanoe import SHARP_ZOOM, TileCutter

EMPTY_TILE = gzip.compress(b"", mtime=0)
"""Of an archive without features, which needs a tile."""


def write_tileset(
    layers: Mapping[str, LayerData], path: Path, *, title: str, evidence: Card | list[Card]
) -> None:
    """Write layers as vector tiles of zoom 0 to `SHARP_ZOOM`, one layer of tiles each, every feature in all.

    The features' ids are the attribute `id`: those of tiles themselves are numbers. Raises `BuildError` if
    there is no tippecanoe, or it fails.
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
                cutter.wait()
        _join([cut] if sources else [], path, title, evidence)


def write_pmtiles(data: LayerData, card: Card, path: Path) -> None:
    """Write a layer as vector tiles; see `write_tileset`."""
    write_tileset({data.layer.id: data}, path, title=data.layer.title, evidence=card)


def write_large_pmtiles(large: LargeLayer, card: Card, path: Path) -> None:
    """Write the tiles of a large layer's build as one file: counts at low zooms, then features.

    Raises `BuildError` if the layer is in a database.
    """
    if not isinstance(large, BuiltLayer):
        raise BuildError(f"{large.layer.id} is in a database, which has no file of tiles")
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
    """Write the tiles of archives with different zooms as one archive with new metadata."""
    with ExitStack() as stack:
        archives = [stack.enter_context(read_archive(source)) for source in sources]
        corners = [[header[name] / 1e7 for name in CORNERS] for header, _, _ in archives] or [[0.0] * 4]
        west, south, east, north = zip(*corners, strict=True)
        cards = evidence if isinstance(evidence, list) else [evidence]
        metadata = {
            "name": title,
            "description": cards[0]["description"] if len(cards) == 1 else title,
            "attribution": "; ".join(dict.fromkeys(card["attribution"] for card in cards)),
            "vector_layers": [layer for _, found, _ in archives for layer in found["vector_layers"]],
            "evidence": evidence,
        }
        tiles = chain.from_iterable(tiles for _, _, tiles in archives) if archives else [(0, EMPTY_TILE)]
        write_archive(target, tiles, (min(west), min(south), max(east), max(north)), metadata)
