"""What the region says of itself is told in the atlas, in each language (tests/data/statements.toml)."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata import Atlas, in_language

FILE = Path(__file__).parents[1] / "data" / "statements.toml"
STATEMENTS = tomllib.loads(FILE.read_text(encoding="utf-8"))["statements"]
LANGUAGES = ("en", "nl", "de")
EVIDENCE = {"source", "note"}
"""Fields that say where something is from, rather than tell it."""


def strings(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, part in value.items():
                if name not in EVIDENCE:
                    yield from strings(part)
        case list() | tuple():
            for part in value:
                yield from strings(part)


def text_at(atlas: Atlas, place: str) -> str:
    """Return what is told at `overview`, `about`, `chapter.<id>`, `layer.<id>` or `<layer>.<feature>`."""
    kind, _, name = place.partition(".")
    catalog = atlas.catalog
    match kind:
        case "overview" | "about":
            found: object = getattr(catalog, kind).model_dump()
        case "chapter":
            found = next(chapter for chapter in catalog.chapters if chapter.id == name).model_dump()
        case "layer":
            found = [catalog.layers[name].title, catalog.layers[name].description]
        case _:
            properties = atlas.feature(place).properties
            fields = catalog.layers[kind].fields
            chosen = ((fields[key], value) for key, value in properties.items() if key in fields)
            choices = [field.choices[value] for field, value in chosen if field.choices]
            found = [properties, choices]
    return " ".join(strings(found))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda statement: statement["says"])
def test_what_the_region_says_of_itself_is_told(atlas, statement, language):
    translated = in_language(atlas, language)
    for told in statement["told"]:
        for words in told[language]:
            assert words in text_at(translated, told["at"]), f"{statement['says']}: {told['at']}"


def test_each_of_the_27_statements_has_its_own_name_and_a_place():
    assert len({statement["says"] for statement in STATEMENTS}) == len(STATEMENTS) == 27
    assert all(statement["told"] for statement in STATEMENTS)
