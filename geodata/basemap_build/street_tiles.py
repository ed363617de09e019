"""Builds street tiles from a source: selects its features, cuts tiles, writes them with their license."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TextIO

import geopandas as gpd
import shapely

from geodata.basemap_build.names_file import names_path, write_names
from geodata.basemap_build.place_names import NameCollector
from geodata.basemap_build.sources import BasemapSourceError
from geodata.basemap_build.street_layers import StreetLayers
from geodata.basemap_build.street_selection import Bbox, LayerCount, select_features
from geodata.basemap_build.street_source import StreetSource
from geodata.large.pmtiles_writer import CORNERS, read_archive, write_archive
from geodata.large.progress import CUTTING, READING, Progress
from geodata.large.tippecanoe import TileCutter, find_tippecanoe

READ_SHARE = 0.7
"""Share of a build's time that reading takes, from 0 to 1."""

GENERALIZATION = (
    # Lines may be off by 4 steps of the tile's grid while they are passed through, and by 1 at the last zoom,
    # which is drawn enlarged.
    "--simplification", "4", "--simplification-at-maximum-zoom", "1",
    "--no-tiny-polygon-reduction-at-maximum-zoom",
    # Below the last zoom, a grid of 1/2048 is a quarter of a pixel.
    "--low-detail", "11",
    # Features with the same attributes become one, whose parts lie close to each other.
    "--coalesce", "--reorder", "--hilbert",
    # Tiles reach 4 pixels of the screen into their neighbors: half a wide street.
    "--buffer", "2",
)  # fmt: skip
"""How tippecanoe generalizes streets."""


@dataclass(frozen=True)
class StreetTiles:
    """What a build of street tiles came to."""

    counts: Mapping[str, LayerCount]
    """Layer → its numbers of features."""
    zooms: tuple[int, int]
    """First and last zoom of the tiles."""
    tiles: int
    """Number of tiles."""
    largest_tile: int
    """In bytes, compressed."""
    size: int
    """Size of the file, in bytes."""
    names: int
    """Number of names in the file of names beside it; there is none where it is 0."""


def build_street_tiles(
    source: StreetSource,
    target: Path,
    *,
    bbox: Bbox | None,
    metadata: Mapping[str, str],
    on_progress: Progress = lambda step, done: None,
) -> StreetTiles:
    """Write the street tiles of a source as PMTiles, and beside it the names for the search.

    Both files are complete, or stay what they were.

    `metadata` is what the file says of itself besides its layers, such as `attribution`. Features go through
    files on disk, batch by batch. Raises `BasemapSourceError` if the source is damaged or gives nothing, and
    `BuildError` if tippecanoe is missing or fails.
    """
    find_tippecanoe()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".streets-") as folder:
        names = NameCollector(bbox)
        counts = _write_features(source, bbox, Path(folder), names, on_progress)
        files = {name: _file_of(Path(folder), name) for name, count in counts.items() if count.drawn}
        if not files:
            raise BasemapSourceError("nothing of the source is drawn in street tiles")
        done = Path(folder) / "streets.pmtiles"
        cuts = _cut(files, Path(folder), bbox, source.layers, on_progress)
        sizes = _write_with_metadata(
            list(cuts.values()), done, bbox, {"name": source.layers.name, **metadata}
        )
        entries = names.entries()
        if entries.empty:
            names_path(target).unlink(missing_ok=True)
        else:
            write_names(entries, names_path(done), metadata)
            names_path(done).replace(names_path(target))
        done.replace(target)
    return StreetTiles(
        counts,
        zooms=(min(cuts)[0], max(cuts)[1]),
        tiles=len(sizes),
        largest_tile=max(sizes),
        size=target.stat().st_size,
        names=len(entries),
    )


def _cut(
    files: Mapping[str, Path],
    folder: Path,
    bbox: Bbox | None,
    table: StreetLayers,
    on_progress: Progress,
) -> dict[tuple[int, int], Path]:
    """Cut the tiles of each range of zooms, lowest first, and return their archives."""
    by_zooms: dict[tuple[int, int], dict[str, Path]] = {}
    for name, file in files.items():
        by_zooms.setdefault(table.layers[name].zooms or table.zooms, {})[name] = file
    cuts = {}
    share = (1 - READ_SHARE) / len(by_zooms)
    options = [*GENERALIZATION]
    if bbox is not None:
        options.append(f"--clip-bounding-box={','.join(map(str, bbox))}")
    for number, zooms in enumerate(sorted(by_zooms)):
        first, last = zooms
        cuts[zooms] = folder / f"{first}.pmtiles"
        begin = READ_SHARE + number * share
        with TileCutter(by_zooms[zooms], cuts[zooms], range(first, last + 1), options) as cutter:
            cutter.wait(partial(_report_cutting, on_progress, begin, share))
    return cuts


def _report_cutting(on_progress: Progress, begin: float, share: float, part: float) -> None:
    on_progress(CUTTING, begin + part * share)


def _write_features(
    source: StreetSource, bbox: Bbox | None, folder: Path, names: NameCollector, on_progress: Progress
) -> dict[str, LayerCount]:
    """Write a file of features for each layer, collect their names, and return the layers' counts."""
    layers = source.layers.layers
    counts = {name: LayerCount() for name in layers}
    with ExitStack() as stack:
        files = {
            name: stack.enter_context(_file_of(folder, name).open("w", encoding="utf-8")) for name in layers
        }
        for batch in source.batches(bbox):
            names.add(batch)
            for name, layer in layers.items():
                if batch.layer in (name, layer.of):
                    drawn = select_features(batch.features, layer, bbox, counts[name])
                    _write_lines(drawn, layer.attributes, files[name])
            on_progress(f"{READING} {batch.layer}", batch.done * READ_SHARE)
    return counts


def _write_lines(features: gpd.GeoDataFrame, attributes: list[str], file: TextIO) -> None:
    """Write features as GeoJSON, one a line, without empty attributes."""
    names = [name for name in attributes if name in features]
    columns = [features[name].astype(object).where(features[name].notna(), None) for name in names]
    rows = zip(*columns, strict=True) if columns else ((),) * len(features)
    shapes = shapely.to_geojson(features.geometry.to_numpy())
    for row, minzoom, shape in zip(rows, features["minzoom"], shapes, strict=True):
        properties = {name: value for name, value in zip(names, row, strict=True) if value is not None}
        text = json.dumps(properties, ensure_ascii=False, default=int)
        zoom = f'{{"minzoom":{minzoom}}}'
        file.write(f'{{"type":"Feature","tippecanoe":{zoom},"properties":{text},"geometry":{shape}}}\n')


def _file_of(folder: Path, layer: str) -> Path:
    return folder / f"{layer}.geojsonl"


def _write_with_metadata(
    cuts: list[Path], target: Path, bbox: Bbox | None, metadata: Mapping[str, str]
) -> list[int]:
    """Write the tiles of all archives into one, with other metadata, and return their sizes in bytes.

    Tippecanoe's own metadata would tell paths of this machine, and knows neither license nor vintage.
    """
    sizes: list[int] = []
    with ExitStack() as stack:
        opened = [stack.enter_context(read_archive(cut)) for cut in cuts]
        west, south, east, north = bbox or [opened[0][0][corner] / 1e7 for corner in CORNERS]
        vector_layers = [layer for _, found, _ in opened for layer in found["vector_layers"]]
        about = {**metadata, "vector_layers": vector_layers}
        tiles = chain.from_iterable(tiles for _, _, tiles in opened)
        write_archive(target, _noting_sizes(tiles, sizes), (west, south, east, north), about)
    return sizes


def _noting_sizes(tiles: Iterable[tuple[int, bytes]], sizes: list[int]) -> Iterator[tuple[int, bytes]]:
    for tile_id, content in tiles:
        sizes.append(len(content))
        yield tile_id, content
