"""Pages of features, put together out of JSON that is made once per layer and language."""

from __future__ import annotations

import datetime
import gzip
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import shapely

from dashboard.web.document import Document
from geodata import Atlas, LayerData
from geodata.atlas.per_atlas import per_atlas

RAW_DEFLATE = -zlib.MAX_WBITS
LEVEL = 6
"""Of compression, for what may not be asked twice; 9 takes twice as long for 0.6 % less."""

TAIL = b"]}"

GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"


class Lines:
    """The features of a layer in one language, each as JSON."""

    def __init__(self, data: LayerData) -> None:
        shapes = shapely.to_geojson(list(data.geometries.values()))
        self.by_id = {
            feature_id: f'{_members(feature_id, row)},"geometry":{shape}}}'.encode()
            for (feature_id, row), shape in zip(data.properties.items(), shapes, strict=True)
        }

    @cached_property
    def ids(self) -> list[str]:
        """Which they are, in the order of the layer."""
        return list(self.by_id)

    @cached_property
    def whole(self) -> bytes:
        """All of them, with commas between."""
        return b",".join(self.by_id.values())

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of all of them."""
        return hashlib.sha256(self.whole).digest()

    @cached_property
    def deflated(self) -> bytes:
        """All of them, as a part of a compressed stream that refers to nothing before it."""
        return _deflate(self.whole, zlib.Z_FULL_FLUSH)


@dataclass(frozen=True, kw_only=True)
class WholePage(Document):
    """A page with every feature of a layer, of which only what is around them is compressed anew."""

    head: bytes
    lines: Lines
    tail: bytes

    def with_link(self, href: str) -> WholePage:
        """Return the same page, made now, for whoever asked for it at another address."""
        document = json.loads(self.head + self.tail)
        for link in document["links"]:
            if link["rel"] == "self":
                link["href"] = href
        document["timeStamp"] = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return _build_whole(self.lines, document, self.media_type, self.headers)

    @cached_property
    def version(self) -> str:
        """First 16 digits of a SHA-256 that stands for the content."""
        return hashlib.sha256(self.head + self.lines.digest + self.tail).hexdigest()[:16]

    @cached_property
    def compressed(self) -> bytes | None:
        """The content in gzip."""
        ends = zlib.crc32(self.content), len(self.content) % 2**32
        return b"".join(
            (
                GZIP_HEAD,
                _deflate(self.head, zlib.Z_FULL_FLUSH),
                self.lines.deflated,
                _deflate(self.tail, zlib.Z_FINISH),
                *(number.to_bytes(4, "little") for number in ends),
            )
        )


@dataclass(frozen=True)
class Page(Document):
    """A page with some features."""

    @cached_property
    def compressed(self) -> bytes | None:
        """The content in gzip."""
        return gzip.compress(self.content, LEVEL, mtime=0)


@per_atlas(maxsize=64)
def lines_of(atlas: Atlas, layer_id: str) -> Lines:
    """Return the features of a layer as JSON."""
    return Lines(atlas.in_memory[layer_id])


def build_page(
    lines: Lines,
    feature_ids: list[str],
    rest: Mapping[str, Any],
    media_type: str,
    headers: Mapping[str, str],
) -> Document:
    """Return a page of features, beside the other members of its document."""
    if feature_ids == lines.ids:
        return _build_whole(lines, rest, media_type, headers)
    content = _head(rest) + b",".join(map(lines.by_id.__getitem__, feature_ids)) + TAIL
    return Page(content, media_type, headers)


def _build_whole(
    lines: Lines, rest: Mapping[str, Any], media_type: str, headers: Mapping[str, str]
) -> WholePage:
    head = _head(rest)
    return WholePage(head + lines.whole + TAIL, media_type, headers, head=head, lines=lines, tail=TAIL)


def _head(rest: Mapping[str, Any]) -> bytes:
    """Return what comes before the features; they are the last member."""
    members = {**{name: value for name, value in rest.items() if name != "features"}, "features": []}
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode().removesuffix(TAIL)


def _members(feature_id: str, properties: Mapping[str, Any]) -> str:
    members = {"type": "Feature", "id": feature_id, "properties": properties}
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))[:-1]


def _deflate(content: bytes, flush: int) -> bytes:
    compressor = zlib.compressobj(9, zlib.DEFLATED, RAW_DEFLATE)
    return compressor.compress(content) + compressor.flush(flush)
