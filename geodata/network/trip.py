"""One trip: how long it takes, what one rides, and where one changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geodata.network.model import Leg, Network


@dataclass(frozen=True)
class Stop:
    """A station on the way."""

    station: str
    minutes: float | None
    """Since the ride began; `None` where they are not known."""


@dataclass(frozen=True)
class Ride:
    """What one rides without leaving the train."""

    services: tuple[str, ...]
    """The service; several where any of them will do, as they share the whole way."""
    start: str
    end: str
    legs: tuple[Leg, ...]
    """In the order of the ride; each may run against it."""
    is_through: bool = False
    """Whether the train before runs on as this one, so that nobody changes."""

    @property
    def minutes(self) -> float:
        """How long it takes."""
        return sum(leg.minutes or 0 for leg in self.legs)

    @property
    def length_km(self) -> float:
        """How far it is along the track."""
        return sum(leg.length_km for leg in self.legs)

    @property
    def stops(self) -> list[Stop]:
        """Every station from start to end."""
        here, minutes = self.start, 0.0
        found = [Stop(here, minutes)]
        for leg in self.legs:
            is_forward = leg.start == here
            here, minutes = (leg.end if is_forward else leg.start), minutes + (leg.minutes or 0)
            found += [Stop(station, None) for station in (leg.via if is_forward else leg.via[::-1])]
            found.append(Stop(here, minutes))
        return found


@dataclass(frozen=True)
class Trip:
    """The fastest way from one station to another, as far as minutes are known."""

    minutes: float
    """From departure to arrival, with changes, and with waiting where that was asked for."""
    rides: tuple[Ride, ...]

    @property
    def changes(self) -> int:
        """How often one leaves a train for another."""
        return sum(not ride.is_through for ride in self.rides[1:])

    @property
    def length_km(self) -> float:
        """How far it is along the track."""
        return sum(ride.length_km for ride in self.rides)

    @property
    def is_confirmed(self) -> bool:
        """Whether none of its minutes is doubtful; a through train is one that somebody wishes for."""
        return all(leg.is_confirmed for ride in self.rides for leg in ride.legs) and not any(
            ride.is_through for ride in self.rides
        )

    @property
    def stations(self) -> list[str]:
        """Every station on the way, once each."""
        return list(dict.fromkeys(stop.station for ride in self.rides for stop in ride.stops))

    def trains_per_hour(self, network: Network) -> float | None:
        """Return the direct trains per hour on the ride that has fewest; `None` where that is not known."""
        counts = [network.direct_per_hour(ride.start, ride.end) for ride in self.rides]
        known = [count for count in counts if count is not None]
        return min(known) if known and len(known) == len(counts) else None


def to_trip(network: Network, minutes: float, nodes: Sequence[tuple[str, str | None]]) -> Trip:
    """Return a trip along nodes of the graph: stations, and stations with a service where one sits in it."""
    rides: list[Ride] = []
    aboard: str | None = None
    legs: list[Leg] = []
    start = here = nodes[0][0]
    is_through = False

    def finish(*, runs_on: bool) -> None:
        nonlocal legs, is_through
        if aboard is not None and legs:
            rides.append(Ride(tuple(aboard.split("+")), start, here, tuple(legs), is_through and bool(rides)))
        legs, is_through = [], runs_on

    for station, service in nodes:
        if service != aboard:
            finish(runs_on=aboard is not None and service is not None)
            aboard, start = service, station
        elif service is not None:
            shared = [network.leg_between[name, here, station] for name in service.split("+")]
            legs.append(max(shared, key=lambda leg: leg.minutes or 0))
        here = station
    finish(runs_on=False)
    return Trip(minutes, tuple(rides))
