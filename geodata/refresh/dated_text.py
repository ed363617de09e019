"""Dates inside texts: a phrase such as `CBS, %-d %B %Y` finds a date in a text and renews it."""

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
"""Directives of `strftime` in phrases → regular expression, and Babel's pattern."""

DIRECTIVE = re.compile("%-?[A-Za-z]")


def renew(text: str, phrases: Iterable[str], date: datetime.date) -> str:
    """Return a text in which all phrases have another date."""
    for phrase in phrases:
        text = re.sub(_pattern(phrase), to_text(phrase, date).replace("\\", r"\\"), text)
    return text


def contains(text: str, phrase: str) -> bool:
    """Tell whether a text contains a phrase, of any date."""
    return re.search(_pattern(phrase), text) is not None


def to_text(phrase: str, date: datetime.date) -> str:
    """Return a phrase with a date, in English."""
    return DIRECTIVE.sub(lambda found: format_date(date, DIRECTIVES[found[0]][1], "en"), phrase)


def _pattern(phrase: str) -> str:
    return DIRECTIVE.sub(lambda found: DIRECTIVES[found[0]][0], re.escape(phrase).replace(r"\-", "-"))


def carry_over(old: str, new: str, translation: str, language: str) -> str | None:
    """Return the translation of `new`, given that of `old`, if only numbers and months differ.

    `None` if it is unclear which numbers of the translation change: a person has to translate the text.
    """
    english, other = _Dates("en"), _Dates(language)
    if english.pattern.sub("#", old) != english.pattern.sub("#", new):
        return None
    before, after, translated = english.read(old), english.read(new), other.read(translation)
    if before == translated:
        return other.put(translation, after)
    renamed: dict[str, str] = {}
    for number, instead in zip(before, after, strict=True):
        if renamed.setdefault(number, instead) != instead:
            return None
    changed = {number for number, instead in renamed.items() if number != instead}
    if any(translated.count(number) != before.count(number) for number in changed):
        return None
    return other.put(translation, [renamed.get(number, number) for number in translated])


class _Dates:
    """Numbers and months in the texts of a language; May is read as `month 5`."""

    def __init__(self, language: str) -> None:
        names = get_month_names("wide", locale=Locale.parse(language, sep="-"))
        self._months = {f"month {number}": name for number, name in names.items()}
        self._numbers = {name: number for number, name in self._months.items()}
        self.pattern = re.compile(rf"\d+|\b(?:{'|'.join(map(re.escape, self._numbers))})\b")

    def read(self, text: str) -> list[str]:
        return [self._numbers.get(found, found) for found in self.pattern.findall(text)]

    def put(self, text: str, values: list[str]) -> str:
        """Return a text with its numbers and months replaced, in their order."""
        remaining = iter(values)
        return self.pattern.sub(lambda _: self._months.get(value := next(remaining), value), text)
