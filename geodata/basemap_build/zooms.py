"""The zooms of the base map, and how large their pixels are."""

import math

LATITUDE = 52.25
"""Where pixels are measured: the middle of the region, in degrees."""

OVERVIEW_ZOOMS = range(5, 10)
DETAIL_ZOOM = 9
"""At zoom 8 the cell around Twente would weigh 320 kB compressed, at zoom 9 it weighs 117 kB."""
DETAIL_MINZOOM = 10


def pixel_m(zoom: int) -> float:
    """Return the side of a pixel in meters at `LATITUDE`, of 256-pixel tiles."""
    equator_m = 2 * math.pi * 6_378_137
    pixels = 256 * math.pow(2, zoom)
    return equator_m * math.cos(math.radians(LATITUDE)) / pixels
