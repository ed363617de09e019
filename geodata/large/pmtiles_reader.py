"""Reads single tiles of a PMTiles archive and keeps its directories in memory."""

import gzip
import json
import os
import zlib
from functools import cached_property, lru_cache
from pathlib import Path

from pmtiles.tile import (
    Compression,
    Entry,
    TileType,
    deserialize_directory,
    deserialize_header,
    find_tile,
    zxy_to_tileid,
)

from geodata.json_object import JsonObject

MAX_DEPTH = 4
"""Maximum number of nested directories, from the format's specification."""

HEADER_BYTES = 127
MAX_DIRECTORIES = 64
"""Number of directories kept in memory."""


class TileArchive:
    """A PMTiles archive (version 3), open for reading by any number of threads.

    The file is read, not mapped into memory: the system ends a process that touches the missing part of a
    truncated mapped file. Here and in `tile`, a file that is damaged or can't be read raises `OSError`.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("rb", buffering=0)
        try:
            self._header = deserialize_header(self._read(0, HEADER_BYTES))
        except OSError:
            self._file.close()
            raise
        except Exception as error:  # of bytes that are no header, the library raises whatever comes up
            self._file.close()
            raise _damaged(path, error) from error
        self._directory = lru_cache(MAX_DIRECTORIES)(self._read_directory)

    @property
    def zooms(self) -> range:
        """Zooms with tiles."""
        return range(self._header["min_zoom"], self._header["max_zoom"] + 1)

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """West, south, east, north, in degrees (WGS 84)."""
        header = self._header
        west, south = header["min_lon_e7"] / 1e7, header["min_lat_e7"] / 1e7
        return west, south, header["max_lon_e7"] / 1e7, header["max_lat_e7"] / 1e7

    @cached_property
    def metadata(self) -> JsonObject:
        """What the archive says of itself: `vector_layers`, `attribution` and other keys."""
        content = self._read(self._header["metadata_offset"], self._header["metadata_length"])
        try:
            is_plain = self._header["internal_compression"] == Compression.NONE
            metadata: JsonObject = json.loads(content if is_plain else gzip.decompress(content))
        except (EOFError, ValueError, OSError, zlib.error) as error:
            raise _damaged(self.path, error) from error
        return metadata

    def require_whole(self) -> None:
        """Raise `OSError` unless all tiles are in the file, as MVT in gzip."""
        header = self._header
        self._require(header["tile_data_offset"], header["tile_data_length"])
        self._require(header["leaf_directory_offset"], header["leaf_directory_length"])
        if (header["tile_type"], header["tile_compression"]) != (TileType.MVT, Compression.GZIP):
            raise OSError(f"{self.path.name} holds no vector tiles in gzip")

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile as it is stored (MVT in gzip), or `None` if the archive has no such tile."""
        if z not in self.zooms or not (0 <= x < 1 << z and 0 <= y < 1 << z):
            return None
        header, tile_id = self._header, zxy_to_tileid(z, x, y)
        offset, length = header["root_offset"], header["root_length"]
        for _ in range(MAX_DEPTH):
            entry = find_tile(self._directory(offset, length), tile_id)
            if entry is None:
                return None
            if entry.run_length > 0:
                return self._read(header["tile_data_offset"] + entry.offset, entry.length)
            offset, length = header["leaf_directory_offset"] + entry.offset, entry.length
        return None

    def _read(self, offset: int, length: int) -> bytes:
        self._require(offset, length)
        return os.pread(self._file.fileno(), length, offset)

    def _require(self, offset: int, length: int) -> None:
        if offset + length > os.fstat(self._file.fileno()).st_size:
            raise _damaged(self.path, "it ends too early")

    def _read_directory(self, offset: int, length: int) -> list[Entry]:
        try:
            return deserialize_directory(self._read(offset, length))
        except (EOFError, ValueError, IndexError, zlib.error) as error:
            raise _damaged(self.path, error) from error


def _damaged(path: Path, cause: object) -> OSError:
    return OSError(f"{path.name} is damaged: {str(cause) or type(cause).__name__}")
