"""Lists the trains of a station: where each goes, how often, and how many stations are within reach."""

from dataclasses import dataclass, replace

from dashboard.i18n.formatting import format_minutes, format_number
from dashboard.i18n.languages import interface_strings
from dashboard.views.features import Link, to_link
from geodata import Atlas, Feature
from geodata.atlas.per_atlas import per_atlas
from geodata.network.model import Network
from geodata.network.reach import reach_from
from geodata.network.scenarios import load_network
from geodata.network.shortest_paths import ways_from


@dataclass(frozen=True)
class Train:
    """A train that calls at a station."""

    line: str
    often: str | None
    """Trains per hour in each direction; `None` if unknown."""
    ends: list[tuple[Link, str | None]]
    """Its last stops, each with the minutes to it; `None` if unknown."""


@dataclass(frozen=True)
class StationTrains:
    """The trains of a station, and the stations that they and their connections reach."""

    trains: list[Train]
    within: list[tuple[str, int]]
    """For each limit in minutes, with its unit, the number of stations within it."""


def station_trains(atlas: Atlas, feature: Feature) -> StationTrains | None:
    """Return the trains of a station of the rail network; `None` for anything else."""
    tables = atlas.catalog.network
    if tables is None or tables.stations != feature.layer.id:
        return None
    return _trains_at(atlas, feature.id)


@per_atlas(maxsize=256)
def _trains_at(atlas: Atlas, station: str) -> StationTrains:
    tables = atlas.catalog.network
    assert tables is not None  # noqa: S101 - only stations of a network are asked for
    network, language = load_network(atlas), atlas.language

    def link(stop: str) -> Link:
        found = atlas.feature(f"{tables.stations}.{stop}")
        return to_link(found) if found else Link(stop, "")

    trains = []
    for service in sorted(
        network.services_at.get(station, ()), key=lambda key: -(network.calls_per_hour(key, station) or 0)
    ):
        only = replace(network, links=tuple(each for each in network.links if each.service == service))
        paths = ways_from(only, station)
        ends = [(link(end), _minutes(paths.minutes_to(end), language)) for end in _ends(only, station)]
        often = _often(network.calls_per_hour(service, station), language)
        trains.append(Train(tables.services[service].line, often, ends))
    reach = reach_from(atlas, station)
    within = [(format_minutes(limit, language), len(reach.stations_within(limit))) for limit in tables.bands]
    return StationTrains(trains, within)


def _ends(network: Network, station: str) -> list[str]:
    """Return the last stops of a network of one service, without the station itself."""
    neighbors: dict[str, set[str]] = {}
    for link in network.links:
        if not link.via:
            neighbors.setdefault(link.start, set()).add(link.end)
            neighbors.setdefault(link.end, set()).add(link.start)
    return [stop for stop, others in neighbors.items() if len(others) == 1 and stop != station]


def _minutes(minutes: float | None, language: str) -> str | None:
    return None if minutes is None else format_minutes(minutes, language)


def _often(per_hour: float | None, language: str) -> str | None:
    """Return the trains per hour as people say them."""
    _ = interface_strings(language)
    if per_hour is None:
        return None
    if per_hour == 1:
        return _.gettext("every hour")
    if per_hour < 1:
        return _.gettext("every {count} hours").format(count=format_number(1 / per_hour, language))
    return _.gettext("{count} an hour").format(count=format_number(per_hour, language))
