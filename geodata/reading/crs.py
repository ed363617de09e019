"""Finds the coordinate reference system that a file or person names, and reprojects to WGS 84."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geodata.errors import MissingCrsError, message
from geodata.reading.geojson import FeatureBatch

WGS84 = pyproj.CRS("OGC:CRS84")

REACHES_OUT = re.compile(
    r"grids=(?!@null)|\+(init|step|file)|^(?!http://www.opengis.net/)\w+://", re.IGNORECASE
)
"""Parts of a CRS name that refer to a file or a host."""


def transformer(crs: pyproj.CRS) -> pyproj.Transformer | None:
    """Return a transformer from a CRS to WGS 84 (lon/lat), or `None` if they are the same."""
    if crs.equals(WGS84, ignore_axis_order=True):
        return None
    return pyproj.Transformer.from_crs(crs, WGS84, always_xy=True)


def reproject(geometries: NDArray[np.object_], transformer: pyproj.Transformer) -> NDArray[np.object_]:
    """Reproject geometries to WGS 84; coordinates outside the area of the CRS become infinite."""
    reprojected: NDArray[np.object_] = shapely.transform(
        geometries, lambda x, y: tuple(map(np.asarray, transformer.transform(x, y))), interleaved=False
    )
    return reprojected


def in_wgs84(batches: Iterable[FeatureBatch], crs: pyproj.CRS) -> Iterator[FeatureBatch]:
    """Reproject features to WGS 84."""
    to_wgs84 = transformer(crs)
    for batch in batches:
        yield batch if to_wgs84 is None else replace(batch, geometries=reproject(batch.geometries, to_wgs84))


def read_crs(text: str) -> pyproj.CRS:
    """Return the CRS that a name, WKT or PROJJSON describes; raises `MissingCrsError`."""
    try:
        if REACHES_OUT.search(text):
            raise pyproj.exceptions.CRSError(text)
        crs = pyproj.CRS.from_user_input(text)
        transformer(crs)
    except pyproj.exceptions.ProjError:
        what = message("refers to unknown CRS {crs}", crs=repr(str(text)[:60]))
        raise MissingCrsError(what, message('State the CRS: crs = "EPSG:28992", for example.')) from None
    return crs


def named_crs(stated: str | None) -> pyproj.CRS:
    """Return the CRS that a file or person names; raises `MissingCrsError` if none is named."""
    if not stated:
        mend = message(
            'Add the CRS to the file (a .prj beside a shapefile), or state it: crs = "EPSG:28992".'
        )
        raise MissingCrsError(message("states no CRS"), mend)
    return read_crs(stated)
