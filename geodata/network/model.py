"""A rail network in memory: stations, and services that run between them."""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class ServiceLink:
    """One service between two stops in a row, in both directions."""

    start: str
    """Id of a station, as `end`."""
    end: str
    service: str
    """Id of the service."""
    minutes: float | None
    """`None` if unknown."""
    length_km: float
    """Along the track."""
    is_confirmed: bool = True
    via: tuple[str, ...] = ()
    """Stations in between where the service calls at an unknown time."""
    share_minutes: float | None = None
    """For a link of unknown minutes between two known times: its share of them, by length."""


@dataclass(frozen=True)
class InSeatTransfer:
    """A train that runs on as another service: passengers stay on board."""

    station: str
    services: tuple[str, str]
    minutes: float
    """Stop at the station."""


@dataclass(frozen=True, eq=False)
class Network:
    """Stations and services; compared and hashed by identity, so that it can be the key of a cache."""

    stations: tuple[str, ...]
    """Ids, in the order of their layer."""
    links: tuple[ServiceLink, ...]
    trains_per_hour: dict[str, float] = field(default_factory=dict)
    """Service → trains per hour in each direction, where known."""
    trains_per_hour_at: dict[str, dict[str, float]] = field(default_factory=dict)
    """Service → station → trains per hour there, where not all of them call."""
    in_seat_transfers: tuple[InSeatTransfer, ...] = ()
    transfer_minutes: float = 5
    transfer_at: dict[str, float] = field(default_factory=dict)
    """Station → minutes of a transfer there, where they differ from `transfer_minutes`."""
    together: tuple[tuple[str, ...], ...] = ()
    """Groups of services whose trains per hour add up on the links that they share."""

    @cached_property
    def positions(self) -> dict[str, int]:
        """Station → its index in `stations`."""
        return {station: place for place, station in enumerate(self.stations)}

    @cached_property
    def link_between(self) -> dict[tuple[str, str, str], ServiceLink]:
        """Service, start and end → link of known minutes, in either direction."""
        timed = [link for link in self.links if link.minutes is not None]
        forward = {(link.service, link.start, link.end): link for link in timed}
        return forward | {(link.service, link.end, link.start): link for link in timed}

    @cached_property
    def fastest_kmh(self) -> float:
        """Speed of the fastest link of known minutes."""
        return max(
            (link.length_km / link.minutes * 60 for link in self.links if link.minutes), default=math.inf
        )

    @cached_property
    def _fastest_between(self) -> dict[frozenset[str], float]:
        """Two stations → minutes of the fastest link between them."""
        fastest: dict[frozenset[str], float] = {}
        for link in self.links:
            if link.minutes is not None:
                ends = frozenset((link.start, link.end))
                fastest[ends] = min(link.minutes, fastest.get(ends, math.inf))
        return fastest

    def least_minutes(self, link: ServiceLink) -> float:
        """Return a lower bound for a link of unknown minutes.

        That is its share of a known time, else the minutes of the fastest train between the same stations,
        else the minutes at the speed of the fastest train anywhere.
        """
        if link.share_minutes is not None:
            return link.share_minutes
        known = self._fastest_between.get(frozenset((link.start, link.end)))
        return link.length_km / self.fastest_kmh * 60 if known is None else known

    @cached_property
    def services_at(self) -> dict[str, set[str]]:
        """Station → services that call there, at known minutes or not; only stations with services."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for link in self.links:
            found[link.start].add(link.service)
            found[link.end].add(link.service)
        return dict(found)

    def direct_per_hour(self, start: str, end: str) -> float | None:
        """Return the trains per hour that call at both stations; `None` if unknown for all of them."""
        both = self.services_at.get(start, set()) & self.services_at.get(end, set())
        counts = [
            (self.calls_per_hour(service, start), self.calls_per_hour(service, end)) for service in both
        ]
        known = [min(first, last) for first, last in counts if first is not None and last is not None]
        return sum(known) if known else None

    def calls_per_hour(self, service: str, station: str) -> float | None:
        """Return the trains per hour of a service that call at a station; `None` if unknown."""
        here = self.trains_per_hour_at.get(service, {}).get(station)
        return self.trains_per_hour.get(service) if here is None else here

    def transfer_minutes_at(self, station: str) -> float:
        """Return the minutes of a transfer at a station."""
        return self.transfer_at.get(station, self.transfer_minutes)
