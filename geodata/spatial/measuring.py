"""Measures in EPSG:3035, never in degrees: areas, lengths, and geometries as they are measured."""

from functools import cache

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geodata.atlas.atlas import Atlas
from geodata.features.feature import Feature
from geodata.features.layer_data import MEASURING_CRS


def area_km2(geometry: BaseGeometry) -> float:
    """Return the area of a geometry in WGS 84 (lon/lat), in km²."""
    return float(project(geometry).area) / 1e6


def length_km(geometry: BaseGeometry) -> float:
    """Return the length of a geometry in WGS 84 (lon/lat), in km."""
    return float(project(geometry).length) / 1e3


def projected_geometry(atlas: Atlas, feature: Feature) -> BaseGeometry:
    """Return the geometry of a feature in EPSG:3035, from the frame of its layer if it is in memory."""
    if feature.layer.id in atlas.in_memory:
        data = (atlas.english or atlas).layer(feature.layer.id)
        return data.shapes[data.projected.index.get_loc(feature.id)]
    return project(feature.geometry)


def meeting(
    atlas: Atlas, layer_id: str, geometry: BaseGeometry
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Return the ids of the features of a layer that meet a geometry, and their geometries, in its order.

    All geometries are in EPSG:3035. Arrays answer faster than a selection of the frame.
    """
    data = (atlas.english or atlas).layer(layer_id)
    places = data.shapes.sindex.query(geometry, predicate="intersects", sort=True)
    return data.projected.index.to_numpy()[places], np.asarray(data.shapes)[places]


def project(geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry in WGS 84 (lon/lat) in EPSG:3035, in meters."""
    return shapely.transform(geometry, _projection(), interleaved=False)


def unproject(geometry: BaseGeometry) -> BaseGeometry:
    """Return a geometry in EPSG:3035 in WGS 84 (lon/lat)."""

    def to_wgs84(x: NDArray[np.float64], y: NDArray[np.float64]) -> object:
        return _projection()(x, y, inverse=True)

    return shapely.transform(geometry, to_wgs84, interleaved=False)


@cache
def _projection() -> pyproj.Proj:
    """Return the projection, which takes WGS 84 for ETRS89, as `pyproj.Transformer` does.

    A transformer looks for the best way between two CRSs once in each thread, for 40 ms, and each rerun of a
    page runs in a new thread; a projection has nothing to look for.
    """
    return pyproj.Proj(MEASURING_CRS)
