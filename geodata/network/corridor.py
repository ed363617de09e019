"""Lines with stops: how far it is from stop to stop, and how long the trains take."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from geodata.catalog.schema import Route
from geodata.json_object import JsonObject

LENGTH_TOLERANCE_KM = 0.1
"""What the legs of a line may add up to more or less than it, for rounding."""

Properties = JsonObject


@dataclass(frozen=True)
class Leg:
    """The way from one stop to another."""

    start: str
    end: str
    """Ids of the stops."""
    length_km: float
    minutes: float | None
    """Of the fastest known train that calls at both; `None` where none is known."""
    service: str | None
    """Name of that train."""


def legs_between(
    route: Route, line: Properties, stops: list[str], lines: Iterable[Properties] = ()
) -> list[Leg]:
    """Return the legs between some stops of a line without `faults`, in its order.

    A train that is listed with another of `lines`, but calls at both stops, counts too.
    """
    order, lengths_km = line[route.stops], line[route.leg_lengths_km]
    candidates = [line, *(other for other in lines if not any(faults(route, other)))]
    found = []
    for start, end in itertools.pairwise(stops):
        timed = [time for other in candidates for time in _times(route, other, start, end)]
        minutes, service = min(timed, default=(None, None))
        length_km = sum(lengths_km[order.index(start) : order.index(end)])
        found.append(Leg(start, end, length_km, minutes, service))
    return found


def faults(route: Route, line: Properties) -> Iterator[tuple[str, str]]:
    """Find what is wrong with a line's legs, each with what to do about it."""
    stops: Any = line.get(route.stops)
    lengths_km: Any = line.get(route.leg_lengths_km)
    main_stops: Any = line.get(route.main_stops, [])
    services: Any = line.get(route.services, [])
    if not all(isinstance(value, list) for value in (stops, lengths_km, main_stops, services)):
        yield "has no list of stops, legs and services", f"Give `{route.stops}`, `{route.leg_lengths_km}` …"
        return
    total_km = line.get(route.length_km)
    if not isinstance(total_km, int | float) or not all(isinstance(km, int | float) for km in lengths_km):
        yield "has lengths that are no numbers", "Give them in km."
    elif len(lengths_km) != len(stops) - 1:
        yield (
            f"has {len(lengths_km)} lengths in `{route.leg_lengths_km}` between {len(stops)} stops",
            "Give one per stretch from stop to stop.",
        )
    elif abs(sum(lengths_km) - total_km) > LENGTH_TOLERANCE_KM:
        yield (
            f"has legs of {sum(lengths_km):.2f} km together, and `{route.length_km}` {total_km:g}",
            "Correct one of them.",
        )
    if [stop for stop in stops if stop in main_stops] != main_stops:
        yield f"has stops in `{route.main_stops}` that are not its stops in their order", "Correct them."
    for service in services:
        times = service.get("minutes") if isinstance(service, dict) else None
        if not isinstance(times, list) or len(times) != len(stops):
            yield (
                f"has a service in `{route.services}` without a time for each of {len(stops)} stops",
                "Give one per stop, null where the train passes.",
            )


def _times(route: Route, line: Properties, start: str, end: str) -> Iterator[tuple[float, str]]:
    """Find minutes and name of each train of a line that calls at two of its stops, in either direction."""
    order = line[route.stops]
    if start in order and end in order:
        first, last = order.index(start), order.index(end)
        for service in line.get(route.services, []):
            times = service["minutes"]
            if times[first] is not None and times[last] is not None:
                yield abs(times[last] - times[first]), service["name"]
