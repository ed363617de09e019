"""Chooses a visitor's language and translates the interface."""

import gettext
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError, negotiate_locale

from geodata import Atlas
from geodata.i18n.po_file import Translation, read_translations

SOURCE_LANGUAGE = "en"
"""Language of every text in the code and the catalog."""

FORMATS = {SOURCE_LANGUAGE: "en-GB"}
"""Locales of languages whose tag does not settle the format of dates: the day before the month."""

LOCALES = Path(__file__).parents[1] / "locales"


def languages(atlas: Atlas) -> dict[str, str]:
    """Return the languages of the interface and the atlas: tag (BCP 47) → name in that language."""
    tags = [*interface_languages(), *atlas.translations]
    return {tag: _name_of(tag) for tag in dict.fromkeys(tags)}


def interface_languages() -> list[str]:
    """Return the languages of the interface."""
    return [SOURCE_LANGUAGE, *_interface()]


def choose_language(atlas: Atlas, asked: str | None, accepted: str | None) -> str:
    """Return the language asked for in the address, else the browser's (`Accept-Language`), else English."""
    known = list(languages(atlas))
    wanted = [asked] if asked in known else _by_preference(accepted or "")
    found = negotiate_locale([tag for tag in wanted if tag], known, sep="-")
    return next((tag for tag in known if tag.lower() == (found or "").lower()), SOURCE_LANGUAGE)


def interface_strings(language: str) -> gettext.NullTranslations:
    """Return the texts of the interface in a language; untranslated ones stay English."""
    translation = _interface().get(language)
    return gettext.NullTranslations() if translation is None else translation.texts


def language_of(country: str) -> str | None:
    """Return the language that most people of a country speak (ISO 3166 code → BCP 47), or `None`."""
    try:
        return str(Locale.parse(f"und_{country}").language)
    except (UnknownLocaleError, ValueError):
        return None


def to_locale(language: str) -> Locale:
    """Return Babel's locale of a language, for numbers and dates."""
    try:
        return Locale.parse(FORMATS.get(language, language), sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(SOURCE_LANGUAGE)


@cache
def _interface() -> dict[str, Translation]:
    return read_translations(LOCALES)[0]


def _by_preference(accepted: str) -> list[str]:
    """Return the tags of an `Accept-Language` header by descending weight (RFC 9110, 12.5.4)."""
    weighted: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, weight = part.partition(";q=")
        try:
            weighted.append((float(weight or 1), tag.strip()))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighted, key=lambda pair: -pair[0]) if weight > 0]


def _name_of(tag: str) -> str:
    """Return a language's name in that language."""
    try:
        name = Locale.parse(tag, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        return tag
    return name[:1].upper() + name[1:] if name else tag
