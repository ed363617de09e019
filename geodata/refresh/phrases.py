"""Dates inside texts: `CBS, 1 January %Y` finds what a text says of when data are of, and says it anew."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable

DIRECTIVES = {"%Y": r"\d{4}", "%m": r"\d{2}", "%d": r"\d{2}", "%B": "[A-Z][a-z]+"}
"""Those of `strftime` that a phrase may have, and what they look like."""

NUMBER = re.compile(r"\d+")


def renew(text: str, phrases: Iterable[str], date: datetime.date) -> str:
    """Return a text with the phrases in it of another date."""
    for phrase in phrases:
        pattern = re.escape(phrase)
        for directive, form in DIRECTIVES.items():
            pattern = pattern.replace(re.escape(directive), form)
        text = re.sub(pattern, date.strftime(phrase).replace("\\", r"\\"), text)
    return text


def carry_over(old: str, new: str, translation: str) -> str | None:
    """Return a translation of `old` as one of `new`, where only numbers differ and it is clear which.

    `None` where that can't be told: a person has to translate it.
    """
    if NUMBER.sub("#", old) != NUMBER.sub("#", new):
        return None
    before, after, there = NUMBER.findall(old), NUMBER.findall(new), NUMBER.findall(translation)
    if before == there:
        numbers = iter(after)
        return NUMBER.sub(lambda _: next(numbers), translation)
    renamed: dict[str, str] = {}
    for number, other in zip(before, after, strict=True):
        if renamed.setdefault(number, other) != other:
            return None
    changed = {number for number, other in renamed.items() if number != other}
    if any(there.count(number) != before.count(number) for number in changed):
        return None
    return NUMBER.sub(lambda found: renamed.get(found[0], found[0]), translation)
