"""Serves the vector tiles of the embedded base map, and makes their address."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from geodata import Atlas
from geodata.atlas.basemap_check import STREETS_LAYER, wrong_with_streets
from geodata.atlas.per_atlas import per_atlas
from geodata.json_object import JsonObject
from geodata.large.pmtiles_reader import TileArchive

HOUSES_LAYER = "houses"
"""Layer of single houses, which has tiles of its own."""


@dataclass(frozen=True)
class StreetTiles:
    """The files of street tiles, and of tiles at smaller zooms, of an atlas."""

    archive: TileArchive
    far: TileArchive | None
    """What lies around the streets."""
    version: str
    """First 16 digits of the files' SHA-256; an address with `?v=<version>` may be cached for ever."""

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """Return a tile of the file that has its zoom; raises `OSError` for a damaged file."""
        archive = self.far if self.far is not None and z in self.far.zooms else self.archive
        return archive.tile(z, x, y)


@per_atlas()
def street_tiles(atlas: Atlas) -> StreetTiles | None:
    """Return the street tiles, or `None` if the catalog names none; raises `OSError` for a damaged file.

    Damaged tiles of what lies around are left out.
    """
    path, far = _path(atlas, "streets"), _path(atlas, "far")
    if path is None:
        return None
    paths = [path, *([far] if far is not None and not wrong_with_streets(far) else [])]
    archives = [TileArchive(path) for path in paths]
    digests = b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths)
    version = hashlib.sha256(digests).hexdigest()[:16]
    return StreetTiles(archives[0], archives[1] if len(archives) > 1 else None, version)


def street_options(atlas: Atlas) -> JsonObject | None:
    """Return what the map needs to draw the streets, as JSON-ready values; `None` without street tiles.

    `url` is a template with `{z}`, `{x}` and `{y}`, relative to the server's root; it is `None` if the file
    can't be used. `bbox` is west, south, east, north in degrees (WGS 84). `max_zoom` is the last zoom of all
    layers but single houses, whose tiles are of `house_zoom`, if there are any. `far_zoom`
    is the last zoom of the tiles around the streets; `None` without them.
    """
    path = _path(atlas, "streets")
    if path is None:
        return None
    tiles = None if wrong_with_streets(path) else street_tiles(atlas)
    if tiles is None:
        return {"url": None}
    last = {layer["id"]: layer.get("maxzoom") for layer in tiles.archive.metadata["vector_layers"]}
    return {
        "url": f"./basemap/streets/{{z}}/{{x}}/{{y}}.mvt?v={tiles.version}",
        "min_zoom": tiles.archive.zooms.start,
        "max_zoom": last[STREETS_LAYER] or tiles.archive.zooms.stop - 1,
        "house_zoom": last.get(HOUSES_LAYER),
        "far_zoom": tiles.far.zooms.stop - 1 if tiles.far is not None else None,
        "bbox": list(tiles.archive.bbox),
    }


def _path(atlas: Atlas, key: Literal["streets", "far"]) -> Path | None:
    basemap = atlas.catalog.basemap
    name = getattr(basemap, key, None)
    return atlas.folder / basemap.folder / name if basemap and name else None
