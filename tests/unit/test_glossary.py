"""Each text uses the glossary's terms: one word for one thing, in each language."""

import re
import tomllib
from functools import cache

import pytest

from dashboard.i18n.languages import LOCALES
from geodata.i18n.po_file import read_translations
from tests.support.region import GEODATA

GLOSSARY = GEODATA / "locales" / "glossary.toml"
PLACEHOLDER = re.compile(r"\{\w*\}|%\(\w+\)s")
LANGUAGES = ["nl", "de"]
TERMS = tomllib.loads(GLOSSARY.read_text(encoding="utf-8"))["terms"]


@cache
def texts(language):
    """Return the pairs of English text and translation; a name that stays as it is has none."""
    folders = (GEODATA / "locales", LOCALES)
    entries = [entry for folder in folders for entry in read_translations(folder)[0][language].entries]
    pairs = [
        pair
        for entry in entries
        if entry.id
        for pair in zip(_forms(entry.id), _forms(entry.string), strict=True)
    ]
    return [(PLACEHOLDER.sub("", english), PLACEHOLDER.sub("", text)) for english, text in pairs if text]


def _forms(text):
    return text if isinstance(text, tuple | list) else (text,)


def has(term, english):
    """Tell whether an English text has a term, one or many, outside of the phrases of `unless`."""
    for phrase in term.get("unless", []):
        english = english.replace(phrase, "")
    one = re.escape(term["en"])
    many = re.escape(term["en"].removesuffix("y")) + "ies" if term["en"].endswith("y") else f"{one}s"
    return re.search(rf"\b(?:{one}|{many})\b", english, re.IGNORECASE) is not None


def uses(word, text):
    return re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE) is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_glossary_s_word_for_each_term_of_its_text(language):
    missing = [
        f"{language}: “{term['en']}” is {' or '.join(term[language])}, not so in “{text}” (“{english}”)"
        for term in TERMS
        for english, text in texts(language)
        if has(term, english) and not any(stem.casefold() in text.casefold() for stem in term[language])
    ]
    assert missing == []


@pytest.mark.parametrize("language", ["en", *LANGUAGES])
def test_no_text_has_a_word_that_the_glossary_bans(language):
    pairs = [(text, text) for text, _ in texts("nl")] if language == "en" else texts(language)
    banned = [
        f"{language}: “{word}” is not the word for “{term['en']}” in “{text}”"
        for term in TERMS
        for word in term.get("not", {}).get(language, [])
        for _, text in pairs
        if uses(word, text)
    ]
    assert banned == []


def test_each_term_stands_once_and_some_text_has_it():
    english = [term["en"] for term in TERMS]
    assert sorted(set(english)) == sorted(english)
    unused = [term["en"] for term in TERMS if not any(has(term, text) for text, _ in texts("nl"))]
    assert unused == []


@pytest.mark.parametrize(
    ("language", "other"), [("nl", r"\buw\b"), ("de", r"\b(?:du|dich|dir|deine?[mnrs]?)\b")]
)
def test_readers_are_addressed_alike_in_all_texts(language, other):
    """Dutch says “je”, German says “Sie”."""
    assert [text for _, text in texts(language) if re.search(other, text, re.IGNORECASE)] == []
