"""What the page says of the border: pairs of places across it, and facts of both sides."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from dashboard.i18n.formatting import NO_BREAK_SPACE, format_iso_date, format_number
from dashboard.i18n.languages import interface_strings
from dashboard.link.reach_choice import ReachChoice
from dashboard.views.feature_details import Link, name_of, to_link
from geodata import Atlas, border_lens, load_network
from geodata.catalog.network_schema import Lens, SharedFigure
from geodata.network.border import BorderLens, Comparison, Pair
from geodata.network.scenarios import NoNetworkError


@dataclass(frozen=True)
class Side:
    """One side of a fact."""

    country: str
    middle: str | None
    """Median of its features, or the one figure that is stated."""
    lines: list[tuple[Link, str]]
    """Features with figure and date; for a stated figure, what it is of and its source."""


@dataclass(frozen=True)
class Fact:
    """A fact of both sides."""

    title: str
    note: str
    sides: list[Side]


@dataclass(frozen=True)
class Difference:
    """A pair across the border beside those as far apart."""

    first: Link
    second: Link
    minutes: str
    usual: str
    difference: str
    about: str


@dataclass(frozen=True)
class BorderView:
    """Everything that the page says of the border."""

    lens: BorderLens
    cost: str | None
    """What the border costs: the median difference."""
    method: list[str]
    measures: list[tuple[str, str, str]]
    """Measure, median across the border, median within one country."""
    differences: list[Difference]
    facts: list[Fact]


def border_view(atlas: Atlas, choice: ReachChoice) -> BorderView | None:
    """Gather what the page says of the border; `None` where the catalog has no lens."""
    try:
        lens = border_lens(atlas, load_network(atlas, choice.scenario), waiting=choice.waiting)
    except NoNetworkError:
        return None
    teller = _Teller(atlas)
    ranked = sorted(lens.comparisons, key=lambda item: -item.difference)
    return BorderView(
        lens=lens,
        cost=None if lens.cost_minutes is None else signed_minutes(lens.cost_minutes, atlas.language),
        method=teller.method(lens),
        measures=teller.measures(lens),
        differences=[teller.difference(item) for item in ranked],
        facts=[teller.fact(figure, lens.tables) for figure in lens.tables.figures],
    )


def signed_minutes(minutes: float, language: str) -> str:
    """Return minutes more or less, with their sign."""
    sign = "+" if minutes > 0 else "\u2212" if minutes < 0 else "±"
    return f"{sign}{format_number(abs(minutes), language, decimals=1)}{NO_BREAK_SPACE}min"


@dataclass(frozen=True)
class _Teller:
    atlas: Atlas

    def number(self, value: float, decimals: int = 1) -> str:
        return format_number(value, self.atlas.language, decimals=decimals)

    def difference(self, item: Comparison) -> Difference:
        _ = interface_strings(self.atlas.language).gettext
        pair = item.pair
        parts = [
            _("{km} km apart").format(km=self.number(pair.distance_km, 0)),
            _("{kmh} km/h along the track").format(kmh=self.number(pair.kmh, 0)),
            _("changes: {count}").format(count=pair.trip.transfers),
        ]
        if pair.trains_per_hour is not None:
            parts.append(_("trains per hour: {count}").format(count=self.number(pair.trains_per_hour)))
        parts.append(_("similar pairs: {count}").format(count=len(item.similar)))
        if pair.may_be_less:
            parts.append(_("perhaps less: the minutes of a train are not known"))
        return Difference(
            to_link(pair.first.feature),
            to_link(pair.second.feature),
            f"{self.number(pair.trip.minutes)}{NO_BREAK_SPACE}min",
            f"{self.number(item.usual_minutes)}{NO_BREAK_SPACE}min",
            signed_minutes(item.difference, self.atlas.language),
            ", ".join(parts),
        )

    def measures(self, lens: BorderLens) -> list[tuple[str, str, str]]:
        _ = interface_strings(self.atlas.language).gettext
        measured: list[tuple[str, Callable[[Pair], float | None]]] = [
            (_("Pairs of places"), lambda _pair: None),
            (_("Kilometres apart, as the crow flies"), lambda pair: pair.distance_km),
            (_("Minutes"), lambda pair: pair.trip.minutes),
            (_("km/h along the track"), lambda pair: pair.kmh),
            (_("Changes of trains"), lambda pair: pair.trip.transfers),
            (_("Trains per hour, on the leg with the fewest"), lambda pair: pair.trains_per_hour),
        ]
        rows = [(measured[0][0], str(len(lens.across)), str(len(lens.within)))]
        for label, measure in measured[1:]:
            rows.append(
                (label, self._median(map(measure, lens.across)), self._median(map(measure, lens.within)))
            )
        return rows

    def _median(self, values: Iterable[float | None]) -> str:
        known = [value for value in values if value is not None]
        return self.number(statistics.median(known)) if known else "–"

    def method(self, lens: BorderLens) -> list[str]:
        """Return how the pairs were chosen and compared, and what they can't say."""
        _ = interface_strings(self.atlas.language).gettext
        tables = lens.tables
        counts = Counter(pair.countries[0] for pair in lens.within)
        by_country = ", ".join(
            f"{self.country(code, tables)} {count}" for code, count in sorted(counts.items())
        )
        return [
            _(
                "Pairs of places {low} to {high} km apart as the crow flies, each with a station. A pair "
                "across the border is held against those within one country whose distance differs by at "
                "most {part} %; the difference to their median is what it takes longer. The median of these "
                "differences, over {count} pairs, is what the border costs."
            ).format(
                low=self.number(tables.min_km),
                high=self.number(tables.max_km),
                part=self.number(tables.similar * 100),
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

    def country(self, code: str, tables: Lens) -> str:
        """Return a country's name, as the layer of the places has it."""
        field = self.atlas.catalog.layers[tables.layer].fields.get(tables.country)
        return field.choices.get(code, code) if field else code

    def fact(self, figure: SharedFigure, tables: Lens) -> Fact:
        if figure.layer is None:
            sides = [
                Side(
                    self.country(code, tables),
                    self.number(stated.value),
                    [(Link(stated.of, ""), f"{self._date(stated.date)}. {stated.source}")],
                )
                for code, stated in figure.stated.items()
            ]
        else:
            sides = self._sides(figure, tables)
        return Fact(figure.title, figure.note, sides)

    def _sides(self, figure: SharedFigure, tables: Lens) -> list[Side]:
        data = self.atlas.in_memory.get(figure.layer or "")
        groups: dict[str, list[tuple[float, Link, str]]] = {}
        for feature_id, properties in data.properties.items() if data else ():
            value, feature = properties.get(figure.value), self.atlas.feature(f"{figure.layer}.{feature_id}")
            if isinstance(value, int | float) and feature is not None:
                upper = properties.get(figure.upper or "", value)
                text = self.number(value) if upper == value else f"{self.number(value)}–{self.number(upper)}"
                date = self._date(str(properties.get(figure.date or "", "")))
                entry = (value, Link(name_of(feature), feature.reference), f"{text}{date and f' ({date})'}")
                groups.setdefault(str(properties.get(tables.country, "")), []).append(entry)
        return [
            Side(
                self.country(code, tables),
                self.number(statistics.median(value for value, _link, _text in found)),
                [(link, text) for _value, link, text in sorted(found, key=lambda entry: -entry[0])],
            )
            for code, found in sorted(groups.items(), reverse=True)
        ]

    def _date(self, text: Any) -> str:
        try:
            return format_iso_date(text, self.atlas.language)
        except ValueError:
            return str(text)
