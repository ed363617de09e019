"""The graph of a network, which SciPy searches for the fastest trips.

Each station is a node, and so is each service at each of its stops. Boarding takes the minutes of a transfer,
a link its minutes, alighting none. The first boarding of a trip is free.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.network.model import Network

FEWER_TRANSFERS = 1e-6
"""Minutes added to each boarding, so that the trip with fewer transfers wins among equals."""

DECIMALS = 3
"""Minutes are rounded to so many decimals, which removes `FEWER_TRANSFERS` again."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Graph:
    """A network in the form that SciPy searches."""

    matrix: csr_array
    """Minutes from node (row) to node (column)."""
    aboard: list[tuple[str, str]]
    """Station and service of each node after those of the stations."""
    first_boarding: Floats
    """Minutes of boarding at each station, subtracted for the first one of a trip."""

    def search(self, origins: Sequence[int]) -> tuple[Floats, NDArray[np.int32]]:
        """Return minutes from each origin to every station, and the node before each node.

        Minutes are infinite for stations that no train of known minutes reaches.
        """
        rows = list(origins)
        found, before = dijkstra(self.matrix, indices=rows, return_predecessors=True)
        minutes = np.round(
            found[:, : len(self.first_boarding)] - self.first_boarding[rows, np.newaxis], DECIMALS
        )
        minutes[np.arange(len(rows)), rows] = 0
        return minutes, before


@lru_cache(maxsize=64)
def build_graph(network: Network, *, is_waiting: bool = False, is_bound: bool = False) -> Graph:
    """Build the graph of a network.

    `is_waiting` adds half the time between two trains to each boarding, and leaves out services without known
    frequency; `is_bound` includes links of unknown minutes, at their `least_minutes`.
    """
    nodes: dict[tuple[str, str], int] = {}
    edges: dict[tuple[int, int], float] = {}
    positions, count = network.positions, len(network.stations)

    def connect(start: int, end: int, minutes: float) -> None:
        edges[start, end] = min(minutes, edges.get((start, end), np.inf))

    def connect_both(start: int, end: int, minutes: float) -> None:
        connect(start, end, minutes)
        connect(end, start, minutes)

    def aboard(station: str, service: str, wait: float) -> int:
        node = nodes.get((station, service))
        if node is None:
            node = nodes[station, service] = count + len(nodes)
            connect(positions[station], node, network.transfer_minutes_at(station) + FEWER_TRANSFERS + wait)
            connect(node, positions[station], 0)
        return node

    for start, end, service, minutes, per_hour in _runs(network, is_waiting=is_waiting, is_bound=is_bound):
        wait = 30 / per_hour if is_waiting and per_hour else 0.0
        connect_both(aboard(start, service, wait), aboard(end, service, wait), minutes)
    for transfer in network.in_seat_transfers:
        first, last = (nodes.get((transfer.station, service)) for service in transfer.services)
        if first is not None and last is not None:
            connect_both(first, last, transfer.minutes)

    size = count + len(nodes)
    ends = np.array(list(edges), dtype=np.int32).reshape(-1, 2)
    matrix = csr_array((np.fromiter(edges.values(), float, len(edges)), tuple(ends.T)), (size, size))
    first_boarding = np.array([network.transfer_minutes_at(station) for station in network.stations])
    return Graph(matrix, list(nodes), first_boarding)


def _runs(
    network: Network, *, is_waiting: bool, is_bound: bool
) -> Iterator[tuple[str, str, str, float, float | None]]:
    """Yield start, end, service, minutes and trains per hour of what runs between two stops."""
    for link in network.links:
        minutes = network.least_minutes(link) if link.minutes is None and is_bound else link.minutes
        per_hour = network.trains_per_hour.get(link.service)
        if minutes is not None and (per_hour is not None or not is_waiting):
            yield link.start, link.end, link.service, minutes, per_hour
    if not is_waiting:
        return
    for services in network.together:
        counts = [network.trains_per_hour.get(service) for service in services]
        per_hour = sum(count for count in counts if count is not None)
        for link in network.links if None not in counts else ():
            if link.service == services[0]:
                shared = [network.link_between.get((name, link.start, link.end)) for name in services]
                if None not in shared:
                    slowest = max(other.minutes or 0 for other in shared if other)
                    yield link.start, link.end, "+".join(services), slowest, per_hour
