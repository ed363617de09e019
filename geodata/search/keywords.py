"""The words that lead to a feature, from its names, its kind and its fields, and what each counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from geodata.catalog.schema import Layer
from geodata.features.folding import fold
from geodata.json_object import JsonObject

NAME, JOINED, ID, SITE, KIND, CATEGORY, AREA = 1.0, 0.95, 0.9, 0.8, 0.5, 0.4, 0.35
"""What a word counts, by where it stands: in a name, as all of a name without its spaces, in the id, in the
name of a website, in what the layer or one of its features is called, in what those of its category are, in
the area that the feature says it lies in."""

SITE_NAME = re.compile(r"^https?://(?:[^/]*\.)?([^./]+)\.[^./]+(?:/|$)")

Word = tuple[str, float]
"""A folded word and what it counts."""


UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def name_words(names: Iterable[str]) -> Iterator[Word]:
    """Return the words of names, also as they are written where a keyboard has no umlauts."""
    for folded in {fold(form) for name in names for form in (name, name.translate(UMLAUTS))}:
        parts = folded.split()
        yield from ((word, NAME) for word in parts)
        if len(parts) > 1:
            yield "".join(parts), JOINED


def field_words(layer: Layer, properties: JsonObject) -> Iterator[Word]:
    """Return the words of the areas that a feature says it lies in, and of its websites."""
    for name, field in layer.fields.items():
        value = properties.get(name)
        if field.names_area_in and isinstance(value, str):
            yield from ((word, AREA) for word in fold(value).split())
        elif field.type == "url" and (match := SITE_NAME.match(str(value))):
            yield from ((word, SITE) for word in fold(match[1]).split())


def kind_words(layers: list[Layer]) -> dict[str, list[Word]]:
    """Return the words for the features of a layer, given in each language, by their category.

    Under `""` are those for features without one.
    """
    common = {word: KIND for layer in layers for word in fold(f"{layer.title} {layer.kind}").split()}
    kinds = {"": common}
    for layer in layers:
        for category in layer.style.categories:
            words = fold(category.kind or category.label).split()
            kinds[category.value] = dict.fromkeys(words, CATEGORY) | kinds.get(category.value, common)
    return {value: list(words.items()) for value, words in kinds.items()}
