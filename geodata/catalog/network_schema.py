"""What the file of a rail network may say: its tables as types, each key with its meaning, unit and default.

Stops, lengths and minutes stand in the layer of the corridors; this file adds what no layer carries.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from geodata.catalog.base import ID_PATTERN, Entry, Text

Id = Annotated[str, Field(pattern=ID_PATTERN)]
PerHour = Annotated[float, Field(gt=0, le=60)]
Minutes = Annotated[float, Field(ge=0)]


class Service(Entry):
    """A train that runs the same way again and again."""

    line: str
    """What the stations where it calls name it in their `lines_field`; people call it so too."""
    train: str | None = None
    """What the corridors name it among their services; `line` unless given."""
    trains_per_hour: PerHour | None = None
    """In each direction; not known unless given."""
    note: Text | None = None
    confirmed: bool = True
    """False where its minutes are doubtful: every result that rests on them says so."""
    daily: bool = True
    """False for a train that only scenarios run, as it does not every day."""


class ServiceChange(Entry):
    """What a scenario does to a service."""

    trains_per_hour: PerHour | None = None
    minutes_ratio: (
        Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=2, max_length=2)] | None
    ) = None
    """New and old minutes of one trip: each leg of the service changes by as much."""


class Through(Entry):
    """Two services that become one train at a station: nobody changes there."""

    services: Annotated[list[Id], Field(min_length=2, max_length=2)]
    at: Id
    minutes: Minutes
    """How long it stands there."""


class Scenario(Entry):
    """What would be otherwise, as data: another scenario is another entry."""

    id: Id
    title: Text
    status: Text
    """How sure it is, such as "study" or "planned"."""
    year: Text
    """When, in words, as the source has it."""
    source: Text
    note: Text
    """What is published, and what is assumed where nothing is."""
    includes: list[str] = []
    """Scenarios that come along."""
    services: dict[Id, ServiceChange] = {}
    through: list[Through] = []
    runs: list[str] = []
    """Services that run although they are not daily."""


class Places(Entry):
    """What can be reached: features of these layers, by the station nearest to each."""

    layers: list[str] = []
    within_km: Annotated[float, Field(gt=0)] = 3
    """So near, as the crow flies, a station has to be."""


class People(Entry):
    """Who can be reached: a municipality counts as a whole once the station of its town is."""

    layer: str
    """Point layer of towns; the names below are fields of it."""
    area: str
    """Municipality of the town."""
    population: str
    """Of the municipality."""
    date: str
    country: str


class StatedFigure(Entry):
    """A figure of one side of the border that no layer carries."""

    value: float
    of: Text
    date: str
    source: Text


class SharedFigure(Entry):
    """A fact that both sides of the border have, side by side."""

    title: Text
    unit: Text | None = None
    note: Text
    """Where the two sides define or date it differently."""
    layer: str | None = None
    """Layer whose features carry it, each with a country."""
    value: str = ""
    """Field of the layer."""
    upper: str | None = None
    """Field with the end of a range that begins with `value`."""
    date: str | None = None
    """Field that says of when."""
    stated: dict[str, StatedFigure] = {}
    """By country, in place of a layer."""


class Lens(Entry):
    """How places of one country are compared with places across the border."""

    layer: str
    """Point layer of the places; each pair is two of them."""
    country: str = "country"
    """Field with the country, in this layer and in that of the stations."""
    min_km: Annotated[float, Field(ge=0)] = 15
    max_km: Annotated[float, Field(gt=0)] = 80
    """Pairs so far apart, as the crow flies, are compared."""
    similar: Annotated[float, Field(gt=0, lt=1)] = 0.2
    """By how much the distances of two pairs may differ, as a part of it, to be similar."""
    figures: list[SharedFigure] = []


class RailNetwork(Entry):
    """The whole file."""

    corridors: str
    """Line layer with a `route`: stops in order, kilometres, and the minutes of its services."""
    stations: str
    """Point layer of those stops."""
    lines_field: str = "lines"
    """Field of the stations: the lines that call there, also where no minutes are known."""
    note: Text
    """How the minutes count."""
    transfer_minutes: Minutes
    """What a change of trains takes, walking and a margin."""
    transfer_at: dict[Id, Minutes] = {}
    """The same at stations where it takes longer or shorter."""
    bands: Annotated[list[int], Field(min_length=1)] = [30, 60, 90, 120]
    """Minutes at which the bands of the map end."""
    services: dict[Id, Service] = {}
    together: list[list[str]] = []
    """Services that share a stretch stop by stop, and so their trains per hour for whoever waits there."""
    scenarios: list[Scenario] = []
    places: Places = Places()
    people: People | None = None
    lens: Lens | None = None
