"""Vector tiles as tests read them: which layers and features they hold, by the specification."""

from __future__ import annotations

import gzip
import math
import struct
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from geodata.large.layer import LargeLayer
from geodata.large.pmtiles_reader import TileArchive

Fields = list[tuple[int, Any]]


def read_tile(content: bytes) -> dict[tuple[str, int], dict[str, Any]]:
    """Return layer and id → properties of the features; a feature without an id has its place instead."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for layer in (_read(value) for number, value in _fields(content) if number == 3):
        name = next(value for number, value in layer if number == 1).decode()
        keys = [value.decode() for number, value in layer if number == 3]
        values = [_value(value) for number, value in layer if number == 4]
        for place, feature in enumerate(_read(value) for number, value in layer if number == 2):
            parts = dict(feature)
            tags = _numbers(parts.get(2, b""))
            pairs = zip(tags[::2], tags[1::2], strict=True)
            found[name, parts.get(1, place)] = {keys[key]: values[value] for key, value in pairs}
    return found


def tiles_in(
    path: Path, bbox: tuple[float, float, float, float], zoom: int
) -> dict[str, list[dict[str, Any]]]:
    """Return the layers of the tiles in a box, each with the different properties of its features."""
    west, south, east, north = bbox
    (left, top), (right, bottom) = tile_at(west, north, zoom), tile_at(east, south, zoom)
    archive = TileArchive(path)
    found: dict[str, list[dict[str, Any]]] = {}
    for x, y in product(range(left, right + 1), range(top, bottom + 1)):
        content = archive.tile(zoom, x, y)
        for (layer, _), properties in read_tile(gzip.decompress(content)).items() if content else ():
            if properties not in found.setdefault(layer, []):
                found[layer].append(properties)
    return found


def tile_at(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    """Return x and y of the tile at a place."""
    x, y = in_tiles(lon, lat, zoom)
    return int(x), int(y)


def in_tiles(lon: float, lat: float, zoom: int) -> tuple[float, float]:
    """Return a place in units of tiles, from the northwest corner of the world."""
    size = 2**zoom
    north = math.asinh(math.tan(math.radians(lat)))
    return (lon + 180) / 360 * size, (1 - north / math.pi) / 2 * size


def first_zoom(
    path: Path, bbox: tuple[float, float, float, float], layer: str, properties: dict[str, Any]
) -> int | None:
    """Return the first zoom whose tiles in a box show such a feature."""
    zooms = TileArchive(path).zooms
    return next((zoom for zoom in zooms if properties in tiles_in(path, bbox, zoom).get(layer, [])), None)


def _read(content: bytes) -> Fields:
    return list(_fields(content))


def _fields(content: bytes) -> Iterator[tuple[int, Any]]:
    at = 0
    while at < len(content):
        tag, at = _varint(content, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, at = _varint(content, at)
            yield number, value
        elif kind == 2:
            length, at = _varint(content, at)
            yield number, content[at : at + length]
            at += length
        else:
            size = 8 if kind == 1 else 4
            yield number, struct.unpack("<d" if kind == 1 else "<f", content[at : at + size])[0]
            at += size


def _varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def _numbers(content: bytes) -> list[int]:
    numbers, at = [], 0
    while at < len(content):
        number, at = _varint(content, at)
        numbers.append(number)
    return numbers


def _value(content: bytes) -> Any:
    [(number, value)] = _fields(content)
    return value.decode() if number == 1 else value


def assert_same_counts(one: LargeLayer, other: LargeLayer) -> None:
    """Circles of the first picture stand for as many, and at the same place but for rounding."""
    circles, others = one.report.overview, other.report.overview
    assert circles.keys() == others.keys()
    for zoom, cells in circles.items():
        assert [count for *_, count in cells] == [count for *_, count in others[zoom]]
        places = [place for cell in others[zoom] for place in cell[:2]]
        assert [place for cell in cells for place in cell[:2]] == pytest.approx(places, abs=2e-5)
