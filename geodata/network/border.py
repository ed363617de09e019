"""What the border costs in minutes: pairs of places across it, compared with pairs within one country."""

import itertools
import statistics
from dataclasses import dataclass
from functools import cached_property

from geodata.atlas.atlas import Atlas
from geodata.catalog.network_schema import Lens
from geodata.network.model import Network
from geodata.network.places import Place, places_in
from geodata.network.scenarios import NoNetworkError
from geodata.network.shortest_paths import ShortestPaths, ways_from
from geodata.network.trip import Trip


@dataclass(frozen=True)
class Pair:
    """Two places, and the trip between them."""

    first: Place
    second: Place
    distance_km: float
    """As the crow flies."""
    countries: tuple[str, ...]
    """Of both places, sorted; one if they are in the same country."""
    trip: Trip
    may_be_less: bool
    """Whether a train of unknown minutes may be faster than the trip."""
    trains_per_hour: float | None
    is_detour: bool
    """Whether the trip between two places of one country passes through another country."""

    @property
    def is_across(self) -> bool:
        """Whether the places are in different countries."""
        return len(self.countries) > 1

    @property
    def kmh(self) -> float:
        """Speed along the track, transfers included."""
        return self.trip.length_km / self.trip.minutes * 60


@dataclass(frozen=True)
class Comparison:
    """A pair across the border, and pairs of similar distance within one country."""

    pair: Pair
    similar: tuple[Pair, ...]

    @property
    def usual_minutes(self) -> float:
        """Median minutes of the similar pairs."""
        return statistics.median(pair.trip.minutes for pair in self.similar)

    @property
    def difference(self) -> float:
        """Additional minutes across the border."""
        return self.pair.trip.minutes - self.usual_minutes


@dataclass(frozen=True, eq=False)
class BorderLens:
    """All pairs of places: within each country, and across the border."""

    tables: Lens
    pairs: tuple[Pair, ...]
    unknown: tuple[tuple[Place, Place], ...]
    """Pairs without known minutes."""

    @property
    def across(self) -> list[Pair]:
        """Pairs across the border."""
        return [pair for pair in self.pairs if pair.is_across]

    @property
    def within(self) -> list[Pair]:
        """Pairs within one country whose trip stays in it."""
        return [pair for pair in self.pairs if not pair.is_across and not pair.is_detour]

    @cached_property
    def comparisons(self) -> list[Comparison]:
        """Pairs across the border with their similar pairs; a pair without any is left out."""
        found = []
        for pair in self.across:
            slack_km = pair.distance_km * self.tables.similar
            similar = [
                other for other in self.within if abs(other.distance_km - pair.distance_km) <= slack_km
            ]
            if similar:
                found.append(Comparison(pair, tuple(similar)))
        return found

    @property
    def cost_minutes(self) -> float | None:
        """Median of the additional minutes; `None` if there are no comparisons."""
        return statistics.median(item.difference for item in self.comparisons) if self.comparisons else None


def border_lens(atlas: Atlas, network: Network, *, waiting: bool = False) -> BorderLens:
    """Return the pairs of places that the catalog's lens compares; raises `NoNetworkError` without a lens."""
    tables = atlas.catalog.network.lens if atlas.catalog.network else None
    if tables is None or tables.layer not in atlas.in_memory:
        raise NoNetworkError
    shapes = atlas.projected(tables.layer).geometry
    places = [place for place in places_in(atlas, tables.layer) if place.station is not None]
    paths = {place.station: ways_from(network, str(place.station), waiting=waiting) for place in places}
    pairs: list[Pair] = []
    unknown: list[tuple[Place, Place]] = []
    for first, second in itertools.combinations(places, 2):
        distance_km = shapes[first.feature.id].distance(shapes[second.feature.id]) / 1000
        if first.station == second.station or not tables.min_km <= distance_km <= tables.max_km:
            continue
        pair = _pair(atlas, tables, paths[first.station], first, second, distance_km)
        if pair is None:
            unknown.append((first, second))
        else:
            pairs.append(pair)
    return BorderLens(tables, tuple(pairs), tuple(unknown))


def _pair(
    atlas: Atlas, tables: Lens, paths: ShortestPaths, first: Place, second: Place, distance_km: float
) -> Pair | None:
    station = str(second.station)
    trip = paths.trip_to(station)
    if trip is None:
        return None
    countries = {str(place.feature.properties.get(tables.country, "")) for place in (first, second)}
    network = atlas.catalog.network
    stations = atlas.in_memory[network.stations].properties if network else {}
    passed = {stations[stop].get(tables.country) for stop in trip.stations}
    return Pair(
        first=first,
        second=second,
        distance_km=distance_km,
        countries=tuple(sorted(countries)),
        trip=trip,
        may_be_less=paths.may_be_less(station),
        trains_per_hour=trip.trains_per_hour(paths.network),
        is_detour=len(countries) == 1 and not passed <= countries,
    )
