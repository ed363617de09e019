"""One trip between two stations: its legs, transfers and minutes."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from geodata.network.model import Network, ServiceLink


@dataclass(frozen=True)
class Stop:
    """A station that a leg passes."""

    station: str
    minutes: float | None
    """Since the start of the leg; `None` if unknown."""


@dataclass(frozen=True)
class Leg:
    """The part of a trip on board one train."""

    services: tuple[str, ...]
    """The service; several if any of them will do, because they share the whole leg."""
    start: str
    end: str
    links: tuple[ServiceLink, ...]
    """In the order of the trip; each may be directed against it."""
    is_through: bool = False
    """Whether the train of the leg before runs on as this one, without a transfer."""

    @property
    def minutes(self) -> float:
        """Minutes from start to end."""
        return sum(link.minutes or 0 for link in self.links)

    @property
    def length_km(self) -> float:
        """Length along the track."""
        return sum(link.length_km for link in self.links)

    @property
    def stops(self) -> list[Stop]:
        """Every station from start to end."""
        here, minutes = self.start, 0.0
        found = [Stop(here, minutes)]
        for link in self.links:
            is_forward = link.start == here
            here, minutes = (link.end if is_forward else link.start), minutes + (link.minutes or 0)
            found += [Stop(station, None) for station in (link.via if is_forward else link.via[::-1])]
            found.append(Stop(here, minutes))
        return found


@dataclass(frozen=True)
class Trip:
    """The fastest trip between two stations by trains of known minutes."""

    minutes: float
    """From departure to arrival, with transfers, and with waiting if that was asked for."""
    legs: tuple[Leg, ...]

    @property
    def transfers(self) -> int:
        """Number of transfers from train to train."""
        return sum(not leg.is_through for leg in self.legs[1:])

    @property
    def length_km(self) -> float:
        """Length along the track."""
        return sum(leg.length_km for leg in self.legs)

    @property
    def is_confirmed(self) -> bool:
        """Whether all minutes are confirmed; those of a through train never are."""
        return all(link.is_confirmed and not leg.is_through for leg in self.legs for link in leg.links)

    @property
    def stations(self) -> list[str]:
        """Every station of the trip, each once."""
        return list(dict.fromkeys(stop.station for leg in self.legs for stop in leg.stops))

    def trains_per_hour(self, network: Network) -> float | None:
        """Return the direct trains per hour on the leg with the fewest; `None` if unknown for one leg."""
        counts = [network.direct_per_hour(leg.start, leg.end) for leg in self.legs]
        known = [count for count in counts if count is not None]
        return min(known) if known and len(known) == len(counts) else None


def to_trip(network: Network, minutes: float, nodes: Sequence[tuple[str, str | None]]) -> Trip:
    """Return a trip along nodes of the graph: each a station, with the service if on board of one."""
    legs: list[Leg] = []
    previous: str | None = None
    for aboard, run in itertools.groupby(nodes, key=lambda node: node[1]):
        stations = [station for station, _ in run]
        services = tuple(aboard.split("+")) if aboard else ()
        links = [
            max(
                (network.link_between[service, start, end] for service in services),
                key=lambda link: link.minutes or 0,
            )
            for start, end in itertools.pairwise(stations)
            if aboard
        ]
        if links:
            is_through = bool(legs) and previous is not None
            legs.append(Leg(services, stations[0], stations[-1], tuple(links), is_through))
        previous = aboard
    return Trip(minutes, tuple(legs))
