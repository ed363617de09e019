"""Says which features lie in an area: points that it holds, lines and areas by at least half."""

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray


def is_mostly_inside(geometries: ArrayLike, areas: ArrayLike) -> NDArray[np.bool_]:
    """Tell of geometries in EPSG:3035 whether each lies in its area, or in the one area given.

    A point on the edge of an area lies in it, and so in both areas of a shared edge.
    """
    geometries, areas = np.broadcast_arrays(np.asarray(geometries), np.asarray(areas))
    shapely.prepare(areas)  # an area of a layer is asked again and again
    is_inside: NDArray[np.bool_] = np.asarray(shapely.covers(areas, geometries))
    dimensions = shapely.get_dimensions(geometries)
    rest = ~is_inside & (dimensions > 0)
    if not rest.any():
        return is_inside
    wholes, parts = geometries[rest], shapely.intersection(geometries[rest], areas[rest])
    is_inside[rest] = np.where(
        dimensions[rest] == 1,
        shapely.length(parts) >= shapely.length(wholes) / 2,
        shapely.area(parts) >= shapely.area(wholes) / 2,
    )
    return is_inside
