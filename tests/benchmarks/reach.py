"""How fast minutes by rail are found: `python -m tests.benchmarks.reach`, here and in 10,000 stations."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise

from geodata import load_atlas, load_network, reach_from, ways_from
from geodata.network.model import Network, ServiceLink
from geodata.network.shortest_paths import all_minutes

STATIONS, LEGS = 10_000, 50_000
STOPS = 21
"""Of each generated service."""
ROUNDS = 20
LIMIT_MS = 100

STARTUP = "import sys, dashboard.cli, dashboard.endpoints.handlers; sys.exit('scipy' in sys.modules)"


def main() -> int:
    """Measure, print a table, and return 1 where a limit is not met."""
    atlas = load_atlas()
    today, large = load_network(atlas), generate(STATIONS, LEGS)
    origins = random.Random(1958).sample(large.stations, ROUNDS)  # noqa: S311 - the same ones each time
    measured = {
        f"all pairs of {len(today.stations)} stations": _median_ms(lambda _: all_minutes(today)),
        "one origin, with places and people": _median_ms(lambda _: _answer(atlas)),
        f"one origin among {STATIONS:,} stations, {LEGS:,} links": _median_ms(
            lambda number: ways_from(large, origins[number]).minutes_to(large.stations[0])
        ),
    }
    print("| figure | median | limit |\n|---|---:|---:|")
    for name, taken in measured.items():
        print(f"| {name} | {taken:.1f} ms | {LIMIT_MS} ms |")
    print(f"| the graph of {LEGS:,} links, once | {_build_ms(large):.0f} ms | |")
    is_light = subprocess.run([sys.executable, "-c", STARTUP], check=False).returncode == 0
    print(f"\nstart-up {'loads no' if is_light else 'LOADS'} SciPy")
    missed = [name for name, taken in measured.items() if taken > LIMIT_MS]
    print(f"not met: {', '.join(missed)}" if missed else "all met")
    return 1 if missed or not is_light else 0


def generate(stations: int, links: int) -> Network:
    """Return a network of services that wander over a square of stations, the same one each time."""
    chance = random.Random(1958)  # noqa: S311 - a test set that is the same each time
    side = int(stations**0.5)
    names = tuple(f"s{number}" for number in range(stations))
    found: list[ServiceLink] = []
    while len(found) < links:
        place, service = chance.randrange(stations), f"t{len(found)}"
        stops = [place]
        while len(stops) < STOPS:
            place = (place + chance.choice((1, -1, side, -side, side + 1))) % stations
            if place not in stops:
                stops.append(place)
        found += [
            ServiceLink(names[start], names[end], service, chance.randint(2, 20), chance.uniform(2, 20))
            for start, end in pairwise(stops)
        ]
    return Network(names, tuple(found[:links]))


def _answer(atlas: object) -> None:
    reach = reach_from(atlas, "hengelo")  # type: ignore[arg-type]
    reach.places()
    for minutes in (30, 60, 90):
        reach.people_within(minutes)
    for stop in reach.stations_within(120):
        reach.paths.trip_to(stop)


def _median_ms(action: Callable[[int], object]) -> float:
    action(0)  # the first builds the graph
    taken = []
    for number in range(ROUNDS):
        start = time.perf_counter()
        action(number)
        taken.append((time.perf_counter() - start) * 1000)
    return statistics.median(taken)


def _build_ms(network: Network) -> float:
    start = time.perf_counter()
    network._graph(waiting=False)
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    raise SystemExit(main())
