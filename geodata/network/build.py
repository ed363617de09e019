"""From the layers of an atlas to its rail network, and everything in them that does not fit together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from geodata.atlas.atlas import Atlas
from geodata.atlas.per_atlas import per_atlas
from geodata.catalog.network_schema import RailNetwork, Service
from geodata.catalog.schema import Route
from geodata.errors import Problem
from geodata.json_object import JsonObject
from geodata.network.corridor import faults
from geodata.network.model import Leg, Network

Properties = JsonObject


@dataclass(frozen=True)
class Built:
    """Today's network, and what was left out of it."""

    network: Network
    """With every service; those that do not run daily too."""
    problems: tuple[Problem, ...]


@dataclass
class _Builder:
    tables: RailNetwork
    stations: dict[str, Properties]
    corridors: dict[str, Properties]
    route: Route
    problems: list[Problem] = field(default_factory=list)

    def legs(self) -> list[Leg]:
        found: dict[tuple[str, frozenset[str]], Leg] = {}
        for service_id, service in self.tables.services.items():
            corridors = self._corridors_of(service)
            if not corridors:
                what = f"the network has a service `{service_id}` that no corridor and no station names"
                self._say(None, what, f"Correct `line` {service.line!r} or `train`, or remove it.")
            for corridor_id in corridors:
                for leg in self._legs_on(corridor_id, service_id, service):
                    key = service_id, frozenset((leg.start, leg.end))
                    other = found.get(key)
                    if other is None or other.minutes is None:
                        found[key] = leg
                    elif leg.minutes is not None and leg.minutes != other.minutes:
                        what = f"has {leg.minutes:g} minutes by {service.line} from {leg.start} to {leg.end}"
                        mend = f"Another corridor has {other.minutes:g}; correct one of them."
                        self._say(corridor_id, what, mend)
        return list(found.values())

    def _corridors_of(self, service: Service) -> list[str]:
        """Return the corridors that list a train with minutes; if none does, those whose stops name it."""
        name = service.train or service.line
        listing = [
            corridor_id
            for corridor_id, corridor in self.corridors.items()
            if any(entry.get("name") == name for entry in corridor.get(self.route.services, []))
        ]
        return listing or [
            corridor_id
            for corridor_id, corridor in self.corridors.items()
            if sum(self._calls(service, stop) for stop in corridor[self.route.stops]) > 1
        ]

    def _calls(self, service: Service, station: str) -> bool:
        return service.line in self.stations.get(station, {}).get(self.tables.lines_field, [])

    def _legs_on(self, corridor_id: str, service_id: str, service: Service) -> Iterator[Leg]:
        corridor = self.corridors[corridor_id]
        stops: list[str] = corridor[self.route.stops]
        km = [0.0, *itertools.accumulate(corridor[self.route.leg_lengths_km])]
        minutes = self._minutes_on(corridor_id, service)
        calls = [place for place, stop in enumerate(stops) if self._calls(service, stop)]
        timed = [place for place, value in enumerate(minutes) if value is not None]
        for place in sorted(set(timed) - set(calls)):
            if stops[place] in self.stations:
                what = f"has minutes of {service.line} at {stops[place]}, which does not name that line"
                self._say(
                    corridor_id, what, f"Add it to `{self.tables.lines_field}` there, or remove the minutes."
                )
        for first, last in itertools.pairwise(sorted({*calls, *timed})):
            if first not in timed or last not in timed:
                length_km = round(km[last] - km[first], 2)
                share = _share(minutes, km, first, last)
                yield Leg(stops[first], stops[last], service_id, None, length_km, False, share_minutes=share)
        for first, last in itertools.pairwise(timed):
            taken = minutes[last] - minutes[first]
            if taken < 0:
                what = f"has {service.line} arrive at {stops[last]} {-taken:g} minutes before {stops[first]}"
                self._say(
                    corridor_id, what, "Minutes count from the first stop, and grow; that leg is left out."
                )
                continue
            via = tuple(stops[place] for place in calls if first < place < last)
            length_km = round(km[last] - km[first], 2)
            yield Leg(stops[first], stops[last], service_id, taken, length_km, service.confirmed, via)

    def _minutes_on(self, corridor_id: str, service: Service) -> list[Any]:
        """Return the minutes at each stop; those at a stop that is no station are left out."""
        corridor, name = self.corridors[corridor_id], service.train or service.line
        services = [entry for entry in corridor.get(self.route.services, []) if entry.get("name") == name]
        if not services:
            return [None] * len(corridor[self.route.stops])
        return [
            value if stop in self.stations and isinstance(value, int | float) else None
            for stop, value in zip(corridor[self.route.stops], services[0]["minutes"], strict=True)
        ]

    def unnamed(self) -> None:
        """Name trains and lines of the layers that the network has no service for."""
        trains = {service.train or service.line for service in self.tables.services.values()}
        lines = {service.line for service in self.tables.services.values()}
        mend = "Add it under [services] of the network, or remove it here."
        for corridor_id, corridor in self.corridors.items():
            for entry in corridor.get(self.route.services, []):
                if entry.get("name") not in trains:
                    self._say(corridor_id, f"has a service {entry['name']!r} that the network does not", mend)
            for stop in corridor[self.route.stops]:
                if stop not in self.stations:
                    what = f"has a leg to `{stop}`, which is no station; that leg is left out"
                    self._say(
                        corridor_id, what, f"Use the id of a feature of layer `{self.tables.stations}`."
                    )
        for station, properties in self.stations.items():
            for line in properties.get(self.tables.lines_field, []):
                if line not in lines:
                    self.problems.append(
                        Problem(
                            self.tables.stations, station, f"names line {line!r}, which is no service", mend
                        )
                    )

    def _say(self, corridor_id: str | None, what: str, mend: str) -> None:
        layer = None if corridor_id is None else self.tables.corridors
        self.problems.append(Problem(layer, corridor_id, what, mend))


def _share(minutes: list[Any], km: list[float], first: int, last: int) -> float | None:
    """Return the share, by length, of a stretch in the time between the nearest known ones around it."""
    before = next((place for place in range(first, -1, -1) if minutes[place] is not None), None)
    after = next((place for place in range(last, len(minutes)) if minutes[place] is not None), None)
    if before is None or after is None:
        return None
    return float((minutes[after] - minutes[before]) * (km[last] - km[first]) / (km[after] - km[before]))


@per_atlas()
def build_network(atlas: Atlas) -> Built | None:
    """Return the network of an atlas with all of its services; `None` where its catalog has none.

    What does not fit is left out and named in `problems`.
    """
    tables = atlas.catalog.network
    if tables is None:
        return None
    corridors, stations = atlas.layers.get(tables.corridors), atlas.layers.get(tables.stations)
    route = corridors.layer.route if corridors else None
    if corridors is None or stations is None or route is None:
        what = f"the network needs the layers `{tables.corridors}`, with a route, and `{tables.stations}`"
        known = tuple(stations.properties) if stations else ()
        return Built(Network(known, ()), (Problem(None, None, what, "Name two that there are."),))
    usable = {
        corridor_id: properties
        for corridor_id, properties in corridors.properties.items()
        if not any(faults(route, properties))
    }
    builder = _Builder(tables, stations.properties, usable, route)
    legs = builder.legs()
    builder.unnamed()
    network = Network(
        stations=tuple(stations.properties),
        legs=tuple(legs),
        trains_per_hour={
            service_id: service.trains_per_hour
            for service_id, service in tables.services.items()
            if service.trains_per_hour is not None
        },
        transfer_minutes=tables.transfer_minutes,
        transfer_at=tables.transfer_at,
        together=tuple(map(tuple, tables.together)),
    )
    return Built(network, tuple(builder.problems))
