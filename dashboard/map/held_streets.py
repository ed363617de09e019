"""Takes the street tiles around a place into a map that is a single file."""

import base64
import json
import math
from bisect import bisect_right
from functools import cache
from itertools import product

from dashboard.map.street_tiles import street_options, street_tiles
from geodata import Atlas
from geodata.json_object import JsonObject

STREETS_ID = "street-tiles"
"""Id of the element that holds the tiles."""

STEP, STEPS = 0.01, 200
"""How finely, in degrees of latitude, and how far from the place the box of the tiles is chosen."""


def held_streets(atlas: Atlas, center: tuple[float, float], room: int) -> tuple[JsonObject, bytes] | None:
    """Return options of the streets around a place for the map's script, and their tiles as JSON.

    `center` is longitude and latitude. The JSON, `z/x/y` → MVT in gzip in base64, has all tiles of small
    zooms, and those of the largest box around the place that take at most `room` bytes together. `None` if
    there are no tiles, or no room for them.
    """
    options = street_options(atlas)
    tiles = street_tiles(atlas) if options and options["url"] else None
    if options is None or tiles is None:
        return None
    archive, (lon, lat) = tiles.archive, center
    far = [key for z in tiles.far.zooms for key in _tiles_in(tiles.far.bbox, z)] if tiles.far else []
    west, south, east, north = archive.bbox

    def box(step: int) -> tuple[float, float, float, float]:
        high = step * STEP
        wide = high / math.cos(math.radians(lat))
        return max(west, lon - wide), max(south, lat - high), min(east, lon + wide), min(north, lat + high)

    @cache
    def tile(key: tuple[int, int, int]) -> str:
        return base64.b64encode(tiles.tile(*key) or b"").decode()

    def held(step: int) -> dict[str, str]:
        keys = [*far, *(key for z in archive.zooms for key in _tiles_in(box(step), z))]
        return {"/".join(map(str, key)): tile(key) for key in keys if tile(key)}

    def size(step: int) -> int:
        return sum(map(len, held(step).values()))

    if not (west < lon < east and south < lat < north) or size(1) > room:
        return None
    step = bisect_right(range(STEPS), room, key=size) - 1
    content = json.dumps(held(step), separators=(",", ":")).encode()
    return {**options, "url": f"#{STREETS_ID}", "bbox": list(box(step))}, content


def _tiles_in(bbox: tuple[float, float, float, float], z: int) -> list[tuple[int, int, int]]:
    """Return the tiles of a zoom that meet a box."""
    (left, bottom), (right, top) = (_tile_at(*corner, z) for corner in (bbox[:2], bbox[2:]))
    return [(z, x, y) for x, y in product(range(left, right + 1), range(top, bottom + 1))]


def _tile_at(lon: float, lat: float, z: int) -> tuple[int, int]:
    """Return column and row of the tile at a place."""
    y = 0.5 - math.atanh(math.sin(math.radians(lat))) / (2 * math.pi)
    return int((lon / 360 + 0.5) * 2**z), int(y * 2**z)
