"""Formats numbers, dates, choices and units for a language, with Babel."""

import datetime
import math
import numbers
import re
import unicodedata

from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from dashboard.i18n.languages import to_locale
from geodata.catalog.schema import DataField
from geodata.catalog.vintage import DATE

NO_BREAK_SPACE = "\u00a0"

MAX_METERS = 1000
"""Distances from here on are shown in kilometers."""

HECTARE_M2 = 10_000
MAX_HECTARES = 1000
"""Areas from here on are shown in square kilometers."""


def format_value(value: object, field: DataField, language: str) -> str:
    """Return a property's value with its unit."""
    text = _format_bare(value, field, language)
    return format_figure(text, field.unit or "", language)


def _format_bare(value: object, field: DataField, language: str) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if field.type == "choice":
        return field.choices.get(str(value), str(value))
    if isinstance(value, datetime.date):
        return format_date(value, format="long", locale=to_locale(language))
    if field.type == "date":
        try:
            return format_iso_date(str(value), language)
        except ValueError:
            return str(value)
    if field.type != "year" and isinstance(value, numbers.Real) and not isinstance(value, bool):
        return format_number(float(value), language)
    return str(value)


def format_figure(value: float | str, unit: str, language: str) -> str:
    """Return a number, or a text in its place, with its unit."""
    text = value if isinstance(value, str) else format_number(value, language)
    return f"{text}{NO_BREAK_SPACE}{unit}" if unit else text


def format_number(value: float, language: str, *, decimals: int = 2) -> str:
    """Return a number with the language's separators, rounded to at most so many decimals."""
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    return format_decimal(value, format=pattern, locale=to_locale(language))


def format_distance(value_m: float, language: str) -> str:
    """Return a distance in meters or, from 1 km on, in kilometers."""
    if value_m < MAX_METERS:
        return f"{format_number(value_m, language, decimals=0)}{NO_BREAK_SPACE}m"
    return f"{format_number(value_m / 1000, language, decimals=1)}{NO_BREAK_SPACE}km"


def to_whole_minutes(minutes: float) -> int:
    """Round minutes, halves up."""
    return math.floor(minutes + 0.5)


def format_minutes(minutes: float, language: str, *, decimals: int = 0) -> str:
    """Return minutes with their unit, whole ones unless decimals are asked for."""
    value = minutes if decimals else to_whole_minutes(minutes)
    return f"{format_number(value, language, decimals=decimals)}{NO_BREAK_SPACE}min"


def format_minutes_difference(minutes: float, language: str) -> str:
    """Return a difference in whole minutes, with its sign."""
    whole = to_whole_minutes(abs(minutes))
    sign = "±" if whole == 0 else "+" if minutes > 0 else "\u2212"
    return f"{sign}{format_minutes(whole, language)}"


def format_area(value_m2: float, language: str) -> str:
    """Return an area in m², in hectares from 1 ha on, in km² from 10 km² on."""
    if value_m2 < HECTARE_M2:
        return f"{format_number(value_m2, language, decimals=0)}{NO_BREAK_SPACE}m²"
    if value_m2 < MAX_HECTARES * HECTARE_M2:
        return f"{format_number(value_m2 / HECTARE_M2, language, decimals=0)}{NO_BREAK_SPACE}ha"
    return f"{format_number(value_m2 / 1e6, language, decimals=1)}{NO_BREAK_SPACE}km²"


def sort_key(text: str) -> str:
    """Return the key by which texts are sorted: without accents and case."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).casefold()


def format_iso_date(value: str, language: str) -> str:
    """Return an ISO 8601 date in words; raises `ValueError` for other texts."""
    return format_date(datetime.date.fromisoformat(value), format="long", locale=to_locale(language))


def format_span(text: str, language: str) -> str:
    """Return a span such as `2018-12-31 to 2024` with its years, months and days in words."""

    def in_words(found: re.Match[str]) -> str:
        date = found[0]
        if len(date) == len("2024"):
            return date
        if len(date) == len("2024-12"):
            first = datetime.date.fromisoformat(f"{date}-01")
            return format_skeleton("yMMMM", first, locale=to_locale(language))
        return format_iso_date(date, language)

    return DATE.sub(in_words, text.replace(" to ", " – "))
