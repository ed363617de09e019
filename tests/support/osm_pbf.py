"""Writes small OpenStreetMap extracts (.osm.pbf) from tagged points, lines and areas."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.large.mvt import varint, zigzag

Tags = Mapping[str, str]
Bbox = tuple[float, float, float, float]

BYTES, VARINT = 2, 0


def write_extract(
    path: Path, features: Iterable[tuple[BaseGeometry, Tags]], bbox: Bbox | None = None
) -> None:
    """Write points as nodes, lines and areas as ways; `bbox` goes into the header."""
    strings: dict[bytes, int] = {b"": 0}
    nodes, ways, count = bytearray(), bytearray(), 0
    for number, (shape, tags) in enumerate(features, 1):
        numbers = []
        is_point = shape.geom_type == "Point"
        for lon, lat in shapely.get_coordinates(shape):
            count += 1
            numbers.append(count)
            content = _field(1, VARINT, zigzag(count)) + (_tags(tags, strings) if is_point else b"")
            content += _field(8, VARINT, zigzag(round(lat * 1e7))) + _field(
                9, VARINT, zigzag(round(lon * 1e7))
            )
            nodes += _field(1, BYTES, content)
        if not is_point:
            if shape.geom_type == "Polygon":
                numbers[-1] = numbers[0]
            steps = b"".join(varint(zigzag(after - before)) for before, after in pairwise([0, *numbers]))
            ways += _field(
                3, BYTES, _field(1, VARINT, number) + _tags(tags, strings) + _field(8, BYTES, steps)
            )
    table = _field(1, BYTES, b"".join(_field(1, BYTES, text) for text in strings))
    header = _field(4, BYTES, b"OsmSchema-V0.6")
    if bbox is not None:
        west, south, east, north = (zigzag(round(value * 1e9)) for value in bbox)
        sides = enumerate((west, east, north, south), 1)
        header = _field(1, BYTES, b"".join(_field(number, VARINT, side) for number, side in sides)) + header
    blocks = [table + _field(2, BYTES, group) for group in (bytes(nodes), bytes(ways)) if group]
    with path.open("wb") as file:
        for kind, content in ((b"OSMHeader", header), *((b"OSMData", block) for block in blocks)):
            blob = _field(2, VARINT, len(content)) + _field(3, BYTES, zlib.compress(content))
            head = _field(1, BYTES, kind) + _field(3, VARINT, len(blob))
            file.write(struct.pack(">I", len(head)) + head + blob)


def _tags(tags: Tags, strings: dict[bytes, int]) -> bytes:
    keys, values = (
        b"".join(varint(strings.setdefault(text.encode(), len(strings))) for text in texts)
        for texts in (tags.keys(), tags.values())
    )
    return _field(2, BYTES, keys) + _field(3, BYTES, values)


def _field(number: int, wire_type: int, content: bytes | int) -> bytes:
    tag = varint(number << 3 | wire_type)
    return tag + (varint(content) if isinstance(content, int) else varint(len(content)) + content)
