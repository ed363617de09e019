"""Corridors: lines with stops, kilometers from stop to stop, and the minutes of their trains."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from geodata.catalog.schema import Route
from geodata.json_object import JsonObject

LENGTH_TOLERANCE_KM = 0.1
"""Difference allowed, for rounding, between the length of a line and the sum of its legs."""


@dataclass(frozen=True)
class Section:
    """A part of a corridor between two of its stops."""

    start: str
    """Id of a stop, as `end`."""
    end: str
    length_km: float
    minutes: float | None
    """Of the fastest known train that calls at both; `None` if none is known."""
    service: str | None
    """Name of that train."""


def sections_between(
    route: Route, line: JsonObject, stops: list[str], lines: Iterable[JsonObject] = ()
) -> list[Section]:
    """Return the sections between some stops of a line without `faults`, in the order of the line.

    Trains of the other `lines` count too if they call at both stops.
    """
    order, lengths_km = line[route.stops], line[route.leg_lengths_km]
    candidates = [line, *(other for other in lines if not any(faults(route, other)))]
    found = []
    for start, end in itertools.pairwise(stops):
        timed = [time for other in candidates for time in _times(route, other, start, end)]
        minutes, service = min(timed, default=(None, None))
        length_km = sum(lengths_km[order.index(start) : order.index(end)])
        found.append(Section(start, end, length_km, minutes, service))
    return found


def faults(route: Route, line: JsonObject) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the route of a line, and how to correct it."""
    stops, lengths_km = line.get(route.stops), line.get(route.leg_lengths_km)
    main_stops, services = line.get(route.main_stops, []), line.get(route.services, [])
    lists = (stops, lengths_km, main_stops, services)
    if not (isinstance(stops, list) and isinstance(lengths_km, list)) or not all(
        isinstance(value, list) for value in lists
    ):
        yield "has no list of stops, legs and services", f"Give `{route.stops}`, `{route.leg_lengths_km}` …"
        return
    total_km = line.get(route.length_km)
    if not isinstance(total_km, int | float) or not all(isinstance(km, int | float) for km in lengths_km):
        yield "has lengths that are not numbers", "Give them in km."
    elif len(lengths_km) != len(stops) - 1:
        what = f"has {len(lengths_km)} lengths in `{route.leg_lengths_km}` between {len(stops)} stops"
        yield what, "Give one for each leg between two stops."
    elif abs(sum(lengths_km) - total_km) > LENGTH_TOLERANCE_KM:
        what = f"has legs of {sum(lengths_km):.2f} km together, and `{route.length_km}` {total_km:g}"
        yield what, "Correct one of them."
    if [stop for stop in stops if stop in main_stops] != main_stops:
        what = f"has stops in `{route.main_stops}` that are missing or in another order in `{route.stops}`"
        yield what, "Correct them."
    for service in services:
        times = service.get("minutes") if isinstance(service, dict) else None
        if not isinstance(times, list) or len(times) != len(stops):
            what = f"has a service in `{route.services}` without a time for each of {len(stops)} stops"
            yield what, "Give one for each stop, null where the train passes."


def _times(route: Route, line: JsonObject, start: str, end: str) -> Iterator[tuple[float, str]]:
    """Yield minutes and name of each train that calls at both stops of a line, in either direction."""
    order = line[route.stops]
    if start in order and end in order:
        first, last = order.index(start), order.index(end)
        for service in line.get(route.services, []):
            times = service["minutes"]
            if times[first] is not None and times[last] is not None:
                yield abs(times[last] - times[first]), service["name"]
