"""The fastest trips from one station to all others, and whether their minutes are known."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from geodata.errors import AtlasError
from geodata.network.model import Network
from geodata.network.trip import Trip, to_trip

if TYPE_CHECKING:
    from geodata.network.graph import Graph

Certainty = Literal["known", "unknown", "unreachable"]
"""What is known of the minutes to a station; `unknown`: a train runs there, but its minutes are unknown."""

ROUNDING_MINUTES = 1e-3
"""Minutes that differ by less are the same."""


class UnknownStationError(AtlasError):
    """The network has no station with this id."""

    def __init__(self, station: str, network: Network) -> None:
        near = difflib.get_close_matches(station, network.stations, n=3)
        mend = f"did you mean {' or '.join(near)}?" if near else "give the id of a station, such as hengelo"
        super().__init__(f"there is no station `{station[:60]}`; {mend}")


@dataclass(frozen=True, eq=False)
class ShortestPaths:
    """The fastest trips from one station to all others."""

    network: Network
    origin: str
    is_waiting: bool
    """Whether half the time between two trains counts at each boarding."""

    @cached_property
    def _graph(self) -> Graph:
        return _graph_of(self.network, is_waiting=self.is_waiting)

    @cached_property
    def _found(self) -> tuple[list[float], list[int]]:
        """Minutes to each station, and the node before each node of the graph."""
        minutes, before = self._graph.search([self.network.positions[self.origin]])
        return list(map(float, minutes[0])), before[0].tolist()

    @cached_property
    def _bounds(self) -> list[float]:
        minutes, _ = _graph_of(self.network, is_bound=True).search([self.network.positions[self.origin]])
        return list(map(float, minutes[0]))

    def minutes_to(self, station: str) -> float | None:
        """Return the minutes to a station; `None` if they are unknown or no train runs there."""
        minutes = self._found[0][self.network.positions[station]]
        return minutes if math.isfinite(minutes) else None

    def at_least(self, station: str) -> float | None:
        """Return a lower bound of the minutes to a station; `None` if no train runs there.

        Trains of unknown minutes are assumed to be as fast as the fastest known ones. Waiting is not counted.
        """
        minutes = self._bounds[self.network.positions[station]]
        return minutes if math.isfinite(minutes) else None

    def certainty(self, station: str) -> Certainty:
        """Return what is known of the minutes to a station."""
        if self.minutes_to(station) is not None:
            return "known"
        return "unknown" if self.at_least(station) is not None else "unreachable"

    def may_be_less(self, station: str) -> bool:
        """Tell whether a train of unknown minutes may be faster than the known trains."""
        minutes, least = self.minutes_to(station), self.at_least(station)
        if minutes is None or least is None or self.is_waiting:
            return False
        return least < minutes - ROUNDING_MINUTES

    def trip_to(self, station: str) -> Trip | None:
        """Return the trip to a station, without legs to the origin itself; `None` if minutes are unknown."""
        minutes = self.minutes_to(station)
        if minutes is None:
            return None
        stations, before = self.network.stations, self._found[1]
        place, start = self.network.positions[station], self.network.positions[self.origin]
        path = [place]
        while place != start:
            place = before[place]
            path.append(place)
        nodes = [
            (stations[place], None) if place < len(stations) else self._graph.aboard[place - len(stations)]
            for place in reversed(path)
        ]
        return to_trip(self.network, minutes, nodes)


def ways_from(network: Network, station: str, *, waiting: bool = False) -> ShortestPaths:
    """Return the fastest trips from a station; raises `UnknownStationError` if the network lacks it.

    `waiting` adds half the time between two trains to each boarding.
    """
    if station not in network.positions:
        raise UnknownStationError(station, network)
    return ShortestPaths(network, station, waiting)


def all_minutes(network: Network, *, waiting: bool = False) -> list[list[float]]:
    """Return minutes from each station (rows) to each, in the order of `stations`; infinite if unknown."""
    minutes, _ = _graph_of(network, is_waiting=waiting).search(range(len(network.stations)))
    return [list(map(float, row)) for row in minutes]


def _graph_of(network: Network, *, is_waiting: bool = False, is_bound: bool = False) -> Graph:
    from geodata.network.graph import build_graph  # SciPy takes a second to load: only a search waits for it

    return build_graph(network, is_waiting=is_waiting, is_bound=is_bound)
