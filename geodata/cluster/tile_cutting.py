"""The tiles of a cluster: features go to the workers by where they are, each part of the map to one.

A tile follows from the features that reach into it, in the order of the file; so it is the same, whoever
cuts it. One that reaches into many parts is cut by many workers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from geodata.cluster.partitions import Partition, find_partitions
from geodata.cluster.shared_folder import hand_in, told_plainly, workshop
from geodata.cluster.worker import read_shapes
from geodata.json_object import JsonObject
from geodata.large.build_batches import Extent
from geodata.large.flatgeobuf import write_flat_file
from geodata.large.tippecanoe import TileCutter

PARTITION = "partition"
"""Column with the number of the part of the map."""

BOX = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
"""Where an archive's header has west, south, east and north."""


def plan_tiles(
    shapes: list[Path], partitions: list[Partition], zooms: range, folder: Path, category: str | None
) -> Any:
    """Return a Dask collection: the tiles of each partition, left in the folder as `<number>.pmtiles`."""
    import dask.dataframe as dd
    import dask_geopandas  # noqa: F401 (lets Dask's frames be GeoPandas's)

    kinds = {"fid": "int64", "name": "str", "category": "str", PARTITION: "int64"}
    columns = {name: pd.Series(dtype=kind) for name, kind in kinds.items()}
    empty = gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=4326))
    from_map: Any = dd.from_map  # it has no types
    frame = from_map(read_parted, shapes, partitions=partitions, meta=empty)
    divisions = list(range(len(partitions) + 1))
    # By tasks, so that of what a lost worker had only that is made again which nobody else has.
    by_place = frame.set_index(PARTITION, divisions=divisions, shuffle_method="tasks")
    made = pd.DataFrame({PARTITION: pd.Series(dtype="int64")})
    return by_place.map_partitions(cut_part, zooms, folder, category, meta=made)


def read_parted(path: Path, partitions: list[Partition]) -> gpd.GeoDataFrame:
    """Return what a worker left, each feature once for each partition that it reaches into."""
    with told_plainly():
        shapes = read_shapes(path)
        places, owners = find_partitions(shapes.bounds.to_numpy(), partitions)
        parted = shapes.iloc[places].reset_index(drop=True)
        parted.insert(3, PARTITION, owners)
        return parted


def cut_part(frame: gpd.GeoDataFrame, zooms: range, folder: Path, category: str | None) -> pd.DataFrame:
    """Cut the tiles of a partition; what comes along of its neighbors is left out when all are joined."""
    numbers = sorted(frame.index.unique().tolist())
    for number in numbers:
        part = frame.loc[[number]].sort_values("fid")
        with told_plainly(), workshop() as own:
            write_flat_file(_batches(part), own / "features.fgb", category)
            with TileCutter(own / "features.fgb", own / "tiles.pmtiles", zooms) as tiles:
                tiles.wait(lambda _: None)
            hand_in(own / "tiles.pmtiles", tiles_of(folder, number))
    return pd.DataFrame({PARTITION: pd.Series(numbers, dtype="int64")})


def tiles_of(folder: Path, number: int) -> Path:
    """Return where the tiles of a partition are."""
    return folder / f"{number}.pmtiles"


def _batches(part: gpd.GeoDataFrame) -> Iterator[tuple[Any, Any, list[str], list[str | None]]]:
    """Yield features as `write_flat_file` takes them."""
    categories = [None if pd.isna(value) else str(value) for value in part["category"]]
    yield part["fid"].to_numpy(), part.geometry.to_numpy(), part["name"].to_list(), categories


def join_tiles(folder: Path, partitions: list[Partition], extent: Extent, target: Path) -> None:
    """Write the tiles of all partitions as one archive, as each was cut, in the archive's order."""
    with ExitStack() as opened, target.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        layers: list[JsonObject] = []
        parts = []
        for number, partition in enumerate(partitions):
            if not tiles_of(folder, number).is_file():  # nothing is there
                continue
            part = opened.enter_context(tiles_of(folder, number).open("rb"))
            read: Any = MmapSource(part)  # type: ignore[no-untyped-call]
            layers += Reader(read).metadata()["vector_layers"]  # type: ignore[no-untyped-call]
            parts.append((partition, _tiles_by_zoom(read)))
        for zoom in extent.zooms:  # every partition has tiles of every zoom
            for partition, zooms in parts:
                for tile_id, tile in next(zooms):
                    if partition.has(tile_id, zoom):
                        writer.write_tile(tile_id, tile)
        box = zip(BOX, (round(value * 1e7) for value in extent.bbox), strict=True)
        fields = {name: kind for layer in layers for name, kind in layer["fields"].items()}
        layer = {**layers[0], "fields": fields, "minzoom": extent.zooms[0], "maxzoom": extent.zooms[-1]}
        header = {"tile_type": TileType.MVT, "tile_compression": Compression.GZIP, **dict(box)}
        writer.finalize(header, {"vector_layers": [layer]})


def _tiles_by_zoom(read: Any) -> Iterator[Iterator[tuple[int, bytes]]]:
    """Yield the tiles of an archive zoom by zoom, with their numbers in it."""
    tiles: Any = all_tiles(read)  # type: ignore[no-untyped-call]
    for _, of_zoom in groupby(tiles, key=lambda tile: tile[0][0]):
        yield ((zxy_to_tileid(*place), tile) for place, tile in of_zoom)
