"""Which stations, places and people are within some minutes of a station."""

from collections import defaultdict
from dataclasses import dataclass

from geodata.atlas.atlas import Atlas
from geodata.catalog.network_schema import RailNetwork
from geodata.network.model import Network
from geodata.network.places import Municipality, Place, municipalities_of, places_of
from geodata.network.scenarios import load_network
from geodata.network.shortest_paths import ShortestPaths, ways_from


@dataclass(frozen=True)
class Inhabitants:
    """People of one country, counted on one date; counts of different dates are never added."""

    country: str
    date: str
    """ISO 8601."""
    count: int
    municipalities: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Reach:
    """How far stations, places and people are from one station."""

    atlas: Atlas
    tables: RailNetwork
    paths: ShortestPaths

    @property
    def network(self) -> Network:
        """The network that is searched."""
        return self.paths.network

    def stations_within(self, minutes: float) -> list[str]:
        """Return the stations within some minutes, the nearest first, without the origin."""
        found = [
            (taken, stop)
            for stop in self.network.stations
            if (taken := self.paths.minutes_to(stop)) is not None and taken <= minutes
        ]
        return [stop for _, stop in sorted(found) if stop != self.paths.origin]

    def stations_that_are(self, certainty: str) -> list[str]:
        """Return the stations of a certainty: `known`, `unknown` or `unreachable`."""
        return [stop for stop in self.network.stations if self.paths.certainty(stop) == certainty]

    def places(self) -> list[tuple[Place, float | None]]:
        """Return every place with its minutes, the nearest first, those without minutes last."""
        found = [(place, self._minutes(place.station)) for place in places_of(self.atlas)]
        return sorted(found, key=lambda item: (item[1] is None, item[1] or 0))

    def people_within(self, minutes: float) -> list[Inhabitants]:
        """Return the people of municipalities whose station is within some minutes, by country and date."""
        groups: defaultdict[tuple[str, str], list[Municipality]] = defaultdict(list)
        for area in municipalities_of(self.atlas):
            taken = self._minutes(area.station)
            if taken is not None and taken <= minutes:
                groups[area.country, area.date].append(area)
        return [
            Inhabitants(*group, sum(area.population for area in areas), tuple(area.name for area in areas))
            for group, areas in groups.items()
        ]

    def band(self, station: str) -> int | None:
        """Return the band of a station, counted from 1, beyond the last too; `None` if uncertain."""
        minutes, least = self.paths.minutes_to(station), self.paths.at_least(station)
        if minutes is None:
            return None
        band = self._band(minutes)
        # A long detour, beside a direct train of unknown minutes, says nothing about the band.
        if least is not None and self.paths.may_be_less(station) and band - self._band(least) > 1:
            return None
        return band

    def perhaps_nearer(self) -> list[str]:
        """Return the municipalities that a train of unknown minutes may move into a nearer band."""
        areas = municipalities_of(self.atlas)
        return [area.name for area in areas if area.station and self._may_be_nearer(area.station)]

    def _may_be_nearer(self, station: str) -> bool:
        minutes, least = self.paths.minutes_to(station), self.paths.at_least(station)
        if least is None:
            return False
        return minutes is None or (
            self.paths.may_be_less(station) and self._band(least) < self._band(minutes)
        )

    def _band(self, minutes: float) -> int:
        return 1 + sum(minutes > end for end in self.tables.bands)

    def _minutes(self, station: str | None) -> float | None:
        return None if station is None else self.paths.minutes_to(station)


def reach_from(atlas: Atlas, station: str, scenario: str | None = None, *, waiting: bool = False) -> Reach:
    """Return how far stations, places and people are from a station, today or in a scenario.

    Raises `NoNetworkError`, `UnknownScenarioError` or `UnknownStationError` if the catalog has no network, or
    the network no such scenario or station.
    """
    network = load_network(atlas, scenario)
    tables = atlas.catalog.network
    assert tables is not None  # noqa: S101 - load_network raises without a network
    return Reach(atlas, tables, ways_from(network, station, waiting=waiting))
