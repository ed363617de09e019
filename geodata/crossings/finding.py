"""Finds the points where ways cross a border, and the towns on both sides of each."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

AROUND_M = 500
"""Radius in which a way, with those that it meets, must lead away from the border on both sides."""

DEPTH_M = 120
"""Distance from the border that it must reach on each side; a way along the border may meet it often."""

JOINED_M = 5
"""Ways that end so close to each other hang together: extracts of two countries may leave a gap."""

APART_M = 300
"""Crossings that all lie within this distance are one, such as the carriageways of a motorway."""

PLACE_FACTORS = {"city": 1.0, "town": 1.3, "village": 2.0}
"""Kinds of places that name a crossing: a village counts as if it lay twice as far away."""


def find_crossings(ways: gpd.GeoDataFrame, border: shapely.LineString, ranks: list[str]) -> gpd.GeoDataFrame:
    """Return a point for each place where ways cross a border, with the columns of the highest way there.

    `ways` have columns `kind`, `ref` and `name`; `ranks` are the kinds that count, the highest first. Ways
    and border are in a CRS in m. The points are in the order of the border.
    """
    ways = ways[ways["kind"].isin(ranks)].reset_index(drop=True)
    near = ways.iloc[ways.sindex.query(border, predicate="dwithin", distance=AROUND_M)]
    points = near.geometry.intersection(border).explode()
    points = points[points.geom_type == "Point"]
    points = points[[_leads_through(point, near.geometry, border) for point in points]]
    found = gpd.GeoDataFrame(near.loc[points.index].drop(columns="geometry"), geometry=points)
    if len(found) > 1:
        found["cluster"] = fcluster(linkage(found.get_coordinates(), "complete"), APART_M, "distance")
        found["rank"] = found["kind"].map(ranks.index)
        found = found.sort_values(["rank", "ref", "name"], na_position="last").drop_duplicates("cluster")
    order = shapely.line_locate_point(border, found.geometry)
    return found.iloc[np.argsort(order)][["kind", "ref", "name", "geometry"]].reset_index(drop=True)


def left_of(border: shapely.LineString, points: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return whether points lie to the left of a border, in its direction, judged by its nearest stretch."""
    at = shapely.line_locate_point(border, points)
    start, end = (
        shapely.get_coordinates(shapely.line_interpolate_point(border, (at + step).clip(0, border.length)))
        for step in (-1, 1)
    )
    along, to_point = end - start, shapely.get_coordinates(points) - start
    is_left: NDArray[np.bool_] = along[:, 0] * to_point[:, 1] > along[:, 1] * to_point[:, 0]
    return is_left


def nearest_names(
    crossings: gpd.GeoDataFrame, border: shapely.LineString, places: gpd.GeoDataFrame
) -> tuple[list[str], list[str]]:
    """Return the town to the left of the border, and to the right, that is nearest to each crossing.

    `places` have columns `kind` and `name`.
    """
    places = places[places["kind"].isin(PLACE_FACTORS)]
    is_left = left_of(border, places.geometry.to_numpy())
    return _nearest(crossings, places[is_left]), _nearest(crossings, places[~is_left])


def _nearest(crossings: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> list[str]:
    factors = places["kind"].map(PLACE_FACTORS).to_numpy()
    return [
        str(places["name"].iloc[int(np.argmin(places.distance(point).to_numpy() * factors))])
        for point in crossings.geometry
    ]


def _leads_through(point: shapely.Point, ways: gpd.GeoSeries, border: shapely.LineString) -> bool:
    """Return whether the ways that hang together at a point on a border lead away from it on both sides."""
    circle = point.buffer(AROUND_M)
    around = ways.iloc[ways.sindex.query(circle, predicate="intersects")]
    # Ways that meet become one piece when they are given a width.
    pieces = shapely.get_parts(shapely.intersection(around.union_all(), circle).buffer(JOINED_M))
    piece = pieces[int(np.argmin(shapely.distance(pieces, point)))]
    beyond = shapely.get_parts(piece.difference(border.buffer(DEPTH_M)))
    sides = left_of(border, shapely.point_on_surface(beyond)) if len(beyond) else np.array([], bool)
    return bool(sides.any() and not sides.all())
