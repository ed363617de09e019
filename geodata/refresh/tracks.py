"""Lines with stops, drawn along the tracks of a service: from stop to stop, near where they lay before."""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from shapely.geometry.base import BaseGeometry

from geodata.catalog.schema import Route
from geodata.errors import RefreshError
from geodata.json_object import JsonObject
from geodata.network.corridor import faults
from geodata.reading.geojson_geometry import to_geometry
from geodata.refresh.dated_text import renew, says, to_text
from geodata.refresh.draft import Draft, set_geometry
from geodata.refresh.merge import moved
from geodata.refresh.plan import Track
from geodata.refresh.services.base import Answer, Record
from geodata.spatial.measuring import length_km, project, unproject

STEP_M = 25
"""How far apart the points of a track are, at most, at which a line may begin or end."""

ASIDE_M = 25
"""So far beside where the line lay, a track counts for twice its length; twice as far, for three times."""

SIDE_TRACK = 2
"""How many times its length a track counts that OpenStreetMap calls a `service` one: crossovers, sidings."""

TO_STOP = 10
"""How many times its length the way between a stop and a track counts: the shortest, but for gaps."""

SAME_M = 5
"""A line of the same source that would move by no more stays as it is."""

FREE = 1e-6
"""What a way of no length costs: without any cost it would be none."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Network:
    """What it costs to go from one point of a track to the next, from a stop to a track, and back."""

    points: Floats
    """Of tracks, in m, of shape (n, 2)."""
    costs: csr_array
    """From row to column: the points first, then for each stop where one leaves, then where one arrives."""
    stops: int

    def way(self, stop: int) -> Floats | None:
        """Return the points of the least costly way from a stop to the next; `None` where there is none."""
        at = len(self.points) + stop
        target = at + self.stops + 1
        _, before = dijkstra(self.costs, indices=at, return_predecessors=True)
        way = []
        while (target := before[target]) >= 0 and target != at:
            way.append(target)
        return self.points[way[::-1]] if len(way) > 1 else None


def follow(draft: Draft, plan: Track, answer: Answer, places: Mapping[str, BaseGeometry]) -> None:
    """Draw each line of a draft along the tracks of a service, and measure it from stop to stop.

    Parameters
    ----------
    answer
        Of which each record is a track; tracks meet where they have a vertex in common.
    places
        Where the stops are, WGS 84 (lon/lat), by their ids.

    Raises
    ------
    RefreshError
        If the layer has no `route`, or a line no stops with places.
    """
    route = draft.layer.route
    if route is None:
        raise RefreshError(f"{draft.layer.id} has no `route` in the catalog, so that its lines have no stops")
    lines, factors = _tracks(answer.records)
    for feature in draft.features:
        properties, before = feature["properties"], to_geometry(feature["geometry"])
        names = properties.get(route.stops, [])
        if before is None or any(faults(route, properties)) or not set(names) <= places.keys():
            raise RefreshError(f"{draft.layer.id}.{feature['id']} has no line with stops; `check` says more")
        stops = [project(places[name]) for name in names]
        network = _network(lines, factors, project(before), stops, plan)
        ways = {
            pair: network.way(at) if network is not None else None
            for at, pair in enumerate(itertools.pairwise(names))
        }
        for start, end in [pair for pair, way in ways.items() if way is None]:
            near = f"within {plan.within_m:g} m of its line and {plan.stop_within_m:g} m of its stops"
            draft.refuse(feature, f"has no way from {start} to {end} by {plan.service}, {near}")
        found = {pair: way for pair, way in ways.items() if way is not None}
        if len(found) == len(ways):
            _take(draft, feature, plan, route, found)
            properties["source"] = _source(properties["source"], plan, answer.as_of)
    draft.card = plan.card, answer.as_of
    draft.renewals.append((plan, answer.as_of))


def _take(
    draft: Draft, feature: JsonObject, plan: Track, route: Route, ways: Mapping[tuple[str, str], Floats]
) -> None:
    """Give a feature the line that its ways from stop to stop make, and their lengths, if it is another."""
    properties, legs = feature["properties"], _to_legs(list(ways.values()), plan)
    line = shapely.LineString(np.vstack([legs[0].coords[:1], *(leg.coords[1:] for leg in legs)]))
    moved_m = moved(to_geometry(feature["geometry"]), line)
    if moved_m <= SAME_M and says(properties["source"], plan.source_text):
        return
    if moved_m > plan.max_move_m:
        draft.refuse(feature, f"would move by {moved_m:,.0f} m by {plan.service}")
    old_km, new_km = properties[route.leg_lengths_km], [round(length_km(leg), 2) for leg in legs]
    for (start, end), old, new in zip(ways, old_km, new_km, strict=True):
        if not math.isclose(old, new, rel_tol=plan.max_change):
            what = f"would be {new:g} km from {start} to {end} by {plan.service}, and is {old:g}"
            draft.refuse(feature, what)
    set_geometry(feature, line, plan.decimals)
    properties[route.leg_lengths_km] = new_km


def _source(text: str, plan: Track, as_of: datetime.date) -> str:
    """Return what a feature says of its sources, with that of its line."""
    if says(text, plan.source_text):
        return renew(text, [plan.source_text], as_of)
    for old in plan.instead_of:
        text = text.replace(old, "")
    return f"{text}; {to_text(plan.source_text, as_of)}"


def _to_legs(ways: list[Floats], plan: Track) -> list[BaseGeometry]:
    """Return ways from stop to stop as lines, WGS 84; two on different tracks of a stop meet between them."""
    joints = [(way[-1:] + after[:1]) / 2 for way, after in itertools.pairwise(ways)]
    ends = itertools.pairwise([ways[0][:1], *joints, ways[-1][-1:]])
    legs = [
        shapely.LineString(np.vstack([start, way[1:-1], end])).simplify(plan.simplify_m)
        for way, (start, end) in zip(ways, ends, strict=True)
    ]
    return [shapely.transform(unproject(leg), lambda xy: xy.round(plan.decimals)) for leg in legs]


def _tracks(records: Sequence[Record]) -> tuple[Any, Floats]:
    """Return tracks as lines in m, with a point at each step, and how many times its length each counts."""
    known = [(record.geometry, record.values) for record in records if record.geometry is not None]
    lines = shapely.segmentize([project(shape) for shape, _ in known], STEP_M)
    return lines, np.array([SIDE_TRACK if tags.get("service") else 1 for _, tags in known], dtype=float)


def _network(
    lines: Any, factors: Floats, before: BaseGeometry, stops: list[BaseGeometry], plan: Track
) -> Network | None:
    """Return the tracks near a line as a network, with its stops; `None` where there are none.

    Parameters
    ----------
    lines, factors
        What `_tracks` returns.
    before, stops
        The line as it lay, and its stops in their order, in m.
    """
    near = shapely.dwithin(lines, before, plan.within_m)
    if not near.any():
        return None
    vertices, of_line = shapely.get_coordinates(lines[near], return_index=True)
    # A vertex in common has the same degrees, and so the same meters.
    points, index = np.unique(vertices.round(3), axis=0, return_inverse=True)
    goes_on = of_line[:-1] == of_line[1:]
    start, end = index[:-1][goes_on], index[1:][goes_on]
    aside_m = shapely.distance(shapely.points((points[start] + points[end]) / 2), before)
    costs = np.hypot(*(points[end] - points[start]).T) * (1 + aside_m / ASIDE_M)
    costs *= factors[near][of_line[:-1][goes_on]]
    at_stop, at_point = shapely.STRtree(shapely.points(points)).query(
        stops, predicate="dwithin", distance=plan.stop_within_m
    )
    to_track = TO_STOP * shapely.distance(np.array(stops)[at_stop], shapely.points(points[at_point]))
    leave, arrive = len(points) + at_stop, len(points) + len(stops) + at_stop
    size = len(points) + 2 * len(stops)
    rows = np.concatenate([start, end, leave, at_point])
    columns = np.concatenate([end, start, at_point, arrive])
    matrix = _least(rows, columns, np.concatenate([costs, costs, to_track, to_track]), size)
    return Network(points, matrix, len(stops))


def _least(rows: Any, columns: Any, costs: Floats, size: int) -> csr_array:
    """Return costs as a matrix: from one point to another, the least."""
    order = np.lexsort((costs, columns, rows))
    rows, columns, costs = rows[order], columns[order], np.maximum(costs[order], FREE)
    is_first = np.r_[True, (rows[1:] != rows[:-1]) | (columns[1:] != columns[:-1])]
    return csr_array((costs[is_first], (rows[is_first], columns[is_first])), shape=(size, size))
