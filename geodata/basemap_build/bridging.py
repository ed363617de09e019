"""Bridging short gaps in lines: the sources leave out tracks in stations and parts of junctions."""

import math
from collections.abc import Sequence

import shapely

from geodata.basemap_build.features import Feature, lines_of

BRIDGE_M = {"railway": 1_000.0, "motorway": 600.0, "trunk": 600.0, "canal": 400.0}
"""Loose ends no farther apart are joined, in meters."""
BRIDGE_TURN = math.radians(40)
"""How far a bridge may turn from the line it prolongs: ends side by side are not one line."""
HEADING_M = 200.0
"""Over how many meters a heading is taken: the last few may point anywhere."""


def join_loose_ends(lines: Sequence[Feature]) -> list[Feature]:
    """Add bridges to the lines of each kind that the map should show as continuous."""
    joined = list(lines)
    for kind, reach_m in BRIDGE_M.items():
        members = [f for f in lines if f.kind == kind]
        merged = lines_of(shapely.line_merge(shapely.union_all([f.geometry for f in members])))
        minzoom = max((f.minzoom for f in members), default=0)
        joined += [Feature(kind, minzoom, bridge) for bridge in bridges(merged, reach_m)]
    return joined


def bridges(lines: Sequence[shapely.LineString], reach_m: float) -> list[shapely.LineString]:
    """Return straight pieces that join loose ends pointing at each other, shortest first."""
    ends = loose_ends(lines)
    tree = shapely.STRtree([point for point, _ in ends])
    pairs = []
    for i, (point, out) in enumerate(ends):
        for j in tree.query(point, predicate="dwithin", distance=reach_m):
            other, back = ends[j]
            way = math.atan2(other.y - point.y, other.x - point.x)
            straight = max(turn_between(way, out), turn_between(way + math.pi, back))
            if i < j and straight <= BRIDGE_TURN:
                pairs.append((point.distance(other), i, int(j)))
    used: set[int] = set()
    found = []
    for _, i, j in sorted(pairs):
        if not used & {i, j}:
            used |= {i, j}
            found.append(shapely.LineString([ends[i][0], ends[j][0]]))
    return found


def loose_ends(lines: Sequence[shapely.LineString]) -> list[tuple[shapely.Point, float]]:
    """Return the ends that touch no other line, each with the heading there."""
    tree = shapely.STRtree(lines)
    ends = []
    for line in lines:
        for at_start in (True, False):
            point = shapely.get_point(line, 0 if at_start else -1)
            touching = tree.query(point, predicate="dwithin", distance=1)
            if len(touching) == 1 and not line.is_closed:
                ends.append((point, heading(line, at_start=at_start)))
    return ends


def heading(line: shapely.LineString, *, at_start: bool) -> float:
    """Return the direction, in radians, in which a line leaves through one of its ends."""
    reach = min(line.length, HEADING_M)
    end = line.interpolate(0 if at_start else line.length)
    before = line.interpolate(reach if at_start else line.length - reach)
    return math.atan2(end.y - before.y, end.x - before.x)


def turn_between(one: float, other: float) -> float:
    """Return the angle between two headings, from 0 to pi."""
    return abs(math.remainder(one - other, math.tau))
