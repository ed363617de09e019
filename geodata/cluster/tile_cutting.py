"""Cuts the tiles of a build on a cluster: each worker those of some part of the map.

A tile depends only on the features that reach into it, in the order of the file; so every worker cuts it
the same. A feature that reaches into several parts is drawn in each of them.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from heapq import merge
from operator import itemgetter
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from geodata.cluster.partitions import Partition, find_partitions
from geodata.cluster.shared_folder import errors_as_text, hand_in, worker_folder
from geodata.json_object import JsonObject
from geodata.large.build_batches import Extent
from geodata.large.flatgeobuf import DrawnFeatures, write_drawn_features
from geodata.large.pmtiles_writer import read_archive, write_archive
from geodata.large.tippecanoe import TileCutter

PARTITION = "partition"
"""Column with the number of the part of the map."""


@errors_as_text()
def split_by_partition(path: Path, partitions: list[Partition]) -> Path:
    """Sort the shapes that a worker read by the parts of the map; return the new file.

    A feature is there once for each part that it reaches into, and each part is a separate row group.
    """
    target = path.with_suffix(".split")
    shapes = pq.read_table(path)
    geometries = shapely.from_wkb(shapes.column("geometry").to_numpy())
    places, owners = find_partitions(shapely.bounds(geometries), partitions)
    order = np.lexsort((places, owners))
    split = shapes.take(places[order]).append_column(PARTITION, pa.array(owners[order]))
    starts = np.flatnonzero(np.diff(owners[order], prepend=-1)).tolist()
    with worker_folder() as local:
        with pq.ParquetWriter(local / "split", split.schema) as writer:
            for start, end in zip(starts, [*starts[1:], len(split)], strict=True):
                writer.write_table(split.slice(start, end - start))
        hand_in(local / "split", target)
    return target


@errors_as_text()
def cut_partition(number: int, splits: list[Path], zooms: range, folder: Path, category: str | None) -> None:
    """Cut the tiles of a part of the map into `<number>.pmtiles`, with some of its neighbors' tiles."""
    tables = [pq.read_table(split, filters=pc.field(PARTITION) == number) for split in splits]
    shapes = pa.concat_tables(tables).sort_by("fid")
    if not len(shapes):
        return
    drawn = DrawnFeatures(
        shapes.column("fid").to_numpy(),
        shapely.from_wkb(shapes.column("geometry").to_numpy()),
        shapes.column("name").to_pylist(),
        shapes.column("category").to_pylist(),
    )
    with worker_folder() as local:
        write_drawn_features([drawn], local / "features.fgb", category)
        with TileCutter(local / "features.fgb", local / "tiles.pmtiles", zooms) as tiles:
            tiles.wait()
        hand_in(local / "tiles.pmtiles", tiles_of(folder, number))


def tiles_of(folder: Path, number: int) -> Path:
    """Return the file with the tiles of a partition."""
    return folder / f"{number}.pmtiles"


def join_tiles(folder: Path, partitions: list[Partition], extent: Extent, target: Path) -> None:
    """Write the tiles of all partitions unchanged as one archive, in the archive's order."""
    with ExitStack() as opened:
        layers: list[JsonObject] = []
        parts: list[Iterator[tuple[int, bytes]]] = []
        for number, partition in enumerate(partitions):
            if tiles_of(folder, number).is_file():  # else nothing lies there
                _, metadata, tiles = opened.enter_context(read_archive(tiles_of(folder, number)))
                layers += metadata["vector_layers"]
                parts.append(_tiles_in(partition, tiles))
        fields = {name: kind for layer in layers for name, kind in layer["fields"].items()}
        layer = {**layers[0], "fields": fields, "minzoom": extent.zooms[0], "maxzoom": extent.zooms[-1]}
        tiles_in_order = merge(*parts, key=itemgetter(0))
        write_archive(target, tiles_in_order, extent.bbox, {"vector_layers": [layer]})


def _tiles_in(partition: Partition, tiles: Iterator[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    return (tile for tile in tiles if partition.has(tile[0]))
