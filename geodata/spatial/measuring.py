"""Sizes on the ground: areas and lengths, measured in an equal-area projection and never in degrees."""

from __future__ import annotations

from functools import cache
from typing import Any

import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.features.layer_data import MEASURING_CRS


def area_km2(geometry: BaseGeometry) -> float:
    """Return the area of a geometry in WGS 84 (lon/lat), in km²."""
    return float(project(geometry).area) / 1e6


def length_km(geometry: BaseGeometry) -> float:
    """Return the length of a geometry in WGS 84 (lon/lat), in km."""
    return float(project(geometry).length) / 1e3


def project(geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry in WGS 84 (lon/lat) as it is measured: in `MEASURING_CRS`, metres."""
    return shapely.transform(geometry, _projection(), interleaved=False)


def unproject(geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry in `MEASURING_CRS` in WGS 84 (lon/lat)."""

    def to_wgs84(x: Any, y: Any) -> Any:
        return _projection()(x, y, inverse=True)

    return shapely.transform(geometry, to_wgs84, interleaved=False)


@cache
def _projection() -> pyproj.Proj:
    """Return the projection, which takes WGS 84 for ETRS89, as `pyproj.Transformer` does.

    A transformer looks for the best way between two CRS once in each thread, for 40 ms, and each rerun of a
    page has a thread of its own; a projection has nothing to look for.
    """
    return pyproj.Proj(MEASURING_CRS)
