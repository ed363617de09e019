"""Compares travel across the border with travel within one country, in the reader's language."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dashboard.i18n.formatting import NO_BREAK_SPACE, format_iso_date, format_number
from dashboard.i18n.languages import interface_strings
from dashboard.link.reach_choice import ReachChoice
from dashboard.views.feature_details import Link, to_link
from geodata import Atlas, border_lens, load_network
from geodata.catalog.network_schema import SharedFigure
from geodata.network.border import BorderLens, Comparison, Pair
from geodata.network.scenarios import NoNetworkError


@dataclass(frozen=True)
class Side:
    """One side of a fact."""

    country: str
    middle: str
    """Median of its features, or the stated figure."""
    lines: list[tuple[Link, str]]
    """Features with figure and date; for a stated figure, its subject and its source."""


@dataclass(frozen=True)
class Fact:
    """A fact of both sides."""

    title: str
    note: str
    sides: list[Side]


@dataclass(frozen=True)
class Difference:
    """A pair across the border, compared with pairs of similar distance within one country."""

    comparison: Comparison
    first: Link
    second: Link
    minutes: str
    difference: str
    about: str


@dataclass(frozen=True)
class BorderView:
    """The texts about the border."""

    atlas: Atlas
    lens: BorderLens

    @property
    def cost(self) -> str | None:
        """The median difference; `None` without comparisons."""
        cost = self.lens.cost_minutes
        return None if cost is None else signed_minutes(cost, self.atlas.language)

    @property
    def differences(self) -> list[Difference]:
        """All comparisons, the largest difference first."""
        ranked = sorted(self.lens.comparisons, key=lambda item: -item.difference)
        return [self._difference(item) for item in ranked]

    @property
    def measures(self) -> list[tuple[str, str, str]]:
        """Measure, median across the border, median within one country."""
        _ = interface_strings(self.atlas.language).gettext
        across, within = self.lens.across, self.lens.within
        measured: list[tuple[str, Callable[[Pair], float | None]]] = [
            (_("Kilometres apart, as the crow flies"), lambda pair: pair.distance_km),
            (_("Minutes"), lambda pair: pair.trip.minutes),
            (_("km/h along the track"), lambda pair: pair.kmh),
            (_("Changes of trains"), lambda pair: pair.trip.transfers),
            (_("Trains per hour, on the leg with the fewest"), lambda pair: pair.trains_per_hour),
        ]
        return [
            (_("Pairs of places"), str(len(across)), str(len(within))),
            *(
                (label, self._median(map(measure, across)), self._median(map(measure, within)))
                for label, measure in measured
            ),
        ]

    @property
    def method(self) -> list[str]:
        """How the pairs are chosen and compared, and the limits of the comparison."""
        _ = interface_strings(self.atlas.language).gettext
        lens, tables = self.lens, self.lens.tables
        counts = Counter(pair.countries[0] for pair in lens.within)
        by_country = ", ".join(f"{self._country(code)} {count}" for code, count in sorted(counts.items()))
        return [
            _(
                "Pairs of places {low} to {high} km apart as the crow flies, each with a station. A pair "
                "across the border is held against those within one country whose distance differs by at "
                "most {part} %; the difference to their median is what it takes longer. The median of these "
                "differences, over {count} pairs, is what the border costs."
            ).format(
                low=self._number(tables.min_km),
                high=self._number(tables.max_km),
                part=self._number(tables.similar * 100),
                count=len(lens.comparisons),
            ),
            _(
                "These are few places, and many pairs ride the same train: take it as a sign, not as a "
                "measurement. Pairs within one country: {countries}. Left out: {detours} pairs of one "
                "country whose way leads through the other, and {unknown} without known minutes. For "
                "{doubtful} of the pairs across the border, a train whose minutes are not known may be "
                "faster."
            ).format(
                countries=by_country,
                detours=sum(pair.is_detour for pair in lens.pairs),
                unknown=len(lens.unknown),
                doubtful=sum(pair.may_be_less for pair in lens.across),
            ),
        ]

    @property
    def facts(self) -> list[Fact]:
        """The facts of both sides."""
        return [
            Fact(figure.title, figure.note, self._sides(figure) if figure.layer else self._stated(figure))
            for figure in self.lens.tables.figures
        ]

    def _difference(self, item: Comparison) -> Difference:
        _ = interface_strings(self.atlas.language).gettext
        pair = item.pair
        parts = [
            _("{km} km apart").format(km=self._number(pair.distance_km, 0)),
            _("{kmh} km/h along the track").format(kmh=self._number(pair.kmh, 0)),
            _("changes: {count}").format(count=pair.trip.transfers),
        ]
        if pair.trains_per_hour is not None:
            parts.append(_("trains per hour: {count}").format(count=self._number(pair.trains_per_hour)))
        parts.append(_("similar pairs: {count}").format(count=len(item.similar)))
        if pair.may_be_less:
            parts.append(_("perhaps less: the minutes of a train are not known"))
        return Difference(
            item,
            to_link(pair.first.feature),
            to_link(pair.second.feature),
            f"{self._number(pair.trip.minutes)}{NO_BREAK_SPACE}min",
            signed_minutes(item.difference, self.atlas.language),
            ", ".join(parts),
        )

    def _stated(self, figure: SharedFigure) -> list[Side]:
        """Return the figures that the catalog states."""
        return [
            Side(
                self._country(code),
                self._number(stated.value),
                [(Link(stated.of, ""), f"{self._date(stated.date)}. {stated.source}")],
            )
            for code, stated in figure.stated.items()
        ]

    def _sides(self, figure: SharedFigure) -> list[Side]:
        """Return the figures of a layer's features, by country."""
        data = self.atlas.in_memory.get(figure.layer or "")
        if data is None:
            return []
        groups: dict[str, list[tuple[float, Link, str]]] = {}
        for feature in data.features(data.properties):
            properties = feature.properties
            value = properties.get(figure.value)
            if isinstance(value, int | float):
                upper = properties.get(figure.upper or "", value)
                date = self._date(str(properties.get(figure.date or "", "")))
                text = (
                    self._number(value) if upper == value else f"{self._number(value)}–{self._number(upper)}"
                )
                entry = (value, to_link(feature), f"{text}{date and f' ({date})'}")
                groups.setdefault(str(properties.get(self.lens.tables.country, "")), []).append(entry)
        return [
            Side(
                self._country(code),
                self._number(statistics.median(value for value, _link, _text in found)),
                [(link, text) for _value, link, text in sorted(found, key=lambda entry: -entry[0])],
            )
            for code, found in sorted(groups.items(), reverse=True)
        ]

    def _country(self, code: str) -> str:
        """Return a country's name, from the layer of the places."""
        field = self.atlas.catalog.layers[self.lens.tables.layer].fields.get(self.lens.tables.country)
        return field.choices.get(code, code) if field else code

    def _number(self, value: float, decimals: int = 1) -> str:
        return format_number(value, self.atlas.language, decimals=decimals)

    def _median(self, values: Iterable[float | None]) -> str:
        known = [value for value in values if value is not None]
        return self._number(statistics.median(known)) if known else "–"

    def _date(self, text: str) -> str:
        try:
            return format_iso_date(text, self.atlas.language)
        except ValueError:
            return text


def border_view(atlas: Atlas, choice: ReachChoice) -> BorderView | None:
    """Return the texts about the border; `None` if the catalog has no lens."""
    try:
        return BorderView(
            atlas, border_lens(atlas, load_network(atlas, choice.scenario), waiting=choice.waiting)
        )
    except NoNetworkError:
        return None


def signed_minutes(minutes: float, language: str) -> str:
    """Return a difference in minutes, with its sign."""
    sign = "+" if minutes > 0 else "\u2212" if minutes < 0 else "±"
    return f"{sign}{format_number(abs(minutes), language, decimals=1)}{NO_BREAK_SPACE}min"
