"""Bridges short gaps in lines: the sources lack tracks in stations and parts of junctions."""

import math
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import GeometryType

from geodata.basemap_build.frames import parts_of, to_frame

BRIDGE_M = {"railway": 1_000.0, "motorway": 600.0, "trunk": 600.0, "canal": 400.0}
"""Kind → distance up to which loose ends are joined."""
MAX_TURN = math.radians(40)
"""Largest turn of a bridge from the line that it prolongs: ends side by side belong to two lines."""
HEADING_M = 200.0
"""Length over which a heading is measured: the last few meters may point anywhere."""


def join_loose_ends(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add bridges to the lines of the kinds in `BRIDGE_M`."""
    joined = [lines]
    for kind, reach_m in BRIDGE_M.items():
        members = lines[lines["kind"] == kind]
        if not members.empty:
            merged = parts_of(shapely.line_merge(members.union_all()), GeometryType.LINESTRING)
            joined.append(to_frame(kind, members["minzoom"].max(), bridges(list(merged), reach_m)))
    return pd.concat(joined, ignore_index=True)


def bridges(lines: Sequence[shapely.LineString], reach_m: float) -> list[shapely.LineString]:
    """Return straight lines between loose ends that point at each other, shortest first."""
    ends = loose_ends(lines)
    points = np.array([point for point, _ in ends], dtype=object)
    tree = shapely.STRtree(points)
    pairs = []
    for i, j in tree.query(points, predicate="dwithin", distance=reach_m).T.tolist():
        (point, out), (other, back) = ends[i], ends[j]
        heading = math.atan2(other.y - point.y, other.x - point.x)
        turn = max(turn_between(heading, out), turn_between(heading + math.pi, back))
        if i < j and turn <= MAX_TURN:
            pairs.append((point.distance(other), i, j))
    used: set[int] = set()
    found = []
    for _, i, j in sorted(pairs):
        if not used & {i, j}:
            used |= {i, j}
            found.append(shapely.LineString([points[i], points[j]]))
    return found


def loose_ends(lines: Sequence[shapely.LineString]) -> list[tuple[shapely.Point, float]]:
    """Return the ends that touch no other line, each with its heading."""
    ends = [
        (shapely.get_point(line, 0 if at_start else -1), heading_of(line, at_start=at_start))
        for line in lines
        for at_start in (True, False)
        if not line.is_closed
    ]
    points = np.array([point for point, _ in ends], dtype=object)
    touching = shapely.STRtree(lines).query(points, predicate="dwithin", distance=1)[0]
    return [end for end, count in zip(ends, np.bincount(touching), strict=True) if count == 1]


def heading_of(line: shapely.LineString, *, at_start: bool) -> float:
    """Return the direction, in radians, in which a line leaves through one of its ends."""
    reach = min(line.length, HEADING_M)
    end = line.interpolate(0 if at_start else line.length)
    before = line.interpolate(reach if at_start else line.length - reach)
    return math.atan2(end.y - before.y, end.x - before.x)


def turn_between(one: float, other: float) -> float:
    """Return the angle between two headings, from 0 to pi."""
    return abs(math.remainder(one - other, math.tau))
