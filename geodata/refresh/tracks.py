"""Draws lines with stops along the tracks of a service, from stop to stop, close to their old course."""

import datetime
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
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
from geodata.refresh.dated_text import contains, renew, to_text
from geodata.refresh.draft import Draft, distance_m, set_geometry
from geodata.refresh.plan import Track
from geodata.refresh.services.base import Answer, Record
from geodata.spatial.measuring import length_km, project, unproject

STEP_M = 25
"""Largest distance between two points of a track."""

ASIDE_M = 25
"""A track so far beside the old line costs twice its length, twice as far three times."""

SIDE_TRACK_FACTOR = 2
"""Cost per length of tracks tagged `service` in OpenStreetMap: crossovers and sidings."""

TO_STOP_FACTOR = 10
"""Cost per length between a stop and a track, so that it is short, but gaps can be crossed."""

SAME_M = 5
"""A line of the same source that would move by no more stays as it is."""

MIN_COST = 1e-6
"""Cost of an edge without length; SciPy ignores edges without cost."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TrackGraph:
    """Tracks near one line, and its stops, as SciPy searches them."""

    points: Floats
    """Points of tracks, in m, of shape (n, 2)."""
    costs: csr_array
    """From node (row) to node (column): the points, then the departure and then the arrival of each stop."""
    stops: int

    def path(self, stop: int) -> Floats | None:
        """Return the points of the cheapest path from a stop to the next; `None` without a path."""
        start = len(self.points) + stop
        node = start + self.stops + 1
        _, before = dijkstra(self.costs, indices=start, return_predecessors=True)
        path = []
        while (node := before[node]) >= 0 and node != start:
            path.append(node)
        return self.points[path[::-1]] if len(path) > 1 else None


def follow(
    draft: Draft, plan: Track, answer: Answer, geometries: Mapping[str, Mapping[str, BaseGeometry]]
) -> None:
    """Draw each line of a draft along tracks, and measure it from stop to stop.

    Each record of `answer` is a track; tracks connect at common vertices. `geometries` are layer → feature id
    → shape, WGS 84 (lon/lat), with the layer of the stops.

    Raises `RefreshError` if the layer has no `route`, or a line no stops with positions.
    """
    route = draft.layer.route
    if route is None:
        raise RefreshError(f"{draft.layer.id} has no `route` in the catalog, and so no stops")
    stops_field = draft.layer.fields.get(route.stops)
    places = geometries.get(stops_field.refers_to or "", {}) if stops_field else {}
    tracks, factors = _tracks(answer.records)
    for feature in draft.features:
        properties, before = feature["properties"], to_geometry(feature["geometry"])
        names = properties.get(route.stops, [])
        if before is None or any(faults(route, properties)) or not set(names) <= places.keys():
            raise RefreshError(f"{draft.layer.id}.{feature['id']} has no line with stops; `check` says more")
        stops = [project(places[name]) for name in names]
        graph = _build_graph(tracks, factors, project(before), stops, plan)
        found: dict[tuple[str, str], Floats] = {}
        for at, (start, end) in enumerate(itertools.pairwise(names)):
            path = graph.path(at) if graph is not None else None
            if path is None:
                near = f"within {plan.within_m:g} m of its line and {plan.stop_within_m:g} m of its stops"
                draft.refuse(feature, f"has no track from {start} to {end} by {plan.service}, {near}")
            else:
                found[start, end] = path
        if len(found) == len(names) - 1:
            _update(draft, feature, plan, route, found)
            properties["source"] = _source(properties["source"], plan, answer.as_of)
    draft.card = plan.card, answer.as_of
    draft.renewals.append((plan, answer.as_of))


def _update(
    draft: Draft, feature: JsonObject, plan: Track, route: Route, paths: Mapping[tuple[str, str], Floats]
) -> None:
    """Give a feature the line along its paths, and its lengths, unless it has them already."""
    properties, parts = feature["properties"], _to_parts(list(paths.values()), plan)
    line = shapely.LineString(np.vstack([parts[0].coords[:1], *(part.coords[1:] for part in parts)]))
    moved_m = distance_m(to_geometry(feature["geometry"]), line)
    if moved_m <= SAME_M and contains(properties["source"], plan.source_text):
        return
    if moved_m > plan.max_move_m:
        draft.refuse(feature, f"would move by {moved_m:,.0f} m by {plan.service}")
    old_km, new_km = properties[route.leg_lengths_km], [round(length_km(part), 2) for part in parts]
    for (start, end), old, new in zip(paths, old_km, new_km, strict=True):
        if not math.isclose(old, new, rel_tol=plan.max_change):
            what = f"would be {new:g} km from {start} to {end} by {plan.service}, and is {old:g}"
            draft.refuse(feature, what)
    set_geometry(feature, line, plan.decimals)
    properties[route.leg_lengths_km] = new_km


def _source(text: str, plan: Track, as_of: datetime.date) -> str:
    """Return the `source` of a feature with the credit of its line."""
    if contains(text, plan.source_text):
        return renew(text, [plan.source_text], as_of)
    for old in plan.instead_of:
        text = text.replace(old, "")
    return f"{text}; {to_text(plan.source_text, as_of)}"


def _to_parts(paths: list[Floats], plan: Track) -> list[BaseGeometry]:
    """Return paths from stop to stop as lines in WGS 84; at a stop, two meet halfway between their ends."""
    joints = [(path[-1:] + after[:1]) / 2 for path, after in itertools.pairwise(paths)]
    ends = itertools.pairwise([paths[0][:1], *joints, paths[-1][-1:]])
    parts = [
        shapely.LineString(np.vstack([start, path[1:-1], end])).simplify(plan.simplify_m)
        for path, (start, end) in zip(paths, ends, strict=True)
    ]
    return [shapely.transform(unproject(part), lambda xy: xy.round(plan.decimals)) for part in parts]


def _tracks(records: Sequence[Record]) -> tuple[NDArray[np.object_], Floats]:
    """Return tracks as lines in m, with a point every `STEP_M`, and the cost per length of each."""
    known = [(record.geometry, record.values) for record in records if record.geometry is not None]
    lines = np.array([project(shape) for shape, _ in known], dtype=object)
    factors = [SIDE_TRACK_FACTOR if tags.get("service") else 1 for _, tags in known]
    return shapely.segmentize(lines, STEP_M), np.array(factors, dtype=float)


def _build_graph(
    tracks: NDArray[np.object_], factors: Floats, before: BaseGeometry, stops: list[BaseGeometry], plan: Track
) -> TrackGraph | None:
    """Return the tracks near the old line as a graph with its stops, all in m; `None` without tracks."""
    near = shapely.dwithin(tracks, before, plan.within_m)
    if not near.any():
        return None
    vertices, of_track = shapely.get_coordinates(tracks[near], return_index=True)
    # A common vertex has the same degrees, and so the same meters.
    points, index = np.unique(vertices.round(3), axis=0, return_inverse=True)
    is_same_track = of_track[:-1] == of_track[1:]
    start, end = index[:-1][is_same_track], index[1:][is_same_track]
    aside_m = shapely.distance(shapely.points((points[start] + points[end]) / 2), before)
    costs = np.hypot(*(points[end] - points[start]).T) * (1 + aside_m / ASIDE_M)
    costs *= factors[near][of_track[:-1][is_same_track]]
    at_stop, at_point = shapely.STRtree(shapely.points(points)).query(
        stops, predicate="dwithin", distance=plan.stop_within_m
    )
    to_track = TO_STOP_FACTOR * shapely.distance(np.array(stops)[at_stop], shapely.points(points[at_point]))
    departure, arrival = len(points) + at_stop, len(points) + len(stops) + at_stop
    edges = pd.DataFrame(
        {
            "start": np.concatenate([start, end, departure, at_point]),
            "end": np.concatenate([end, start, at_point, arrival]),
            "cost": np.concatenate([costs, costs, to_track, to_track]).clip(MIN_COST),
        }
    )
    cheapest = edges.groupby(["start", "end"], as_index=False).min()
    size = len(points) + 2 * len(stops)
    matrix = csr_array((cheapest["cost"], (cheapest["start"], cheapest["end"])), shape=(size, size))
    return TrackGraph(points, matrix, len(stops))
