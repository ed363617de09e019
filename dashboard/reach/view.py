"""What the page says of the ways from a station, gathered from the network for the templates and the map."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.i18n.formatting import (
    NO_BREAK_SPACE,
    format_distance,
    format_iso_date,
    format_number,
    sort_key,
)
from dashboard.i18n.languages import interface_strings
from dashboard.link.reach_choice import ReachChoice, station_of
from dashboard.reach.wording import LegView, Teller
from dashboard.views.feature_details import Link, name_of, to_link
from geodata import Atlas
from geodata.catalog.network_schema import Scenario
from geodata.network.model import Network
from geodata.network.places import main_stations_of
from geodata.network.reach import reach_from
from geodata.network.scenarios import compare, load_network

MINUS = "\u2212"


@dataclass(frozen=True)
class Band:
    """What is reached within the minutes at which a band ends."""

    number: int
    text: str
    stations: str
    people: list[str]
    """One figure for each of the columns."""


@dataclass(frozen=True)
class Row:
    """A place or a station, and how far it is."""

    link: Link
    minutes: str
    detail: str
    """Changes, and what is doubtful."""
    band: int | None
    is_chosen: bool = False


@dataclass(frozen=True)
class TripView:
    """The way to one place."""

    end: str
    summary: str
    walk: str | None
    """How far the place is from its station."""
    legs: list[LegView]


@dataclass(frozen=True)
class GainRow:
    """What changes for one station."""

    link: Link
    before: str
    after: str
    gain: str

    @property
    def short(self) -> str:
        """The gain as a number alone, for a map."""
        return self.gain.partition(NO_BREAK_SPACE)[0]


@dataclass(frozen=True)
class ReachView:
    """Everything that the page says of the ways from one station."""

    station: Link
    scenario: Scenario | None
    against: Scenario | None
    notes: list[str]
    """How minutes and people are counted."""
    columns: list[str]
    """Whose people: country and date."""
    bands: list[Band]
    perhaps: list[str]
    """Municipalities that may be in a nearer band, as minutes of a train are not known."""
    places: list[Row]
    stations: list[Row]
    """Stations of known minutes, the nearest first."""
    farther: int
    """So many places are beyond the limit."""
    unknown: list[Link]
    """Stations that a train of unknown minutes leads to."""
    unreachable: list[Link]
    without_station: list[Link]
    trip: TripView | None
    missing: str | None
    """Why there is no trip, where one was asked for."""
    gains: list[GainRow]
    doubts: list[str]
    """Remarks on the services of doubtful minutes."""


def reach_view(atlas: Atlas, choice: ReachChoice) -> ReachView | None:
    """Gather what the page says of a choice; `None` where it names no station."""
    if choice.station is None:
        return None
    reach = reach_from(atlas, choice.station, choice.scenario, waiting=choice.waiting)
    teller, tables = Teller(atlas, reach), reach.tables
    columns, bands = _bands(teller)
    rows = [
        Row(
            to_link(place.feature),
            teller.minutes_to(place.station),
            teller.detail(place.station),
            reach.band(place.station),
            place.feature.reference == choice.to,
        )
        for place, minutes in reach.places()
        if place.station is not None
        and minutes is not None
        and (choice.minutes is None or minutes <= choice.minutes)
    ]
    known = [minutes for _place, minutes in reach.places() if minutes is not None]
    scenarios = {scenario.id: scenario for scenario in tables.scenarios}
    trip, missing = _trip(teller, choice)
    return ReachView(
        station=teller.link(choice.station),
        scenario=scenarios.get(choice.scenario or ""),
        against=scenarios.get(choice.against or ""),
        notes=_notes(teller),
        columns=columns,
        bands=bands,
        perhaps=reach.perhaps_nearer(),
        places=rows,
        stations=[
            Row(teller.link(stop), teller.minutes_to(stop), teller.detail(stop), reach.band(stop))
            for stop in reach.stations_within(choice.minutes or float("inf"))
        ],
        farther=len(known) - len(rows),
        unknown=[teller.link(stop) for stop in reach.stations_that_are("unknown")],
        unreachable=[teller.link(stop) for stop in reach.stations_that_are("unreachable")],
        without_station=[to_link(place.feature) for place, _m in reach.places() if place.station is None],
        trip=trip,
        missing=missing,
        gains=gains(teller, choice),
        doubts=[f"{service.line}: {service.note}" for service in tables.services.values() if service.note],
    )


def main_stations(atlas: Atlas) -> list[Link]:
    """Return the main stations of the corridors, to begin with."""
    tables = atlas.catalog.network
    found = main_stations_of(atlas, tables) if tables else set()
    features = [atlas.feature(f"{tables.stations}.{stop}") for stop in found] if tables else []
    return sorted((to_link(item) for item in features if item), key=lambda link: sort_key(link.name))


def gains(teller: Teller, choice: ReachChoice) -> list[GainRow]:
    """Return what changes between the two networks that are compared, the largest gain first."""
    if choice.scenario == choice.against:
        return []
    before: Network = load_network(teller.atlas, choice.against)
    found = compare(before, teller.reach.network, teller.reach.paths.origin, waiting=choice.waiting)
    found.sort(key=lambda gain: (gain.minutes is None, -(gain.minutes or 0)))
    return [
        GainRow(
            teller.link(gain.station),
            teller.minutes(gain.before),
            teller.minutes(gain.after),
            "" if gain.minutes is None else _signed(gain.minutes, teller),
        )
        for gain in found
    ]


def _signed(gained: float, teller: Teller) -> str:
    return f"{MINUS if gained > 0 else '+'}{teller.minutes(abs(gained))}"


def _bands(teller: Teller) -> tuple[list[str], list[Band]]:
    """Return the columns of people, and the bands with a figure for each of them."""
    reach, language = teller.reach, teller.atlas.language
    order = list(_countries(teller))
    keys = [(people.country, people.date) for people in reach.people_within(float("inf"))]
    keys.sort(key=lambda key: order.index(key[0]) if key[0] in order else len(order))
    bands = []
    for number, end in enumerate(reach.tables.bands, 1):
        counts = {(people.country, people.date): people.count for people in reach.people_within(end)}
        stations = format_number(len(reach.stations_within(end)), language)
        figures = [format_number(counts.get(key, 0), language) for key in keys]
        bands.append(Band(number, teller.band(number), stations, figures))
    return [_column(teller, country, date) for country, date in keys], bands


def _countries(teller: Teller) -> dict[str, str]:
    """Return countries and their names, in the order of the field that says where people live."""
    people = teller.tables.people
    layer = teller.atlas.catalog.layers.get(people.layer) if people else None
    field = layer.fields.get(people.country) if layer and people else None
    return dict(field.choices) if field else {}


def _column(teller: Teller, country: str, date: str) -> str:
    name = _countries(teller).get(country, country)
    try:
        return f"{name}, {format_iso_date(date, teller.atlas.language)}"
    except ValueError:
        return f"{name}, {date}"


def _notes(teller: Teller) -> list[str]:
    """Return how minutes, places and people are counted."""
    _ = interface_strings(teller.atlas.language).gettext
    tables = teller.tables
    notes = [
        tables.note,
        _(
            "A place is reached at its nearest main station within {km} km as the crow flies, or else at its "
            "nearest station. The minutes do not include the way from there."
        ).format(km=format_number(tables.places.within_km, teller.atlas.language)),
    ]
    people = tables.people
    layer = teller.atlas.catalog.layers.get(people.layer) if people else None
    if layer is not None:
        notes.append(
            _(
                "People: a municipality counts as a whole once the station of its town is reached. Only the "
                "municipalities of the layer “{layer}” are counted. Figures of different dates are listed "
                "separately and not added up."
            ).format(layer=layer.title)
        )
    return notes


def _trip(teller: Teller, choice: ReachChoice) -> tuple[TripView | None, str | None]:
    """Return the way that was asked for, or why there is none."""
    _ = interface_strings(teller.atlas.language).gettext
    feature = teller.atlas.feature(choice.to) if choice.to else None
    station = station_of(teller.atlas, choice.to) if choice.to else None
    if feature is None or station is None or station == teller.reach.paths.origin:
        return None, None
    legs = teller.legs(station)
    if not legs:
        return None, f"{name_of(feature)}: {teller.arrival(station)}."
    walk = None
    if feature.layer.id != teller.tables.stations:
        walk = _walk(teller, choice.to or "", station)
    return TripView(name_of(feature), teller.arrival(station), walk, legs), None


def _walk(teller: Teller, reference: str, station: str) -> str | None:
    _ = interface_strings(teller.atlas.language).gettext
    for place, _minutes in teller.reach.places():
        if place.feature.reference == reference and place.distance_km is not None:
            distance = format_distance(place.distance_km * 1000, teller.atlas.language)
            return _("{distance} from the station {station}, as the crow flies").format(
                distance=distance, station=teller.link(station).name
            )
    return None
