"""Follows the blocks of an OpenStreetMap extract to its end, to find out whether it is whole."""

import sys
from pathlib import Path

from geodata.basemap_build.sources import BasemapSourceError

DATASIZE = 3 << 3
"""Tag of the size of a block in its header: field 3, a number."""

MAX_HEADER_BYTES = 64 * 1024
"""Largest header of a block, by the format's definition."""


def require_whole(path: Path) -> None:
    """Raise `BasemapSourceError` where an extract ends within a block, which GDAL does not report."""
    end = path.stat().st_size
    with path.open("rb") as file:
        while head := file.read(4):
            block_end = (
                _block_size(file.read(min(int.from_bytes(head, "big"), MAX_HEADER_BYTES))) + file.tell()
            )
            if block_end > end:
                raise BasemapSourceError(
                    f"{path} is cut off, or no OpenStreetMap extract. Fetch or copy it again."
                )
            file.seek(block_end)


def _block_size(header: bytes) -> int:
    """Return the field `datasize` of a block's header, or more than any file has if there is none."""
    at = 0
    while at < len(header):
        tag, at = header[at], at + 1
        value, shift = 0, 0
        while at < len(header):
            byte, at = header[at], at + 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if tag == DATASIZE:
            return value
        at += value
    return sys.maxsize
