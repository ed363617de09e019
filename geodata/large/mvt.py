"""Encodes points with a count as a vector tile (Mapbox Vector Tile specification 2.1)."""

import gzip

import numpy as np
from numpy.typing import NDArray

EXTENT = 4096
"""Positions in a tile go from 0 to this."""

VARINT, BYTES = 0, 2
"""Wire types of protocol buffers."""


def encode_counts(places: NDArray[np.int64], counts: NDArray[np.int64]) -> bytes:
    """Return a tile, in gzip, with the layer `counts`: a count for each place.

    A place is a row (x, y), x from west to east, y from north to south, from 0 to `EXTENT`.
    """
    values = sorted({int(count) for count in counts})
    numbers = {value: number for number, value in enumerate(values)}
    layer = _field(15, VARINT, varint(2)) + _text(1, b"counts")
    for (x, y), count in zip(places.tolist(), counts.tolist(), strict=True):
        move_to = varint(9) + varint(zigzag(x)) + varint(zigzag(y))
        tags = varint(0) + varint(numbers[count])
        layer += _text(2, _text(2, tags) + _field(3, VARINT, varint(1)) + _text(4, move_to))
    layer += _text(3, b"count")
    for value in values:
        layer += _text(4, _field(5, VARINT, varint(value)))
    layer += _field(5, VARINT, varint(EXTENT))
    return gzip.compress(_text(3, bytes(layer)), mtime=0)


def _field(number: int, wire_type: int, content: bytes) -> bytes:
    return varint(number << 3 | wire_type) + content


def _text(number: int, content: bytes) -> bytes:
    return _field(number, BYTES, varint(len(content)) + content)


def zigzag(value: int) -> int:
    """Return a signed number as protocol buffers write it: small for numbers near zero."""
    return value << 1 if value >= 0 else (-value << 1) - 1


def varint(value: int) -> bytes:
    """Return a number as the bytes of protocol buffers, seven bits in each."""
    parts = bytearray()
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    parts.append(value)
    return bytes(parts)
