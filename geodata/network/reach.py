"""Who and what is within so many minutes of a station."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from geodata.atlas.atlas import Atlas
from geodata.catalog.network_schema import RailNetwork
from geodata.network.model import Network
from geodata.network.places import Municipality, Place, municipalities_of, places_of
from geodata.network.scenarios import load_network
from geodata.network.shortest_paths import Ways, ways_from


@dataclass(frozen=True)
class Inhabitants:
    """People of one country, counted on one date; those of different dates are never added up."""

    country: str
    date: str
    """ISO 8601."""
    count: int
    municipalities: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Reach:
    """What is how far from a station."""

    atlas: Atlas
    tables: RailNetwork
    ways: Ways

    @property
    def network(self) -> Network:
        """The network that is searched."""
        return self.ways.network

    def stations_within(self, minutes: float) -> list[str]:
        """Return the stations that are so near, the nearest first, without the one that it starts from."""
        found = [
            (self.ways.minutes_to(stop), stop) for stop in self.network.stations if stop != self.ways.origin
        ]
        near = [(taken, stop) for taken, stop in found if taken is not None and taken <= minutes]
        return [stop for _, stop in sorted(near)]

    def stations_that_are(self, certainty: str) -> list[str]:
        """Return the stations of which that is known: `known`, `unknown` or `unreachable`."""
        return [stop for stop in self.network.stations if self.ways.certainty(stop) == certainty]

    def places(self) -> list[tuple[Place, float | None]]:
        """Return every place with its minutes, the nearest first; those without any come last."""
        found = [(place, self._minutes(place.station)) for place in places_of(self.atlas)]
        return sorted(found, key=lambda item: (item[1] is None, item[1] or 0))

    def people_within(self, minutes: float) -> list[Inhabitants]:
        """Return the people of municipalities whose station is so near, by country and date."""
        near = [
            area
            for area in municipalities_of(self.atlas)
            if (taken := self._minutes(area.station)) is not None and taken <= minutes
        ]
        return _by_date(near)

    def band(self, station: str) -> int | None:
        """Return the band of a station, from 1 to one more than there are; `None` where nobody knows it."""
        minutes, least = self.ways.minutes_to(station), self.ways.at_least(station)
        if minutes is None:
            return None
        band = self._band(minutes)
        # By a long way round, where a train of unknown minutes goes straight there: nobody knows the band.
        if least is not None and self.ways.may_be_less(station) and band - self._band(least) > 1:
            return None
        return band

    def perhaps_nearer(self) -> list[str]:
        """Return the municipalities that a train of unknown minutes may bring into a nearer band."""
        return [
            area.name
            for area in municipalities_of(self.atlas)
            if area.station is not None and self._may_be_nearer(area.station)
        ]

    def _may_be_nearer(self, station: str) -> bool:
        minutes, least = self.ways.minutes_to(station), self.ways.at_least(station)
        if least is None:
            return False
        return minutes is None or (self.ways.may_be_less(station) and self._band(least) < self._band(minutes))

    def _band(self, minutes: float) -> int:
        return 1 + sum(minutes > end for end in self.tables.bands)

    def _minutes(self, station: str | None) -> float | None:
        return None if station is None else self.ways.minutes_to(station)


def reach_from(atlas: Atlas, station: str, scenario: str | None = None, *, waiting: bool = False) -> Reach:
    """Return what is how far from a station today, or in a scenario.

    Raises
    ------
    NoNetworkError, UnknownScenarioError, UnknownStationError
        If there is no such thing.
    """
    network = load_network(atlas, scenario)
    tables = atlas.catalog.network
    assert tables is not None  # noqa: S101 - else there is no network
    return Reach(atlas, tables, ways_from(network, station, waiting=waiting))


def _by_date(areas: Iterable[Municipality]) -> list[Inhabitants]:
    groups: dict[tuple[str, str], list[Municipality]] = {}
    for area in areas:
        groups.setdefault((area.country, area.date), []).append(area)
    return [
        Inhabitants(country, date, sum(area.population for area in found), tuple(area.name for area in found))
        for (country, date), found in groups.items()
    ]
