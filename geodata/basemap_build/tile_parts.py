"""Joins what vector tiles have cut, and gives roads the names that lie in a layer of their own."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

JOIN_GRID = 0.1
"""Grid on which the cut ends of lines and areas meet, in units of the tiles' CRS."""

NAME_DISTANCE = 3.0
"""Largest distance of a road and the line that carries its name, in units of the tiles' CRS."""


def with_names(roads: gpd.GeoDataFrame, lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return roads with the name and the number of the line of their class that runs along them."""
    lines = lines[lines.geom_type.isin(["LineString", "MultiLineString"])].reset_index(drop=True)
    if roads.empty or lines.empty:
        return roads
    middles = shapely.line_interpolate_point(_longest_parts(roads), 0.5, normalized=True)
    found_road, found_line = shapely.STRtree(lines.geometry.to_numpy()).query(
        middles, predicate="dwithin", distance=NAME_DISTANCE
    )
    pairs = pd.DataFrame({"road": found_road, "line": found_line})
    classes = roads["class"].to_numpy()[found_road] == lines["class"].to_numpy()[found_line]
    first = pairs[classes].drop_duplicates("road").set_index("road")["line"]
    roads = roads.reset_index(drop=True)
    for name in ("name", "ref"):
        if name in lines:
            roads[name] = first.map(lines[name]).reindex(roads.index)
    return roads


def _longest_parts(roads: gpd.GeoDataFrame) -> NDArray[np.object_]:
    parts = roads.geometry.reset_index(drop=True).explode()
    numbers = pd.Series(parts.length.to_numpy(), range(len(parts))).groupby(parts.index).idxmax()
    return np.asarray(parts.to_numpy()[numbers.to_numpy()])


def join_parts(features: gpd.GeoDataFrame, columns: list[str]) -> gpd.GeoDataFrame:
    """Return areas and lines with equal values joined where tiles cut them; points stay as they are."""
    names = ["kind", *(name for name in columns if name in features and name != "kind")]
    rows = []
    for values, group in features.groupby(names, dropna=False, sort=True):
        shapes = shapely.set_precision(group.geometry.to_numpy(), JOIN_GRID, mode="pointwise")
        dimension = shapely.get_dimensions(shapes)
        # Rounded point by point, an area may cross itself.
        valid = shapely.make_valid(shapes[dimension == 2])
        areas = shapely.get_parts(shapely.union_all(valid, grid_size=JOIN_GRID))
        lines = shapely.get_parts(
            shapely.line_merge(shapely.multilinestrings(shapely.get_parts(shapes[dimension == 1])))
        )
        parts = [*shapely.get_parts(shapes[dimension == 0]), *lines, *areas]
        rows += [(*values, part) for part in parts]
    joined = pd.DataFrame(rows, columns=[*names, "geometry"])
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=features.crs)
