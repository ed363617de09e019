"""One tile out of a PMTiles file, with the file's directories kept in memory once they were needed."""

from __future__ import annotations

import os
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from pmtiles.tile import deserialize_directory, deserialize_header, find_tile, zxy_to_tileid

MAX_DEPTH = 4
"""Of directories within directories, as the format has it."""

HEADER_BYTES = 127


class TileArchive:
    """A PMTiles file (version 3), open for reading by any number of threads.

    It is read, not mapped into memory: where a mapped file is cut off, the system ends the whole process.

    Raises
    ------
    OSError
        From here and from `tile`, if the file can't be read, or is not what it was when it was made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("rb", buffering=0)
        try:
            self._header: Any = deserialize_header(self._read(0, HEADER_BYTES))
        except Exception as error:  # of bytes that are no header, the library raises what it stumbles over
            self._file.close()
            raise _damaged(path, error) from error
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
                return self._read(header["tile_data_offset"] + entry.offset, entry.length)
            offset, length = header["leaf_directory_offset"] + entry.offset, entry.length
        return None

    def _read(self, offset: int, length: int) -> bytes:
        file = self._file.fileno()
        if offset + length > os.fstat(file).st_size:
            raise _damaged(self.path, "it ends too early")
        return os.pread(file, length, offset)

    def _read_directory(self, offset: int, length: int) -> Any:
        try:
            return deserialize_directory(self._read(offset, length))
        except (EOFError, ValueError, IndexError, zlib.error) as error:
            raise _damaged(self.path, error) from error


def _damaged(path: Path, cause: object) -> OSError:
    return OSError(f"{path.name} is damaged: {cause}")
