"""Gathers what the panel and the map say about travel times from a station."""

from dataclasses import dataclass
from functools import cached_property

from dashboard.i18n.formatting import (
    format_distance,
    format_iso_date,
    format_minutes_difference,
    format_number,
    sort_key,
    to_whole_minutes,
)
from dashboard.i18n.languages import interface_strings
from dashboard.link.reach_choice import ReachChoice, station_of
from dashboard.reach.wording import LegView, Wording
from dashboard.views.features import Link, name_of, to_link
from geodata import Atlas, Layer
from geodata.catalog.network_schema import Scenario
from geodata.network.places import main_stations_of
from geodata.network.reach import reach_from
from geodata.network.scenarios import Gain, compare, load_network


@dataclass(frozen=True)
class Band:
    """The stations and people within the minutes at which a band ends."""

    number: int
    text: str
    stations: str
    people: list[str]
    """A figure for each column."""


@dataclass(frozen=True)
class Row:
    """A place or a station, and the trip to it."""

    link: Link
    minutes: str
    detail: str
    """Changes and doubts."""
    band: int | None
    is_chosen: bool = False


@dataclass(frozen=True)
class TripView:
    """The trip to one place."""

    end: str
    summary: str
    walk: str | None
    """Distance between the place and its station."""
    legs: list[LegView]


@dataclass(frozen=True)
class GainRow:
    """The change for one station."""

    link: Link
    before: str
    after: str
    gain: str


@dataclass(frozen=True)
class ReachView(Wording):
    """The answer to a question about travel times."""

    choice: ReachChoice

    @property
    def station(self) -> Link:
        """The station where all trips start."""
        return self.link(self.reach.paths.origin)

    @property
    def scenario(self) -> Scenario | None:
        """The scenario that is shown; `None` for today."""
        return self._scenario(self.choice.scenario)

    @property
    def against(self) -> Scenario | None:
        """The scenario that it is compared with; `None` for today."""
        return self._scenario(self.choice.against)

    def _scenario(self, scenario_id: str | None) -> Scenario | None:
        return next((entry for entry in self.tables.scenarios if entry.id == scenario_id), None)

    @property
    def columns(self) -> list[str]:
        """Country and date of the columns of people."""
        return [self._column(country, date) for country, date in self._people_keys]

    @property
    def bands(self) -> list[Band]:
        """The bands, with a figure for each column."""
        language = self.atlas.language
        bands = []
        for number, end in enumerate(self.tables.bands, 1):
            counts = {(people.country, people.date): people.count for people in self.reach.people_within(end)}
            stations = format_number(len(self.reach.stations_within(end)), language)
            figures = [format_number(counts.get(key, 0), language) for key in self._people_keys]
            bands.append(Band(number, self.band(number), stations, figures))
        return bands

    @property
    def perhaps(self) -> list[str]:
        """Municipalities that may be in a nearer band, as the minutes of a train are not known."""
        return self.reach.perhaps_nearer()

    @cached_property
    def places(self) -> list[Row]:
        """The places within the limit, the nearest first."""
        limit = self.choice.minutes or float("inf")
        return [
            self._row(
                to_link(place.feature), place.station, is_chosen=place.feature.reference == self.choice.to
            )
            for place, minutes in self.reach.places()
            if place.station is not None and minutes is not None and minutes <= limit
        ]

    @property
    def farther(self) -> int:
        """Number of places beyond the limit."""
        return sum(minutes is not None for _place, minutes in self.reach.places()) - len(self.places)

    @property
    def without_station(self) -> list[Link]:
        """Places without a station near enough."""
        return [to_link(place.feature) for place, _minutes in self.reach.places() if place.station is None]

    @property
    def stations(self) -> list[Row]:
        """Stations with known minutes within the limit, the nearest first."""
        stops = self.reach.stations_within(self.choice.minutes or float("inf"))
        return [self._row(self.link(stop), stop) for stop in stops]

    @property
    def unknown(self) -> list[Link]:
        """Stations that a train of unknown minutes reaches."""
        return [self.link(stop) for stop in self.reach.stations_that_are("unknown")]

    @property
    def unreachable(self) -> list[Link]:
        """Stations that no known train reaches."""
        return [self.link(stop) for stop in self.reach.stations_that_are("unreachable")]

    @property
    def doubts(self) -> list[str]:
        """Remarks on services with doubtful minutes."""
        services = self.tables.services.values()
        return [f"{service.line}: {service.note}" for service in services if service.note]

    @property
    def comparison(self) -> str | None:
        """What two networks are compared and what differs, in a sentence; `None` without a gain."""
        interface = interface_strings(self.atlas.language)
        gained = [saved for saved in map(_saved, self._gains) if saved is not None and saved > 0]
        if not gained:
            return None
        today = interface.gettext("today’s network")
        return interface.ngettext(
            "From {station}, “{after}” instead of {before} brings {count} station up to {minutes} nearer.",
            "From {station}, “{after}” instead of {before} brings {count} stations up to {minutes} nearer.",
            len(gained),
        ).format(
            station=self.station.name,
            after=self.scenario.title if self.scenario else interface.gettext("Today"),
            before=f"“{self.against.title}”" if self.against else today,
            count=format_number(len(gained), self.atlas.language),
            minutes=self.minutes(max(gained)),
        )

    @cached_property
    def _gains(self) -> list[Gain]:
        choice = self.choice
        if choice.scenario == choice.against:
            return []
        before = load_network(self.atlas, choice.against)
        found = compare(before, self.reach.network, self.reach.paths.origin, waiting=choice.waiting)
        return sorted(found, key=lambda gain: (gain.minutes is None, -(gain.minutes or 0)))

    @cached_property
    def gains(self) -> list[GainRow]:
        """The changes between the two networks, the largest gain first."""
        return [
            GainRow(
                self.link(gain.station),
                self.minutes(gain.before),
                self.minutes(gain.after),
                self._change(gain),
            )
            for gain in self._gains
        ]

    def _change(self, gain: Gain) -> str:
        """Return the difference between the minutes as they are printed; nothing if one is unknown."""
        saved = _saved(gain)
        return "" if saved is None else format_minutes_difference(-saved, self.atlas.language)

    @cached_property
    def trip(self) -> TripView | None:
        """The trip to the chosen place, without legs if no train is known; `None` without such a place."""
        reference = self.choice.to or ""
        feature, station = self.atlas.feature(reference), station_of(self.atlas, reference)
        if feature is None or station is None or station == self.reach.paths.origin:
            return None
        return TripView(name_of(feature), self.arrival(station), self._walk(station), self.legs(station))

    @property
    def people_layer(self) -> Layer | None:
        """The layer whose people are counted."""
        people = self.tables.people
        return self.atlas.catalog.layers.get(people.layer) if people else None

    def _walk(self, station: str) -> str | None:
        """Return the distance between the chosen place and its station."""
        _ = interface_strings(self.atlas.language).gettext
        for place, _minutes in self.reach.places():
            if place.feature.reference == self.choice.to and place.distance_km is not None:
                distance = format_distance(place.distance_km * 1000, self.atlas.language)
                return _("{distance} from the station {station}, as the crow flies").format(
                    distance=distance, station=self.link(station).name
                )
        return None

    def _row(self, link: Link, station: str, *, is_chosen: bool = False) -> Row:
        return Row(link, self.minutes_to(station), self.detail(station), self.reach.band(station), is_chosen)

    @cached_property
    def _people_keys(self) -> list[tuple[str, str]]:
        """Country and date of the figures of people, in the order of the countries."""
        keys = [(people.country, people.date) for people in self.reach.people_within(float("inf"))]
        order = list(self._countries)
        return sorted(keys, key=lambda key: order.index(key[0]) if key[0] in order else len(order))

    @cached_property
    def _countries(self) -> dict[str, str]:
        """Names of the countries, in the order of the field that has them."""
        people, layer = self.tables.people, self.people_layer
        field = layer.fields.get(people.country) if layer and people else None
        return dict(field.choices) if field else {}

    def _column(self, country: str, date: str) -> str:
        name = self._countries.get(country, country)
        try:
            return f"{name}, {format_iso_date(date, self.atlas.language)}"
        except ValueError:
            return f"{name}, {date}"


def reach_view(atlas: Atlas, choice: ReachChoice) -> ReachView | None:
    """Return the answer to a question about travel times; `None` without a station."""
    if choice.station is None:
        return None
    reach = reach_from(atlas, choice.station, choice.scenario, waiting=choice.waiting)
    return ReachView(atlas, reach, choice)


def _saved(gain: Gain) -> int | None:
    """Return the minutes saved, as the printed ones differ; `None` if one is unknown."""
    if gain.before is None or gain.after is None:
        return None
    return to_whole_minutes(gain.before) - to_whole_minutes(gain.after)


def main_stations(atlas: Atlas) -> list[Link]:
    """Return the main stations of the corridors, by name."""
    tables = atlas.catalog.network
    found = main_stations_of(atlas, tables) if tables else set()
    features = [atlas.feature(f"{tables.stations}.{stop}") for stop in found] if tables else []
    return sorted((to_link(item) for item in features if item), key=lambda link: sort_key(link.name))
