"""Collects the words that lead to a feature, from its names, id, kind and fields, with their weights."""

import re
from collections.abc import Iterable

from geodata.catalog.schema import Layer
from geodata.features.folding import fold
from geodata.json_object import JsonObject

NAME, JOINED, ID, SITE, KIND, CATEGORY, AREA = 1.0, 0.95, 0.9, 0.8, 0.5, 0.4, 0.35
"""Weight of a word in a name, of a name without its spaces, of a word in the id, in the domain of a website,
in the title or kind of the layer, in the kind of the category, in the area that the feature names."""

DOMAIN = re.compile(r"^https?://(?:[^/]*\.)?([^./]+)\.[^./]+(?:/|$)")

UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})

Weights = dict[str, float]
"""Folded word → its weight."""


def feature_words(
    layer: Layer, feature_id: str, properties: JsonObject, names: Iterable[str], kind: Weights
) -> Weights:
    """Return the words of a feature's id, fields, names (umlauts also as two letters) and kind."""
    texts: list[tuple[str, float]] = []
    for name, field in layer.fields.items():
        value = properties.get(name)
        if field.names_area_in and isinstance(value, str):
            texts.append((value, AREA))
        elif field.type == "url" and (match := DOMAIN.match(str(value))):
            texts.append((match[1], SITE))
    texts.append((feature_id, ID))
    for form in {form for name in names for form in (name, name.translate(UMLAUTS))}:
        texts += [(fold(form).replace(" ", ""), JOINED), (form, NAME)]
    weights = dict(kind)
    for text, weight in texts:
        for word in fold(text).split():
            weights[word] = max(weight, weights.get(word, 0))
    return weights


def kind_words(layers: list[Layer]) -> dict[str, Weights]:
    """Return the words for the kinds of features, by category; under `""` for features without a category.

    `layers` is one layer in each language.
    """
    common = {word: KIND for layer in layers for word in fold(f"{layer.title} {layer.kind}").split()}
    kinds = {"": common}
    for layer in layers:
        for category in layer.style.categories:
            words = fold(category.kind or category.label).split()
            kinds[category.value] = dict.fromkeys(words, CATEGORY) | kinds.get(category.value, common)
    return kinds
