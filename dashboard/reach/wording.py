"""Puts travel times by rail into the reader's language."""

import math
from dataclasses import dataclass

from dashboard.i18n.formatting import format_distance, format_minutes, format_number, to_whole_minutes
from dashboard.i18n.languages import interface_strings
from dashboard.views.features import Link, to_link
from geodata import Atlas
from geodata.catalog.network_schema import RailNetwork
from geodata.network.reach import Reach
from geodata.network.trip import Leg

LIMIT_STEP = 5
"""Minutes to which an upper limit is rounded up."""


@dataclass(frozen=True)
class LegView:
    """A leg, ready for a line diagram."""

    line: str
    about: str
    stops: list[tuple[Link, str]]
    """Stations, with minutes since the start of the whole trip."""
    is_through: bool


@dataclass(frozen=True)
class Wording:
    """The texts about travel times from one station."""

    atlas: Atlas
    reach: Reach

    @property
    def tables(self) -> RailNetwork:
        """The network's tables, in the language of the atlas."""
        return self.reach.tables

    def link(self, station: str) -> Link:
        """Return the link to a station."""
        feature = self.atlas.feature(f"{self.tables.stations}.{station}")
        return to_link(feature) if feature else Link(station, "")

    def minutes(self, minutes: float | None) -> str:
        """Return whole minutes with their unit, or that they are not known."""
        if minutes is None:
            return interface_strings(self.atlas.language).gettext("not known")
        return format_minutes(minutes, self.atlas.language)

    def figure(self, station: str) -> str | None:
        """Return the minutes to a station as the map prints them, an upper limit in steps of 5."""
        minutes = self.reach.paths.minutes_to(station)
        return (
            None if minutes is None else format_number(self._rounded(station, minutes), self.atlas.language)
        )

    def _rounded(self, station: str, minutes: float) -> int:
        if self.reach.band(station) is None:
            return LIMIT_STEP * math.ceil(minutes / LIMIT_STEP)
        return to_whole_minutes(minutes)

    def transfers(self, count: int) -> str:
        """Return the number of changes of trains."""
        interface = interface_strings(self.atlas.language)
        if count == 0:
            return interface.gettext("direct")
        return interface.ngettext("{count} change", "{count} changes", count).format(count=count)

    def detail(self, station: str) -> str:
        """Return the changes and doubts of the trip to a station."""
        _ = interface_strings(self.atlas.language).gettext
        trip = self.reach.paths.trip_to(station)
        parts = [self.transfers(trip.transfers)] if trip and trip.legs else []
        if trip and not trip.is_confirmed:
            parts.append(_("minutes not confirmed"))
        if self.reach.paths.may_be_less(station):
            parts.append(_("perhaps less: the minutes of a train are not known"))
        return ", ".join(parts)

    def arrival(self, station: str) -> str:
        """Return minutes, changes and doubts of the trip to a station in one line."""
        _ = interface_strings(self.atlas.language).gettext
        certainty = self.reach.paths.certainty(station)
        if station == self.reach.paths.origin:
            return _("start of the trip")
        if certainty == "unknown":
            return _("minutes not known")
        if certainty == "unreachable":
            return _("no train known")
        return ", ".join(filter(None, (self.minutes_to(station), self.detail(station))))

    def minutes_to(self, station: str) -> str:
        """Return the minutes to a station, as an upper limit if a faster train may exist."""
        _ = interface_strings(self.atlas.language).gettext
        taken = self.reach.paths.minutes_to(station)
        minutes = self.minutes(None if taken is None else self._rounded(station, taken))
        return minutes if self.reach.band(station) else _("at most {minutes}").format(minutes=minutes)

    def band(self, number: int) -> str:
        """Return the name of a band, counted from 1."""
        _ = interface_strings(self.atlas.language).gettext
        bands = self.tables.bands
        if number <= len(bands):
            return _("up to {minutes} min").format(minutes=bands[number - 1])
        return _("over {minutes} min").format(minutes=bands[-1])

    def legs(self, station: str) -> list[LegView]:
        """Return the legs to a station, for a line diagram."""
        _ = interface_strings(self.atlas.language).gettext
        trip = self.reach.paths.trip_to(station)
        found: list[LegView] = []
        since = 0.0
        for leg in trip.legs if trip else ():
            if found and not leg.is_through:
                since += self.reach.network.transfer_minutes_at(leg.start)
            if not leg.is_through:
                since += self._wait(leg)
            stops = [
                (
                    self.link(stop.station),
                    self.minutes(None if stop.minutes is None else since + stop.minutes),
                )
                for stop in leg.stops
            ]
            line = _(" or ").join(self.tables.services[service].line for service in leg.services)
            found.append(LegView(line, self._about(leg), stops, leg.is_through))
            since += leg.minutes
        return found

    def _wait(self, leg: Leg) -> float:
        """Return the waiting time: half the headway if waiting counts, else 0 minutes."""
        per_hour = sum(self.reach.network.trains_per_hour.get(service, 0) for service in leg.services)
        return 30 / per_hour if self.reach.paths.is_waiting and per_hour else 0

    def _about(self, leg: Leg) -> str:
        """Return minutes, kilometres and trains per hour of a leg."""
        _, language = interface_strings(self.atlas.language).gettext, self.atlas.language
        parts = [self.minutes(leg.minutes), format_distance(leg.length_km * 1000, language)]
        per_hour = self.reach.network.direct_per_hour(leg.start, leg.end)
        if per_hour is not None:
            number = format_number(per_hour, language, decimals=1)
            parts.append(_("direct trains per hour: {number}").format(number=number))
        return ", ".join(parts)
