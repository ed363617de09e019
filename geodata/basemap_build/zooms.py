"""Zooms of the base map, and the size of their pixels."""

import math

LATITUDE = 52.25
"""Latitude at which pixels are measured: the middle of the region, in degrees."""

OVERVIEW_ZOOMS = range(5, 10)
DETAIL_ZOOM = 9
"""Zoom of the cells: at zoom 8 the one around Twente has 320 kB compressed, at zoom 9 117 kB."""
DETAIL_MINZOOM = 10


def pixel_m(zoom: int) -> float:
    """Return the side of a pixel of 256-pixel tiles at `LATITUDE`, in m."""
    equator_m = 2 * math.pi * 6_378_137
    pixels = 256 * math.pow(2, zoom)
    return equator_m * math.cos(math.radians(LATITUDE)) / pixels
