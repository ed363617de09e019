"""What could be otherwise: a scenario turns one network into another, and two are compared."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from geodata.atlas.atlas import Atlas
from geodata.catalog.network_schema import RailNetwork, Scenario
from geodata.errors import AtlasError, Problem
from geodata.network.build import build_network
from geodata.network.model import Join, Leg, Network
from geodata.network.shortest_paths import ways_from


class UnknownScenarioError(AtlasError):
    """The network has no scenario of this id."""

    def __init__(self, scenario: str, known: list[str]) -> None:
        self.scenario = scenario
        near = difflib.get_close_matches(scenario, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known) or 'none'}"
        super().__init__(f"there is no scenario `{scenario[:60]}`; {hint}")


class NoNetworkError(AtlasError):
    """The catalog names no rail network."""

    def __init__(self) -> None:
        super().__init__("this catalog has no rail network; name its file as `network` in the catalog")


@dataclass(frozen=True)
class Gain:
    """What changes for a trip between two networks."""

    station: str
    before: float | None
    """Minutes; `None` where they are not known."""
    after: float | None

    @property
    def minutes(self) -> float | None:
        """What is gained; negative where it takes longer, `None` where only one of the two is known."""
        return None if self.before is None or self.after is None else self.before - self.after


def load_network(atlas: Atlas, scenario: str | None = None) -> Network:
    """Return the network of an atlas as it is today, or as a scenario has it.

    Raises
    ------
    NoNetworkError, UnknownScenarioError
        If the catalog has no network, or the network no such scenario.
    """
    tables, built = atlas.catalog.network, build_network(atlas.english or atlas)
    if tables is None or built is None:
        raise NoNetworkError
    return _network(built.network, tables, scenario)


def _network(whole: Network, tables: RailNetwork, scenario: str | None) -> Network:
    parts = [] if scenario is None else list(parts_of(tables, scenario))
    runs = {service for part in parts for service in part.runs}
    daily = {key for key, service in tables.services.items() if service.daily}
    network = replace(whole, legs=tuple(leg for leg in whole.legs if leg.service in daily | runs))
    for part in parts:
        network = apply(network, part)
    return network


def parts_of(tables: RailNetwork, scenario: str) -> Iterator[Scenario]:
    """Find a scenario and those that it includes, each once; raises `UnknownScenarioError`."""
    known = {entry.id: entry for entry in tables.scenarios}
    seen: dict[str, Scenario] = {}
    waiting = [scenario]
    while waiting:
        name = waiting.pop(0)
        if name not in known:
            raise UnknownScenarioError(name, list(known))
        if name not in seen:
            seen[name] = known[name]
            waiting += known[name].includes
    yield from seen.values()


def apply(network: Network, scenario: Scenario) -> Network:
    """Return the network with the changes of one scenario; what changes minutes is no longer confirmed."""
    per_hour = {
        service: change.trains_per_hour
        for service, change in scenario.services.items()
        if change.trains_per_hour is not None
    }
    ratios = {
        service: change.minutes_ratio[0] / change.minutes_ratio[1]
        for service, change in scenario.services.items()
        if change.minutes_ratio is not None and change.minutes_ratio[0] != change.minutes_ratio[1]
    }
    return replace(
        network,
        legs=tuple(
            _changed(leg, ratios[leg.service]) if leg.service in ratios else leg for leg in network.legs
        ),
        trains_per_hour={**network.trains_per_hour, **per_hour},
        joins=(
            *network.joins,
            *(Join(join.at, (join.services[0], join.services[1]), join.minutes) for join in scenario.through),
        ),
    )


def _changed(leg: Leg, ratio: float) -> Leg:
    minutes, share = (None if value is None else value * ratio for value in (leg.minutes, leg.share_minutes))
    return replace(leg, minutes=minutes, share_minutes=share, is_confirmed=False)


def compare(before: Network, after: Network, origin: str, *, waiting: bool = False) -> list[Gain]:
    """Return what changes for each station that can be reached from one, in the order of the stations.

    Raises
    ------
    UnknownStationError
        If there is no such station.
    """
    first, second = (ways_from(network, origin, waiting=waiting) for network in (before, after))
    gains = (Gain(stop, first.minutes_to(stop), second.minutes_to(stop)) for stop in before.stations)
    return [
        gain
        for gain in gains
        if gain.before != gain.after
        and not (gain.minutes is not None and math.isclose(gain.minutes, 0, abs_tol=0.01))
    ]


def check_scenarios(network: Network, tables: RailNetwork) -> Iterator[Problem]:
    """Find scenarios that name what there is not, change nothing, or contradict another that they include."""
    ids = [scenario.id for scenario in tables.scenarios]
    for scenario in tables.scenarios:
        where = f"scenario `{scenario.id}`"
        if ids.count(scenario.id) > 1:
            yield Problem(None, None, f"{where} is there twice", "Give one of them another id.")
        wrong = list(_wrong_names(scenario, network, tables, ids))
        for what, mend in wrong:
            yield Problem(None, None, f"{where} names {what}, which there is not", mend)
        if wrong:
            continue
        yield from _contradictions(where, list(parts_of(tables, scenario.id)))
        today, then = (_network(network, tables, name) for name in (None, scenario.id))
        if (today.legs, today.trains_per_hour, today.joins) == (then.legs, then.trains_per_hour, then.joins):
            mend = "Say what changes under `services`, `through`, `runs` or `includes`, or remove it."
            yield Problem(None, None, f"{where} changes nothing", mend)


def _wrong_names(
    scenario: Scenario, network: Network, tables: RailNetwork, ids: list[str]
) -> Iterator[tuple[str, str]]:
    services = [
        *scenario.services,
        *scenario.runs,
        *(name for join in scenario.through for name in join.services),
    ]
    for name in services:
        if name not in tables.services:
            yield f"service `{name}`", f"Use one of {', '.join(tables.services)}."
    for name in scenario.includes:
        if name not in ids:
            yield f"scenario `{name}`", f"Use one of {', '.join(ids)}."
    for join in scenario.through:
        for name in join.services:
            if name in tables.services and name not in network.services_at.get(join.at, set()):
                yield f"a stop of `{name}` at `{join.at}`", "Join two services where both call."


def _contradictions(where: str, parts: list[Scenario]) -> Iterator[Problem]:
    """Find keys of a service that two parts set to different values."""
    seen: dict[tuple[str, str], tuple[object, str]] = {}
    for part in parts:
        for service, change in part.services.items():
            for key, value in change.model_dump(exclude_none=True).items():
                other, name = seen.setdefault((service, key), (value, part.id))
                if other != value:
                    what = f"{where}: `{part.id}` contradicts `{name}` in `{key}` of service `{service}`"
                    yield Problem(None, None, what, "Let both say the same, or include one of them.")
