"""Coordinate reference systems: which one is meant, and the way from there to WGS 84."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pyproj
import shapely

from geodata.errors import MissingCrsError, message
from geodata.reading.geojson import Rows

WGS84 = pyproj.CRS("OGC:CRS84")

REACHES_OUT = re.compile(
    r"grids=(?!@null)|\+(init|step|file)|^(?!http://www.opengis.net/)\w+://", re.IGNORECASE
)
"""What in the name of a CRS speaks of a file or a host."""


def transformer(crs: pyproj.CRS) -> pyproj.Transformer | None:
    """Return what brings coordinates of a CRS to WGS 84 (lon/lat), or `None` where they are there."""
    if crs.equals(WGS84, ignore_axis_order=True):
        return None
    return pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)


def reproject(geometries: Any, transformer: pyproj.Transformer) -> Any:
    """Bring geometries to WGS 84; coordinates that can't be brought there become infinite."""

    def transform(x: Any, y: Any) -> tuple[Any, Any]:
        lon, lat = transformer.transform(x, y)
        return np.asarray(lon), np.asarray(lat)

    return shapely.transform(geometries, transform, interleaved=False)


def in_wgs84(batches: Iterable[Rows], crs: pyproj.CRS) -> Iterator[Rows]:
    """Bring features to WGS 84."""
    to_wgs84 = transformer(crs)
    for rows in batches:
        yield rows if to_wgs84 is None else replace(rows, geometries=reproject(rows.geometries, to_wgs84))


def read_crs(text: str) -> pyproj.CRS:
    """Return the CRS of a name, of WKT or of PROJJSON; raises `RefusedError`."""
    try:
        if REACHES_OUT.search(text):
            raise pyproj.exceptions.CRSError(text)
        crs = pyproj.CRS.from_user_input(text)
        transformer(crs)
    except pyproj.exceptions.ProjError:
        what = message("names the CRS {crs}, which is not known", crs=repr(str(text)[:60]))
        raise MissingCrsError(what, message('Say it: crs = "EPSG:28992", for example.')) from None
    return crs


def named_crs(stated: str | None) -> pyproj.CRS:
    """Return the CRS that a file or somebody names; raises `MissingCrsError` where nobody does."""
    if not stated:
        mend = message('Add it to the file (a .prj beside a shapefile), or say it: crs = "EPSG:28992".')
        raise MissingCrsError(message("names no CRS"), mend)
    return read_crs(stated)
