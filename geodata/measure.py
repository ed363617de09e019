"""Sizes on the ground: areas and lengths, measured in an equal-area projection and never in degrees."""

from __future__ import annotations

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

MEASURING_CRS = "EPSG:3035"
"""ETRS89-extended / LAEA Europe: equal-area, and lengths are within 0.1 % in the Netherlands and Germany."""


def area_km2(geometry: BaseGeometry) -> float:
    """Return the area of a geometry in WGS 84 (lon/lat), in km²."""
    return float(_project(geometry).area) / 1e6


def length_km(geometry: BaseGeometry) -> float:
    """Return the length of a geometry in WGS 84 (lon/lat), in km."""
    return float(_project(geometry).length) / 1e3


def _project(geometry: BaseGeometry) -> BaseGeometry:
    return gpd.GeoSeries([geometry], crs="EPSG:4326").to_crs(MEASURING_CRS).iloc[0]
