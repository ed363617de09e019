"""A rail network in memory: stations, and legs that each belong to a service."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Leg:
    """The way of one service from one stop to its next, in both directions."""

    start: str
    end: str
    """Ids of the stations."""
    service: str
    """Id of the service."""
    minutes: float | None
    """`None` where they are not known."""
    length_km: float
    """Along the track."""
    is_confirmed: bool = True
    via: tuple[str, ...] = ()
    """Stations on the way where it calls at a time that is not known."""
    share_minutes: float | None = None
    """Of a leg between such stations: its part, by length, of what the train takes between known times."""


@dataclass(frozen=True)
class Join:
    """Two services that are one train: whoever sits in it does not change."""

    station: str
    services: tuple[str, str]
    minutes: float


@dataclass(frozen=True, eq=False)
class Network:
    """Stations and the trains between them; as a key of a cache, a network is one state of its files."""

    stations: tuple[str, ...]
    """Ids, in the order of their layer."""
    legs: tuple[Leg, ...]
    trains_per_hour: dict[str, float] = field(default_factory=dict)
    """By service, as far as they are known."""
    joins: tuple[Join, ...] = ()
    transfer_minutes: float = 5
    transfer_at: dict[str, float] = field(default_factory=dict)
    """Other times for a change of trains, by station."""
    together: tuple[tuple[str, ...], ...] = ()
    """Services whose trains per hour add up where they share a leg."""

    @cached_property
    def positions(self) -> dict[str, int]:
        """Station → its place in `stations`."""
        return {station: place for place, station in enumerate(self.stations)}

    @cached_property
    def leg_between(self) -> dict[tuple[str, str, str], Leg]:
        """Service, start and end → leg with known minutes, in either direction."""
        found: dict[tuple[str, str, str], Leg] = {}
        for leg in self.legs:
            if leg.minutes is not None:
                found[leg.service, leg.start, leg.end] = found[leg.service, leg.end, leg.start] = leg
        return found

    @cached_property
    def fastest_kmh(self) -> float:
        """Speed of the fastest leg that is known."""
        return max((leg.length_km / leg.minutes * 60 for leg in self.legs if leg.minutes), default=math.inf)

    @cached_property
    def _fastest_between(self) -> dict[frozenset[str], float]:
        """Two stations → minutes of the fastest leg between them that is known."""
        fastest: dict[frozenset[str], float] = {}
        for leg in self.legs:
            if leg.minutes is not None:
                ends = frozenset((leg.start, leg.end))
                fastest[ends] = min(leg.minutes, fastest.get(ends, math.inf))
        return fastest

    def least_minutes(self, leg: Leg) -> float:
        """Return what a leg of unknown minutes is taken to need at least.

        That is its share of a time that is known, else what the fastest known train needs between the same
        two stations, else what it would need at the speed of the fastest anywhere.
        """
        if leg.share_minutes is not None:
            return leg.share_minutes
        known = self._fastest_between.get(frozenset((leg.start, leg.end)))
        return leg.length_km / self.fastest_kmh * 60 if known is None else known

    @cached_property
    def served(self) -> frozenset[str]:
        """Stations where any train is known to call, at known minutes or not."""
        return frozenset(stop for leg in self.legs for stop in (leg.start, leg.end))

    @cached_property
    def services_at(self) -> dict[str, set[str]]:
        """Station → services that call there."""
        found: dict[str, set[str]] = {}
        for leg in self.legs:
            for stop in (leg.start, leg.end):
                found.setdefault(stop, set()).add(leg.service)
        return found

    def direct_per_hour(self, start: str, end: str) -> float | None:
        """Return how many trains per hour call at both stations; `None` where of none that is known."""
        both = self.services_at.get(start, set()) & self.services_at.get(end, set())
        known = [self.trains_per_hour[service] for service in both if service in self.trains_per_hour]
        return sum(known) if known else None

    def transfer_minutes_at(self, station: str) -> float:
        """Return what a change of trains takes."""
        return self.transfer_at.get(station, self.transfer_minutes)
