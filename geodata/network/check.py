"""What is wrong with the rail network of an atlas: in its layers, in its own file, and between the two."""

from __future__ import annotations

from collections.abc import Iterator

from geodata.atlas.atlas import Atlas
from geodata.atlas.per_atlas import per_atlas
from geodata.catalog.network_schema import RailNetwork
from geodata.errors import Problem
from geodata.network.build import build_network
from geodata.network.model import Network
from geodata.network.scenarios import check_scenarios

NAMED = 3
"""So many stations of a separate part are named."""


@per_atlas()
def network_problems(atlas: Atlas) -> tuple[Problem, ...]:
    """Return all that is wrong with the network, once for each state of the files."""
    return tuple(check_network(atlas.english or atlas))


def check_network(atlas: Atlas) -> Iterator[Problem]:
    """Hold the network to its layers; an atlas without one has no problem."""
    tables, built = atlas.catalog.network, build_network(atlas.english or atlas)
    if tables is None or built is None:
        return
    yield from built.problems
    yield from _check_names(atlas, tables, built.network)
    yield from _check_connection(built.network)
    yield from _check_served(atlas, tables, built.network)
    yield from check_scenarios(built.network, tables)


def _check_names(atlas: Atlas, tables: RailNetwork, network: Network) -> Iterator[Problem]:
    """Find names in the network's file that point at nothing."""
    for group in tables.together:
        for service in group:
            if service not in tables.services:
                yield _unknown(f"`together` names service `{service}`", list(tables.services))
    for station in tables.transfer_at:
        if station not in network.positions:
            yield _unknown(f"`transfer_at` names station `{station}`", [])
    if list(tables.bands) != sorted(set(tables.bands)) or min(tables.bands) <= 0:
        what = f"the network's `bands` are {tables.bands}"
        yield Problem(None, None, what, "Give minutes above 0, each more than the one before.")
    for where, layer_id, fields in _fields_named(tables):
        layer = atlas.catalog.layers.get(layer_id)
        if layer is None:
            yield _unknown(f"{where} names layer `{layer_id}`", list(atlas.catalog.layers))
            continue
        for field in filter(None, fields):
            if field not in layer.fields:
                yield _unknown(f"{where} names `{field}` of {layer_id}", list(layer.fields))


def _fields_named(tables: RailNetwork) -> Iterator[tuple[str, str, list[str | None]]]:
    """Walk the places that name a layer and fields of it."""
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
    """Find stations that no train joins to the others, at known minutes or not."""
    parts: list[set[str]] = []
    for leg in network.legs:
        ends = {leg.start, leg.end}
        touched = [part for part in parts if part & ends]
        parts = [part for part in parts if not part & ends] + [ends.union(*touched)]
    for part in sorted(parts, key=len)[:-1]:
        names = sorted(part)
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        what = f"the network falls apart: no train joins {', '.join(names[:NAMED])}{more} to the rest"
        yield Problem(
            None, None, what, "Add the service between them to a corridor, and to [services] if new."
        )


def _check_served(atlas: Atlas, tables: RailNetwork, network: Network) -> Iterator[Problem]:
    """Find stations where lines call that no leg leads to."""
    stations = atlas.layers.get(tables.stations)
    for station, properties in stations.properties.items() if stations else ():
        lines = properties.get(tables.lines_field)
        if lines and station not in network.served:
            what = f"names {', '.join(map(str, lines))}, and no leg leads there"
            yield Problem(tables.stations, station, what, "Add it to the stops of a corridor where they run.")


def _unknown(what: str, known: list[str]) -> Problem:
    mend = f"Use one of {', '.join(known)}." if known else "Use the id of a station."
    return Problem(None, None, f"the network: {what}, which there is not", mend)
