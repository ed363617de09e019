"""Writes vector tiles as a PMTiles archive, and reads all tiles of one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import Compression, TileType, zxy_to_tileid
from pmtiles.writer import Writer

from geodata.json_object import JsonObject

CORNERS = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
"""West, south, east and north in an archive's header, in 10⁻⁷ degrees."""


def write_archive(
    path: Path,
    tiles: Iterable[tuple[int, bytes]],
    bbox: tuple[float, float, float, float],
    metadata: JsonObject,
) -> None:
    """Write tiles (MVT in gzip) as an archive: at least one, in the order of their ids.

    `bbox` is west, south, east, north, in degrees (WGS 84); `metadata` holds at least `vector_layers`.
    """
    with path.open("wb") as file:
        writer: Any = Writer(file)  # type: ignore[no-untyped-call]
        for tile_id, content in tiles:
            writer.write_tile(tile_id, content)
        corners = zip(CORNERS, (round(value * 1e7) for value in bbox), strict=True)
        header = {"tile_type": TileType.MVT, "tile_compression": Compression.GZIP, **dict(corners)}
        writer.finalize(header, metadata)


@contextmanager
def read_archive(path: Path) -> Iterator[tuple[JsonObject, JsonObject, Iterator[tuple[int, bytes]]]]:
    """Open an archive: its header, its metadata, and all its tiles with their ids."""
    with path.open("rb") as file:
        get_bytes: Any = MmapSource(file)  # type: ignore[no-untyped-call]
        reader: Any = Reader(get_bytes)  # type: ignore[no-untyped-call]
        tiles: Any = all_tiles(get_bytes)  # type: ignore[no-untyped-call]
        numbered = ((zxy_to_tileid(*zxy), content) for zxy, content in tiles)
        yield reader.header(), reader.metadata(), numbered
