"""The graph behind the minutes, searched by SciPy.

Each station is a node, and so is each service at each of its stops: boarding costs what a change of trains
takes, riding the minutes of the leg, alighting nothing. The first boarding of a trip is free.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.network.model import Network

FEWER_CHANGES = 1e-6
"""Minutes that a boarding costs on top, so that of ways that take as long, fewer changes win."""

DECIMALS = 3
"""Minutes are rounded so, which takes the above out again."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Graph:
    """A network as SciPy searches it."""

    matrix: csr_array
    aboard: list[tuple[str, str]]
    """Station and service of each node behind the stations."""
    first_boarding: Floats
    """What the first boarding costs at each station, to be taken off."""

    def search(self, origins: Sequence[int]) -> tuple[Floats, Any]:
        """Return minutes from each origin to every station, infinite where none leads, and the ways there."""
        count = len(self.first_boarding)
        found, before = dijkstra(self.matrix, indices=list(origins), return_predecessors=True)
        minutes = np.round(found[:, :count] - self.first_boarding[list(origins), np.newaxis], DECIMALS)
        minutes[np.arange(len(origins)), list(origins)] = 0
        return minutes, before


@lru_cache(maxsize=64)
def build_graph(network: Network, *, is_waiting: bool = False, is_bound: bool = False) -> Graph:
    """Build the graph in which SciPy searches a network.

    Parameters
    ----------
    is_waiting
        Add half the time between two trains wherever one is boarded.
    is_bound
        Add legs of unknown minutes at their `least_minutes`.
    """
    nodes: dict[tuple[str, str], int] = {}
    edges: dict[tuple[int, int], float] = {}
    positions, count = network.positions, len(network.stations)

    def connect(start: int, end: int, minutes: float) -> None:
        edges[start, end] = min(minutes, edges.get((start, end), np.inf))

    def aboard(station: str, service: str, wait: float) -> int:
        node = nodes.get((station, service))
        if node is None:
            node = nodes[station, service] = count + len(nodes)
            boarding = network.transfer_minutes_at(station) + FEWER_CHANGES + wait
            connect(positions[station], node, boarding)
            connect(node, positions[station], 0)
        return node

    def ride(start: str, end: str, service: str, minutes: float, per_hour: float | None) -> None:
        if is_waiting and per_hour is None:
            return  # nobody knows how long one waits
        wait = 30 / per_hour if is_waiting and per_hour else 0.0
        first, last = aboard(start, service, wait), aboard(end, service, wait)
        connect(first, last, minutes)
        connect(last, first, minutes)

    for leg in network.legs:
        minutes = leg.minutes
        if minutes is None and is_bound:
            minutes = network.least_minutes(leg)
        if minutes is not None:
            ride(leg.start, leg.end, leg.service, minutes, network.trains_per_hour.get(leg.service))
    for shared in network.together if is_waiting else ():
        for start, end, minutes, per_hour in _shared_legs(network, shared):
            ride(start, end, "+".join(shared), minutes, per_hour)
    for join in network.joins:
        first, last = (nodes.get((join.station, service)) for service in join.services)
        if first is not None and last is not None:
            connect(first, last, join.minutes)
            connect(last, first, join.minutes)

    size = count + len(nodes)
    ends = np.array(list(edges), dtype=np.int32).reshape(-1, 2)
    matrix = csr_array(
        (np.fromiter(edges.values(), float, len(edges)), (ends[:, 0], ends[:, 1])), (size, size)
    )
    first_boarding = np.array([network.transfer_minutes_at(station) for station in network.stations])
    return Graph(matrix, list(nodes), first_boarding)


def _shared_legs(network: Network, services: tuple[str, ...]) -> Iterator[tuple[str, str, float, float]]:
    """Find the legs that services share: start, end, minutes of the slowest, trains per hour of all."""
    if not all(service in network.trains_per_hour for service in services):
        return
    per_hour = sum(network.trains_per_hour[service] for service in services)
    for leg in network.legs:
        if leg.service == services[0]:
            found = [network.leg_between.get((service, leg.start, leg.end)) for service in services]
            minutes = [shared.minutes for shared in found if shared and shared.minutes is not None]
            if len(minutes) == len(services):
                yield leg.start, leg.end, max(minutes), per_hour
