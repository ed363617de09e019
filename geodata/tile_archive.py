"""One tile out of a PMTiles file, with the file's directories kept in memory once they were needed."""

from __future__ import annotations

import mmap
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmtiles.tile import deserialize_directory, deserialize_header, find_tile, zxy_to_tileid

MAX_DEPTH = 4
"""Of directories within directories, as the format has it."""


class TileArchive:
    """A PMTiles file (version 3), open for reading by any number of threads."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._header: Any = deserialize_header(self._bytes[:127])
        self._directory = lru_cache(maxsize=64)(self._read_directory)

    @property
    def zooms(self) -> range:
        """The zooms that it has tiles of."""
        return range(self._header["min_zoom"], self._header["max_zoom"] + 1)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile as it is stored (MVT in gzip), or `None` where there is none."""
        if z not in self.zooms or not (0 <= x < 1 << z and 0 <= y < 1 << z):
            return None
        header = self._header
        number = zxy_to_tileid(z, x, y)
        offset, length = header["root_offset"], header["root_length"]
        for _ in range(MAX_DEPTH):
            entry = find_tile(self._directory(offset, length), number)
            if entry is None:
                return None
            if entry.run_length > 0:
                start = header["tile_data_offset"] + entry.offset
                return self._bytes[start : start + entry.length]
            offset, length = header["leaf_directory_offset"] + entry.offset, entry.length
        return None

    def _read_directory(self, offset: int, length: int) -> Any:
        return deserialize_directory(self._bytes[offset : offset + length])
