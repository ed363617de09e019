"""Places with the nearest station to each, and the people who live there."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.atlas.atlas import Atlas
from geodata.atlas.per_atlas import per_atlas
from geodata.catalog.network_schema import RailNetwork
from geodata.features.feature import Feature
from geodata.spatial.projected import features_of, ground_of


@dataclass(frozen=True)
class Place:
    """A destination, and its station."""

    feature: Feature
    station: str | None
    """The nearest main station within `within_km`, else the nearest station; `None` without one."""
    distance_km: float | None
    """From the station, as the crow flies."""


@dataclass(frozen=True)
class Municipality:
    """A municipality with its population, and the station of its town."""

    name: str
    country: str
    population: int
    date: str
    """Of the population, ISO 8601."""
    station: str | None


@per_atlas()
def places_of(atlas: Atlas) -> tuple[Place, ...]:
    """Return the destinations that the network names, in the order of layers and files."""
    tables = atlas.catalog.network
    layers = tables.places.layers if tables else []
    return tuple(place for layer_id in layers for place in places_in(atlas, layer_id))


@per_atlas()
def municipalities_of(atlas: Atlas) -> tuple[Municipality, ...]:
    """Return the municipalities of known population, each once."""
    people = atlas.catalog.network.people if atlas.catalog.network else None
    if people is None:
        return ()
    found: dict[str, Municipality] = {}
    for place in places_in(atlas, people.layer):
        properties = place.feature.properties
        name, population = properties.get(people.area), properties.get(people.population)
        if isinstance(name, str) and isinstance(population, int):
            country, date = (str(properties.get(key, "")) for key in (people.country, people.date))
            found.setdefault(name, Municipality(name, country, population, date, place.station))
    return tuple(found.values())


@per_atlas(maxsize=16)
def places_in(atlas: Atlas, layer_id: str) -> tuple[Place, ...]:
    """Return the features of a layer as places; none if the atlas lacks the layer or a network."""
    tables = atlas.catalog.network
    if tables is None or layer_id not in atlas.in_memory or tables.stations not in atlas.in_memory:
        return ()
    stations, main = ground_of(atlas, tables.stations), main_stations_of(atlas, tables)
    features, grounds = features_of(atlas, layer_id), ground_of(atlas, layer_id).geometries
    ids = list(stations.positions)
    found = []
    for feature, geometry in zip(features, grounds, strict=True):
        near = stations.tree.query(geometry, predicate="dwithin", distance=tables.places.within_km * 1000)
        distances = {
            ids[place]: float(stations.geometries[place].distance(geometry)) / 1000 for place in near
        }
        of_main = {station: km for station, km in distances.items() if station in main}
        station = min(of_main or distances, key=lambda key: distances[key], default=None)
        found.append(Place(feature, station, None if station is None else distances[station]))
    return tuple(found)


def main_stations_of(atlas: Atlas, tables: RailNetwork) -> set[str]:
    """Return the stations that are main stops of any corridor."""
    corridors = atlas.in_memory.get(tables.corridors)
    if corridors is None or corridors.layer.route is None:
        return set()
    name = corridors.layer.route.main_stops
    return {stop for properties in corridors.properties.values() for stop in properties.get(name, [])}
