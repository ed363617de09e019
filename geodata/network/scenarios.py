"""Scenarios: each changes a network into another, and two networks are compared."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass, replace

from geodata.atlas.atlas import Atlas
from geodata.catalog.network_schema import RailNetwork, Scenario
from geodata.errors import AtlasError, Problem
from geodata.network.build import build_network
from geodata.network.model import InSeatTransfer, Network, ServiceLink
from geodata.network.shortest_paths import ways_from

SAME_MINUTES = 0.01
"""Minutes that differ by no more are the same."""


class UnknownScenarioError(AtlasError):
    """The network has no scenario with this id."""

    def __init__(self, scenario: str, known: list[str]) -> None:
        near = difflib.get_close_matches(scenario, known, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known) or 'none'}"
        super().__init__(f"there is no scenario `{scenario[:60]}`; {hint}")


class NoNetworkError(AtlasError):
    """The catalog names no rail network."""

    def __init__(self) -> None:
        super().__init__("this catalog has no rail network; name its file as `network` in the catalog")


@dataclass(frozen=True)
class Gain:
    """How the minutes to a station differ between two networks."""

    station: str
    before: float | None
    """Minutes, as `after`; `None` if unknown."""
    after: float | None

    @property
    def minutes(self) -> float | None:
        """Minutes gained; negative for a loss, `None` if one of the two is unknown."""
        return None if self.before is None or self.after is None else self.before - self.after


def load_network(atlas: Atlas, scenario: str | None = None) -> Network:
    """Return the network today or in a scenario; raises `NoNetworkError` or `UnknownScenarioError`."""
    tables, built = atlas.catalog.network, build_network(atlas.english or atlas)
    if tables is None or built is None:
        raise NoNetworkError
    return _in_scenario(built.network, tables, scenario)


def _in_scenario(whole: Network, tables: RailNetwork, scenario: str | None) -> Network:
    parts = [] if scenario is None else parts_of(tables, scenario)
    runs = {service for part in parts for service in part.runs}
    runs |= {key for key, service in tables.services.items() if service.daily}
    network = replace(whole, links=tuple(link for link in whole.links if link.service in runs))
    for part in parts:
        network = apply(network, part)
    return network


def parts_of(tables: RailNetwork, scenario: str) -> list[Scenario]:
    """Return a scenario and all that it includes, each once; raises `UnknownScenarioError`."""
    known = {entry.id: entry for entry in tables.scenarios}
    found: dict[str, Scenario] = {}
    remaining = [scenario]
    while remaining:
        name = remaining.pop(0)
        if name not in known:
            raise UnknownScenarioError(name, list(known))
        if name not in found:
            found[name] = known[name]
            remaining += known[name].includes
    return list(found.values())


def apply(network: Network, scenario: Scenario) -> Network:
    """Return the network with the changes of one scenario; minutes that it changes are unconfirmed."""
    changes = scenario.services.items()
    per_hour = {key: change.trains_per_hour for key, change in changes if change.trains_per_hour is not None}
    ratios = {
        key: change.minutes_ratio[0] / change.minutes_ratio[1]
        for key, change in changes
        if change.minutes_ratio is not None and change.minutes_ratio[0] != change.minutes_ratio[1]
    }
    through = [
        InSeatTransfer(join.at, (join.services[0], join.services[1]), join.minutes)
        for join in scenario.through
    ]
    return replace(
        network,
        links=tuple(
            _scaled(link, ratios[link.service]) if link.service in ratios else link for link in network.links
        ),
        trains_per_hour={**network.trains_per_hour, **per_hour},
        in_seat_transfers=(*network.in_seat_transfers, *through),
    )


def _scaled(link: ServiceLink, ratio: float) -> ServiceLink:
    minutes, share = (
        None if value is None else value * ratio for value in (link.minutes, link.share_minutes)
    )
    return replace(link, minutes=minutes, share_minutes=share, is_confirmed=False)


def compare(before: Network, after: Network, origin: str, *, waiting: bool = False) -> list[Gain]:
    """Return the stations whose minutes from an origin differ; raises `UnknownStationError`."""
    first, second = (ways_from(network, origin, waiting=waiting) for network in (before, after))
    gains = (Gain(stop, first.minutes_to(stop), second.minutes_to(stop)) for stop in before.stations)
    return [
        gain
        for gain in gains
        if gain.before != gain.after and (gain.minutes is None or abs(gain.minutes) > SAME_MINUTES)
    ]


def check_scenarios(network: Network, tables: RailNetwork) -> Iterator[Problem]:
    """Find scenarios with unknown names, without effect, or with parts that contradict each other."""
    ids = [scenario.id for scenario in tables.scenarios]
    for scenario in tables.scenarios:
        where = f"scenario `{scenario.id}`"
        if ids.count(scenario.id) > 1:
            yield Problem(None, None, f"{where} is defined twice", "Give one of them another id.")
        unknown = list(_unknown_names(scenario, network, tables, ids))
        for what, mend in unknown:
            yield Problem(None, None, f"{where} refers to {what}", mend)
        if unknown:
            continue
        yield from _contradictions(where, parts_of(tables, scenario.id))
        today, then = (_in_scenario(network, tables, name) for name in (None, scenario.id))
        if vars(today) == vars(then):  # both are new, and so hold no cached values
            mend = "Say what changes under `services`, `through`, `runs` or `includes`, or remove it."
            yield Problem(None, None, f"{where} changes nothing", mend)


def _unknown_names(
    scenario: Scenario, network: Network, tables: RailNetwork, ids: list[str]
) -> Iterator[tuple[str, str]]:
    through = [(join.at, name) for join in scenario.through for name in join.services]
    for name in [*scenario.services, *scenario.runs, *(name for _, name in through)]:
        if name not in tables.services:
            yield f"unknown service `{name}`", f"Use one of {', '.join(tables.services)}."
    for name in scenario.includes:
        if name not in ids:
            yield f"unknown scenario `{name}`", f"Use one of {', '.join(ids)}."
    for station, name in through:
        if name in tables.services and name not in network.services_at.get(station, set()):
            yield f"`{station}`, where `{name}` does not call", "Join two services where both call."


def _contradictions(where: str, parts: list[Scenario]) -> Iterator[Problem]:
    """Find changes of a service that two parts set to different values."""
    seen: dict[tuple[str, str], tuple[object, str]] = {}
    for part in parts:
        for service, change in part.services.items():
            for key, value in change.model_dump(exclude_none=True).items():
                other, name = seen.setdefault((service, key), (value, part.id))
                if other != value:
                    what = f"{where}: `{part.id}` contradicts `{name}` in `{key}` of service `{service}`"
                    yield Problem(None, None, what, "Let both say the same, or include one of them.")
