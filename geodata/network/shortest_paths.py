"""The ways from one station to all others: minutes where they are known, certainty where they are not."""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from geodata.errors import AtlasError
from geodata.network.model import Network
from geodata.network.trip import Trip, to_trip

if TYPE_CHECKING:
    from geodata.network.graph import Graph

Certainty = Literal["known", "unknown", "unreachable"]
"""`unknown`: a train leads there, but its minutes are not known."""


class UnknownStationError(AtlasError):
    """No station of the network has this id."""

    def __init__(self, station: str, network: Network) -> None:
        self.station = station
        near = difflib.get_close_matches(station, network.stations, n=3)
        mend = f"did you mean {' or '.join(near)}?" if near else "give the id of a station, such as hengelo"
        super().__init__(f"there is no station `{station[:60]}`; {mend}")


@dataclass(frozen=True, eq=False)
class Ways:
    """The fastest ways from one station."""

    network: Network
    origin: str
    is_waiting: bool
    """Whether half the time between two trains counts wherever one is boarded."""

    def _graph(self) -> Graph:
        return _graph_of(self.network, is_waiting=self.is_waiting)

    @cached_property
    def _found(self) -> tuple[list[float], Any]:
        minutes, before = self._graph().search([self.network.positions[self.origin]])
        return minutes[0].tolist(), before[0]

    @cached_property
    def _bounds(self) -> list[float]:
        [minutes], _ = _graph_of(self.network, is_bound=True).search([self.network.positions[self.origin]])
        bounds: list[float] = minutes.tolist()
        return bounds

    def minutes_to(self, station: str) -> float | None:
        """Return the minutes to a station; `None` where they are not known or no train leads there."""
        minutes = self._found[0][self.network.positions[station]]
        return minutes if math.isfinite(minutes) else None

    def at_least(self, station: str) -> float | None:
        """Return what it takes at the least; `None` where no train leads there, also of unknown minutes.

        Such trains are taken to be as fast as the fastest known ones. Waiting is not counted.
        """
        minutes = self._bounds[self.network.positions[station]]
        return minutes if math.isfinite(minutes) else None

    def certainty(self, station: str) -> Certainty:
        """Tell what is known of the way to a station."""
        if self.minutes_to(station) is not None:
            return "known"
        return "unknown" if self.at_least(station) is not None else "unreachable"

    def may_be_less(self, station: str) -> bool:
        """Tell whether a train whose minutes are not known may be faster than those that are."""
        minutes, least = self.minutes_to(station), self.at_least(station)
        return minutes is not None and least is not None and least < minutes - 1e-3 and not self.is_waiting

    def trip_to(self, station: str) -> Trip | None:
        """Return the way to a station, without a ride to the origin; `None` where no minutes are known."""
        minutes = self.minutes_to(station)
        if minutes is None:
            return None
        graph = self._graph()
        count, before = len(self.network.stations), self._found[1]
        place, start = self.network.positions[station], self.network.positions[self.origin]
        nodes: list[tuple[str, str | None]] = []
        while True:
            nodes.append(
                (self.network.stations[place], None) if place < count else graph.aboard[place - count]
            )
            if place == start:
                return to_trip(self.network, minutes, nodes[::-1])
            place = int(before[place])


def ways_from(network: Network, station: str, *, waiting: bool = False) -> Ways:
    """Return the ways from a station; `waiting` counts half the time between two trains at each boarding.

    Raises
    ------
    UnknownStationError
        If the network has no such station.
    """
    if station not in network.positions:
        raise UnknownStationError(station, network)
    return Ways(network, station, waiting)


def all_minutes(network: Network, *, waiting: bool = False) -> list[list[float]]:
    """Return minutes from each station (rows) to each, as `stations` has them; infinite where not known."""
    minutes, _ = _graph_of(network, is_waiting=waiting).search(range(len(network.stations)))
    table: list[list[float]] = minutes.tolist()
    return table


def _graph_of(network: Network, *, is_waiting: bool = False, is_bound: bool = False) -> Graph:
    from geodata.network.graph import build_graph  # SciPy takes a second to load: only who searches waits

    return build_graph(network, is_waiting=is_waiting, is_bound=is_bound)
