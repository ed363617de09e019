"""Compares travel across the border with travel within one country, in the reader's language."""

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from dashboard.i18n.formatting import (
    format_iso_date,
    format_minutes,
    format_minutes_difference,
    format_number,
    to_whole_minutes,
)
from dashboard.i18n.languages import interface_strings
from dashboard.link.reach_choice import ReachChoice
from dashboard.views.features import Link, to_link
from geodata import Atlas, border_lens, load_network
from geodata.atlas.per_atlas import per_atlas
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


@dataclass(frozen=True)
class BorderView:
    """The texts about the border."""

    atlas: Atlas
    lens: BorderLens

    @property
    def cost(self) -> str | None:
        """The median difference; `None` without comparisons."""
        cost = self.lens.cost_minutes
        return None if cost is None else format_minutes_difference(cost, self.atlas.language)

    @property
    def headline(self) -> str | None:
        """What the border costs, in a sentence; `None` without comparisons."""
        interface, cost = interface_strings(self.atlas.language), self.lens.cost_minutes
        if cost is None:
            return None
        minutes = to_whole_minutes(cost)
        if minutes <= 0:
            return interface.gettext("Crossing the border costs no time")
        return interface.ngettext(
            "Crossing the border adds {minutes} minute", "Crossing the border adds {minutes} minutes", minutes
        ).format(minutes=format_number(minutes, self.atlas.language))

    @property
    def differences(self) -> list[Difference]:
        """All comparisons, the largest difference first."""
        ranked = sorted(self.lens.comparisons, key=lambda item: -item.difference)
        return [self._difference(item) for item in ranked]

    def median(self, pairs: Iterable[Pair], measure: str) -> str:
        """Return the median of an attribute of pairs, such as `trip.minutes`; a dash if it is unknown."""
        known = [value for value in map(attrgetter(measure), pairs) if value is not None]
        return self._number(statistics.median(known)) if known else "–"

    @property
    def counted(self) -> str:
        """Number of the pairs within each country, after its name."""
        counts = Counter(pair.countries[0] for pair in self.lens.within)
        return ", ".join(f"{self._country(code)} {count}" for code, count in sorted(counts.items()))

    @property
    def facts(self) -> list[Fact]:
        """The facts of both sides."""
        return [
            Fact(figure.title, figure.note, self._sides(figure) if figure.layer else self._stated(figure))
            for figure in self.lens.tables.figures
        ]

    def _difference(self, item: Comparison) -> Difference:
        return Difference(
            item,
            to_link(item.pair.first.feature),
            to_link(item.pair.second.feature),
            format_minutes(item.pair.trip.minutes, self.atlas.language),
            format_minutes_difference(item.difference, self.atlas.language),
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

    def _date(self, text: str) -> str:
        try:
            return format_iso_date(text, self.atlas.language)
        except ValueError:
            return text


def border_view(atlas: Atlas, choice: ReachChoice) -> BorderView | None:
    """Return the texts about the border; `None` if the catalog has no lens."""
    try:
        return BorderView(atlas, _lens(atlas, choice.scenario, choice.waiting))
    except NoNetworkError:
        return None


@per_atlas(maxsize=32)
def _lens(atlas: Atlas, scenario: str | None, waiting: bool) -> BorderLens:
    return border_lens(atlas, load_network(atlas, scenario), waiting=waiting)
