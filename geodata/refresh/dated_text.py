"""Dates inside texts: `CBS, %-d %B %Y` finds what a text says of when data are of, and says it anew."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

from babel import Locale
from babel.dates import format_date, get_month_names

DIRECTIVES = {
    "%Y": (r"\d{4}", "y"),
    "%m": (r"\d{2}", "MM"),
    "%d": (r"\d{2}", "dd"),
    "%-d": (r"\d{1,2}", "d"),
    "%B": ("[A-Z][a-z]+", "MMMM"),
}
"""Those of `strftime` that a phrase may have, what they look like, and what Babel calls them."""

DIRECTIVE = re.compile("%-?[A-Za-z]")


def renew(text: str, phrases: Iterable[str], date: datetime.date) -> str:
    """Return a text with the phrases in it of another date."""
    for phrase in phrases:
        text = re.sub(_pattern(phrase), to_text(phrase, date).replace("\\", r"\\"), text)
    return text


def says(text: str, phrase: str) -> bool:
    """Tell whether a text has a phrase in it, of any date."""
    return re.search(_pattern(phrase), text) is not None


def to_text(phrase: str, date: datetime.date) -> str:
    """Return a phrase with a date in it, in English."""
    return DIRECTIVE.sub(lambda found: format_date(date, DIRECTIVES[found[0]][1], "en"), phrase)


def _pattern(phrase: str) -> str:
    return DIRECTIVE.sub(lambda found: DIRECTIVES[found[0]][0], re.escape(phrase).replace(r"\-", "-"))


def carry_over(old: str, new: str, translation: str, language: str) -> str | None:
    """Return a translation of `old` as one of `new`, where only numbers and months differ, clearly which.

    `None` where that can't be told: a person has to translate it.
    """
    english, other = _Dates("en"), _Dates(language)
    if english.pattern.sub("#", old) != english.pattern.sub("#", new):
        return None
    before, after, there = english.read(old), english.read(new), other.read(translation)
    if before == there:
        return other.put(translation, after)
    renamed: dict[str, str] = {}
    for number, instead in zip(before, after, strict=True):
        if renamed.setdefault(number, instead) != instead:
            return None
    changed = {number for number, instead in renamed.items() if number != instead}
    if any(there.count(number) != before.count(number) for number in changed):
        return None
    return other.put(translation, [renamed.get(number, number) for number in there])


class _Dates:
    """Numbers and months in the texts of a language; a month is read as `month 5`."""

    def __init__(self, language: str) -> None:
        names = get_month_names("wide", locale=Locale.parse(language, sep="-"))
        self._months = {f"month {number}": name for number, name in names.items()}
        self._numbers = {name: number for number, name in self._months.items()}
        self.pattern = re.compile(rf"\d+|\b(?:{'|'.join(map(re.escape, self._numbers))})\b")

    def read(self, text: str) -> list[str]:
        return [self._numbers.get(found, found) for found in self.pattern.findall(text)]

    def put(self, text: str, values: list[str]) -> str:
        """Return a text with other numbers and months, in their order."""
        left = iter(values)
        return self.pattern.sub(lambda _: self._months.get(value := next(left), value), text)
