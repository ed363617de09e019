"""Defines the tables of a rail network: each key with its meaning, unit and default.

Stops, lengths and minutes are in the layer of the corridors; the file adds what no layer has.
"""

from typing import Annotated

from pydantic import Field

from geodata.catalog.base import Entry, Id, Text

PerHour = Annotated[float, Field(gt=0, le=60)]
Minutes = Annotated[float, Field(ge=0)]


class Service(Entry):
    """A train that runs repeatedly on the same route."""

    line: str
    """Its name in the `lines_field` of the stations where it calls, and for readers."""
    train: str | None = None
    """Its name among the services of the corridors; `line` unless given."""
    trains_per_hour: PerHour | None = None
    """In each direction; unknown unless given."""
    trains_per_hour_at: dict[Id, PerHour] = {}
    """Station → trains per hour there, if not all of them call."""
    note: Text | None = None
    confirmed: bool = True
    """False if its minutes are doubtful: results that use them are marked as not confirmed."""
    daily: bool = True
    """False for a train that does not run every day, and only in scenarios."""


class ServiceChange(Entry):
    """How a scenario changes a service."""

    trains_per_hour: PerHour | None = None
    minutes_ratio: (
        Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=2, max_length=2)] | None
    ) = None
    """New and old minutes of one trip: all minutes of the service change in this ratio."""


class Through(Entry):
    """Two services that become one train at a station, without a transfer."""

    services: Annotated[list[Id], Field(min_length=2, max_length=2)]
    at: Id
    minutes: Minutes
    """Stop of the train there."""


class Scenario(Entry):
    """A scenario: changes of services and through trains."""

    id: Id
    title: Text
    status: Text
    """How certain it is, such as "study" or "planned"."""
    year: Text
    """Year or period, as stated by the source."""
    source: Text
    note: Text
    """What is published, and what is assumed."""
    includes: list[str] = []
    """Scenarios that are part of it."""
    services: dict[Id, ServiceChange] = {}
    through: list[Through] = []
    runs: list[str] = []
    """Services that run in it although they are not daily."""


class Places(Entry):
    """Destinations: features of layers, reached from the nearest station."""

    layers: list[str] = []
    within_km: Annotated[float, Field(gt=0)] = 3
    """Largest distance to the station, as the crow flies."""


class People(Entry):
    """People: the whole population of a municipality is reached with the station of its town."""

    layer: str
    """Point layer of towns; the keys below are fields of it."""
    area: str
    """Field with the municipality of the town."""
    population: str
    """Field with the population of the municipality."""
    date: str
    country: str


class FigureParts(Entry):
    """Features, of one country, of whose sums a figure is the quotient."""

    layer: str
    ratio_of: Annotated[list[str], Field(min_length=2, max_length=2)]
    """Fields that are added up, such as inhabitants and area."""
    where: dict[str, list[str]] = {}
    """Field → the values of which a feature must have one."""


class StatedFigure(Entry):
    """A figure for one side of the border that no single feature has."""

    value: float
    of: Text
    """The two sums that it is the quotient of, in words."""
    date: str
    source: Text
    parts: FigureParts | None = None
    """Features that it follows from, if a layer has them."""


class SharedFigure(Entry):
    """A figure shown for both sides of the border."""

    title: Text
    unit: Text | None = None
    note: Text
    """Differences of definition and date between the two sides."""
    layer: str | None = None
    """Layer whose features have it, each with a country."""
    value: str = ""
    """Field of the layer."""
    upper: str | None = None
    """Field with the upper end of a range that begins with `value`."""
    date: str | None = None
    """Field with its date."""
    stated: dict[str, StatedFigure] = {}
    """Country → figure, instead of a layer."""


class Lens(Entry):
    """How trips across the border are compared with trips within one country."""

    layer: str
    """Point layer whose features are paired."""
    country: str = "country"
    """Field with the country, in this layer and in the layer of stations."""
    min_km: Annotated[float, Field(ge=0)] = 15
    max_km: Annotated[float, Field(gt=0)] = 80
    """Largest distance of a pair, as the crow flies, as `min_km` is the smallest."""
    similar: Annotated[float, Field(gt=0, lt=1)] = 0.2
    """Relative difference up to which the distances of two pairs are similar."""
    figures: list[SharedFigure] = []


class RailNetwork(Entry):
    """The whole file of a rail network."""

    corridors: str
    """Line layer with a `route`: stops in order, kilometers, and the minutes of services."""
    stations: str
    """Point layer of the stops."""
    lines_field: str = "lines"
    """Field of the stations with the lines that call there, also those of unknown minutes."""
    note: Text
    """How minutes are counted."""
    transfer_minutes: Minutes
    """Minutes of a transfer: walking and a margin."""
    transfer_at: dict[Id, Minutes] = {}
    """Station → minutes of a transfer there, if they differ."""
    bands: Annotated[list[int], Field(min_length=1)] = [30, 60, 90, 120]
    """Minutes at which the bands of the map end, rising."""
    services: dict[Id, Service] = {}
    together: list[list[str]] = []
    """Groups of services with the same stops on a stretch, whose trains per hour add up there."""
    scenarios: list[Scenario] = []
    places: Places = Places()
    people: People | None = None
    lens: Lens | None = None
