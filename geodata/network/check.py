"""Checks the rail network of an atlas against its layers and within its file."""

from collections.abc import Iterator

from geodata.atlas.atlas import Atlas
from geodata.atlas.per_atlas import per_atlas
from geodata.catalog.network_schema import RailNetwork
from geodata.errors import Problem
from geodata.network.build import build_network
from geodata.network.model import Network
from geodata.network.scenarios import check_scenarios

MAX_NAMED = 3
"""Number of stations that a problem names."""


@per_atlas()
def network_problems(atlas: Atlas) -> tuple[Problem, ...]:
    """Return all problems of the network, checked once for each state of the files."""
    return tuple(check_network(atlas.english or atlas))


def check_network(atlas: Atlas) -> Iterator[Problem]:
    """Check the network of an atlas, if it has one."""
    tables, built = atlas.catalog.network, build_network(atlas.english or atlas)
    if tables is None or built is None:
        return
    yield from built.problems
    yield from _check_names(atlas, tables, built.network)
    yield from _check_connection(built.network)
    yield from _check_served(atlas, tables, built.network)
    yield from check_scenarios(built.network, tables)


def _check_names(atlas: Atlas, tables: RailNetwork, network: Network) -> Iterator[Problem]:
    """Find services, stations, layers and fields in the network's file that do not exist."""
    for group in tables.together:
        for service in group:
            if service not in tables.services:
                yield _unknown("`together`", f"service `{service}`", list(tables.services))
    stations = [("`transfer_at`", station) for station in tables.transfer_at]
    stations += [
        (f"`trains_per_hour_at` of {key}", station)
        for key, service in tables.services.items()
        for station in service.trains_per_hour_at
    ]
    for where, station in stations:
        if station not in network.positions:
            yield _unknown(where, f"station `{station}`", [])
    if list(tables.bands) != sorted(set(tables.bands)) or min(tables.bands) <= 0:
        what = f"the network's `bands` are {tables.bands}"
        yield Problem(None, None, what, "Give minutes above 0 in rising order.")
    for where, layer_id, fields in _references(tables):
        layer = atlas.catalog.layers.get(layer_id)
        if layer is None:
            yield _unknown(where, f"layer `{layer_id}`", list(atlas.catalog.layers))
            continue
        for field in filter(None, fields):
            if field not in layer.fields:
                yield _unknown(where, f"field `{field}` of {layer_id}", list(layer.fields))


def _references(tables: RailNetwork) -> Iterator[tuple[str, str, list[str | None]]]:
    """Yield each place that refers to a layer, the layer, and fields of it."""
    yield "`lines_field`", tables.stations, [tables.lines_field]
    for layer_id in tables.places.layers:
        yield "`places`", layer_id, []
    if (people := tables.people) is not None:
        yield "`people`", people.layer, [people.area, people.population, people.date, people.country]
    if (lens := tables.lens) is not None:
        yield "`lens`", lens.layer, [lens.country]
        yield "`lens`", tables.stations, [lens.country]
        for figure in lens.figures:
            if figure.layer is not None:
                where = f"figure “{figure.title}”"
                yield where, figure.layer, [figure.value, figure.upper, figure.date, lens.country]


def _check_connection(network: Network) -> Iterator[Problem]:
    """Find stations that no train connects with the others, at known minutes or not."""
    parts: list[set[str]] = []
    for link in network.links:
        ends = {link.start, link.end}
        touched = [part for part in parts if part & ends]
        parts = [part for part in parts if not part & ends] + [ends.union(*touched)]
    for part in sorted(parts, key=len)[:-1]:
        names = sorted(part)
        more = f" and {len(names) - MAX_NAMED} more" if len(names) > MAX_NAMED else ""
        what = (
            f"the network falls apart: no train connects {', '.join(names[:MAX_NAMED])}{more} with the rest"
        )
        mend = "Add the service between them to a corridor, and to [services] if it is new."
        yield Problem(None, None, what, mend)


def _check_served(atlas: Atlas, tables: RailNetwork, network: Network) -> Iterator[Problem]:
    """Find stations with lines, but without a leg to them."""
    stations = atlas.in_memory.get(tables.stations)
    for station, properties in stations.properties.items() if stations else ():
        lines = properties.get(tables.lines_field)
        if lines and station not in network.services_at:
            what = f"has the lines {', '.join(map(str, lines))}, but no leg leads there"
            yield Problem(tables.stations, station, what, "Add it to the stops of a corridor where they run.")


def _unknown(where: str, target: str, known: list[str]) -> Problem:
    mend = f"Use one of {', '.join(known)}." if known else "Use the id of a station."
    return Problem(None, None, f"the network: {where} refers to unknown {target}", mend)
