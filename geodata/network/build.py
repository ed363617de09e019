"""Builds the rail network of an atlas from its layers, and reports what does not fit together."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from geodata.atlas.atlas import Atlas
from geodata.atlas.per_atlas import per_atlas
from geodata.catalog.network_schema import RailNetwork, Service
from geodata.catalog.schema import Route
from geodata.errors import Problem
from geodata.json_object import JsonObject
from geodata.network.corridor import faults
from geodata.network.model import Network, ServiceLink

Minutes = Sequence[float | None]


@dataclass(frozen=True)
class Built:
    """A network, and what was left out of it."""

    network: Network
    """Today's network with every service, also those that do not run daily."""
    problems: tuple[Problem, ...]


@per_atlas()
def build_network(atlas: Atlas) -> Built | None:
    """Build the network of an atlas with all of its services; `None` if its catalog has none.

    What does not fit is left out and named in `problems`.
    """
    tables = atlas.catalog.network
    if tables is None:
        return None
    corridors, stations = atlas.in_memory.get(tables.corridors), atlas.in_memory.get(tables.stations)
    route = corridors.layer.route if corridors else None
    if corridors is None or stations is None or route is None:
        what = f"the network needs the layers `{tables.corridors}`, with a route, and `{tables.stations}`"
        known = tuple(stations.properties) if stations else ()
        return Built(Network(known, ()), (Problem(None, None, what, "Name two layers of the catalog."),))
    usable = {
        corridor_id: properties
        for corridor_id, properties in corridors.properties.items()
        if not any(faults(route, properties))
    }
    builder = _Builder(tables, stations.properties, usable, route)
    links = builder.links()
    builder.check_names()
    frequencies = {key: service.trains_per_hour for key, service in tables.services.items()}
    network = Network(
        stations=tuple(stations.properties),
        links=tuple(links),
        trains_per_hour={key: count for key, count in frequencies.items() if count is not None},
        trains_per_hour_at={key: service.trains_per_hour_at for key, service in tables.services.items()},
        transfer_minutes=tables.transfer_minutes,
        transfer_at=tables.transfer_at,
        together=tuple(map(tuple, tables.together)),
    )
    return Built(network, tuple(builder.problems))


@dataclass
class _Builder:
    tables: RailNetwork
    stations: dict[str, JsonObject]
    corridors: dict[str, JsonObject]
    route: Route
    problems: list[Problem] = field(default_factory=list)

    def links(self) -> list[ServiceLink]:
        """Return the links of all services, each once, of known minutes if any corridor has them."""
        found: dict[tuple[str, frozenset[str]], ServiceLink] = {}
        for service_id, service in self.tables.services.items():
            corridors = self._corridors_of(service)
            if not corridors:
                what = f"service `{service_id}` of the network runs on no corridor"
                mend = f"Correct `line` {service.line!r} or `train`, or remove it."
                self.problems.append(Problem(None, None, what, mend))
            for corridor_id in corridors:
                for link in self._links_on(corridor_id, service_id, service):
                    key = service_id, frozenset((link.start, link.end))
                    other = found.get(key)
                    if other is None or other.minutes is None:
                        found[key] = link
                    elif link.minutes is not None and link.minutes != other.minutes:
                        what = (
                            f"has {link.minutes:g} minutes by {service.line} from {link.start} to {link.end}"
                        )
                        mend = f"Another corridor has {other.minutes:g}; correct one of them."
                        self._report(corridor_id, what, mend)
        return list(found.values())

    def _corridors_of(self, service: Service) -> list[str]:
        """Return the corridors that have minutes of a service, else those with stops where it calls."""
        timed = [key for key, corridor in self.corridors.items() if self._entry(corridor, service)]
        return timed or [
            key
            for key, corridor in self.corridors.items()
            if sum(self._calls(service, stop) for stop in corridor[self.route.stops]) > 1
        ]

    def _entry(self, corridor: JsonObject, service: Service) -> JsonObject | None:
        """Return what a corridor says of a service, if anything."""
        name = service.train or service.line
        entries = (item for item in corridor.get(self.route.services, []) if item.get("name") == name)
        return next(entries, None)

    def _calls(self, service: Service, station: str) -> bool:
        return service.line in self.stations.get(station, {}).get(self.tables.lines_field, [])

    def _links_on(self, corridor_id: str, service_id: str, service: Service) -> Iterator[ServiceLink]:
        corridor = self.corridors[corridor_id]
        stops: list[str] = corridor[self.route.stops]
        km = [0.0, *itertools.accumulate(corridor[self.route.leg_lengths_km])]
        minutes = self._minutes_on(corridor, service)
        calls = [place for place, stop in enumerate(stops) if self._calls(service, stop)]
        timed = [(place, value) for place, value in enumerate(minutes) if value is not None]
        places = [place for place, _ in timed]
        for place in sorted(set(places) - set(calls)):
            if stops[place] in self.stations:
                what = f"has minutes of {service.line} at {stops[place]}, which does not list that line"
                mend = f"Add it to `{self.tables.lines_field}` there, or remove the minutes."
                self._report(corridor_id, what, mend)
        for first, last in itertools.pairwise(sorted({*calls, *places})):
            if first not in places or last not in places:
                length_km = round(km[last] - km[first], 2)
                share = _share(minutes, km, first, last)
                yield ServiceLink(
                    stops[first], stops[last], service_id, None, length_km, False, share_minutes=share
                )
        for (first, departure), (last, arrival) in itertools.pairwise(timed):
            taken = arrival - departure
            if taken < 0:
                what = f"has {service.line} arrive at {stops[last]} {-taken:g} minutes before {stops[first]}"
                mend = "Let minutes rise from the first stop; that leg is left out until then."
                self._report(corridor_id, what, mend)
                continue
            via = tuple(stops[place] for place in calls if first < place < last)
            length_km = round(km[last] - km[first], 2)
            yield ServiceLink(stops[first], stops[last], service_id, taken, length_km, service.confirmed, via)

    def _minutes_on(self, corridor: JsonObject, service: Service) -> Minutes:
        """Return the minutes at each stop; `None` at stops that are no stations."""
        stops, entry = corridor[self.route.stops], self._entry(corridor, service)
        return [
            value if stop in self.stations and isinstance(value, int | float) else None
            for stop, value in zip(stops, entry["minutes"] if entry else [None] * len(stops), strict=True)
        ]

    def check_names(self) -> None:
        """Report trains, lines and stops of the layers that the network does not know."""
        trains = {service.train or service.line for service in self.tables.services.values()}
        lines = {service.line for service in self.tables.services.values()}
        mend = "Add it under [services] of the network, or remove it here."
        for corridor_id, corridor in self.corridors.items():
            for entry in corridor.get(self.route.services, []):
                if entry.get("name") not in trains:
                    self._report(
                        corridor_id, f"has the service {entry['name']!r}, unknown to the network", mend
                    )
            for stop in corridor[self.route.stops]:
                if stop not in self.stations:
                    what = f"has a leg to the unknown station `{stop}`; that leg is left out"
                    use = f"Use the id of a feature of layer `{self.tables.stations}`."
                    self._report(corridor_id, what, use)
        for station, properties in self.stations.items():
            for line in properties.get(self.tables.lines_field, []):
                if line not in lines:
                    what = f"has the line {line!r}, unknown to the network"
                    self.problems.append(Problem(self.tables.stations, station, what, mend))

    def _report(self, corridor_id: str, what: str, mend: str) -> None:
        self.problems.append(Problem(self.tables.corridors, corridor_id, what, mend))


def _share(minutes: Minutes, km: Sequence[float], first: int, last: int) -> float | None:
    """Return the share of two stops, by length, in the time between the nearest known times around them."""
    before = next((place for place in range(first, -1, -1) if minutes[place] is not None), None)
    after = next((place for place in range(last, len(minutes)) if minutes[place] is not None), None)
    if before is None or after is None:
        return None
    known = (minutes[after] or 0) - (minutes[before] or 0)
    return known * (km[last] - km[first]) / (km[after] - km[before])
