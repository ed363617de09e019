"""Places with the nearest station to each, and the people who live there."""

from dataclasses import dataclass

from geodata.atlas.atlas import Atlas
from geodata.atlas.per_atlas import per_atlas
from geodata.catalog.network_schema import RailNetwork
from geodata.features.feature import Feature


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
    frame, stations = (atlas.projected(key)[["geometry"]] for key in (layer_id, tables.stations))
    near = frame.sjoin(stations, predicate="dwithin", distance=tables.places.within_km * 1000)
    near = near.rename(columns={"id_right": "station"})
    near["km"] = near.distance(stations.geometry.loc[near["station"]], align=False) / 1000
    near["is_small"] = ~near["station"].isin(main_stations_of(atlas, tables))
    first = near.sort_values(["is_small", "km"], kind="stable").groupby(level=0).first()
    served = {str(row.Index): (str(row.station), float(row.km)) for row in first.itertuples()}
    return tuple(
        Place(feature, *served.get(feature.id, (None, None)))
        for feature in atlas.layer(layer_id).features(frame.index)
    )


def main_stations_of(atlas: Atlas, tables: RailNetwork) -> set[str]:
    """Return the stations that are main stops of any corridor."""
    corridors = atlas.in_memory.get(tables.corridors)
    if corridors is None or corridors.layer.route is None:
        return set()
    name = corridors.layer.route.main_stops
    return {stop for properties in corridors.properties.values() for stop in properties.get(name, [])}
