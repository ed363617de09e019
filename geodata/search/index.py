"""Finds features by what people type: in any language, with or without accents, half typed, misspelt."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from rapidfuzz import fuzz

from geodata.atlas.atlas import Atlas
from geodata.atlas.languages import in_language
from geodata.catalog.schema import Layer
from geodata.features.folding import fold
from geodata.search.keywords import Weights, feature_words, kind_words
from geodata.search.vocabulary import Shares, Vocabulary

MAX_QUERY, MAX_WORDS = 200, 8
"""Characters and words of a query that are read."""

SHORTLIST = 100
"""Maximum number of candidates, the best by their words, that are compared by full name."""

EXACT, BEGINNING, LIKENESS, OTHER_LANGUAGE = 2.0, 1.0, 0.2, 0.98
"""What a name adds that is the query, begins with it, or resembles it; the factor for another language."""

PRIORITY = 1 / 1000
"""Share by which the words are worth more for each step of the label's priority on the map."""


@dataclass(frozen=True)
class Hit:
    """A feature that a query may mean."""

    reference: str
    """`<layer>.<feature id>`."""
    score: float
    """The higher, the better the match; compares the hits of one query only."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A feature in the index."""

    reference: str
    language: str
    """Of `name`."""
    name: str
    """Folded, like those below."""
    names: dict[str, str]
    """Language → name where it differs; under `""` the name that the feature has locally."""
    priority: int
    """Of its label on the map."""
    words: Weights
    """At least one."""


class SearchIndex:
    """The words of all features, and the weight of each word for each feature."""

    def __init__(self, entries: list[Entry]) -> None:
        self.entries = entries
        self.vocabulary = Vocabulary(dict.fromkeys(chain.from_iterable(entry.words for entry in entries)))
        numbers = {word: number for number, word in enumerate(self.vocabulary.words)}
        self._words = np.array([numbers[word] for entry in entries for word in entry.words], dtype=np.int32)
        weights = [weight for entry in entries for weight in entry.words.values()]
        self._weights = np.array(weights, dtype=np.float32)
        self._starts = np.cumsum([0, *(len(entry.words) for entry in entries)])[:-1]
        factors = [1 + entry.priority * PRIORITY for entry in entries]
        lengths = [min(map(len, [entry.name, *entry.names.values()])) for entry in entries]
        self._factors = np.array(factors, dtype=np.float32)
        self._name_lengths = np.maximum(1, np.array(lengths, dtype=np.float32))

    def search(self, query: str, language: str, limit: int = 12) -> list[Hit]:
        """Return the features that a query may mean, the likeliest first; none for a query without words.

        Every hit matches as many words of the query as the best feature does. Names that are the query or
        begin with it come first; of equally likely ones, the one whose label has priority on the map.
        """
        text = fold(query[:MAX_QUERY])
        typed = text.split()[:MAX_WORDS]
        if not typed or not self.entries or limit <= 0:
            return []
        shares = np.array([self._feature_shares(word) for word in typed])
        matched = (shares > 0).sum(axis=0)
        if not matched.any():
            return []
        lengths = np.array([len(word) for word in typed], dtype=np.float32)
        scores = lengths @ shares / lengths.sum() * self._factors
        candidates = np.flatnonzero(matched == matched.max())
        ranks = scores + 0.1 * np.minimum(1, len(text) / self._name_lengths)
        if len(candidates) > SHORTLIST + limit:
            candidates = candidates[np.argsort(-ranks[candidates], kind="stable")[: SHORTLIST + limit]]
        rated = [
            (-round(float(scores[number]) + _likeness(entry, text, language), 3), -entry.priority, number)
            for number, entry in ((number, self.entries[number]) for number in candidates.tolist())
        ]
        best = heapq.nsmallest(limit, rated)
        return [Hit(self.entries[number].reference, -score) for score, _, number in best]

    def _feature_shares(self, word: str) -> Shares:
        """Return for each feature how well its best word matches a typed one, from 0 to 1."""
        matches = self.vocabulary.shares(word)[self._words] * self._weights
        best: Shares = np.maximum.reduceat(matches, self._starts)
        return best


def build_index(atlas: Atlas) -> SearchIndex:
    """Index every feature of an atlas in all of its languages."""
    english = atlas.english or atlas
    atlases = [in_language(english, tag) for tag in dict.fromkeys([english.language, *english.translations])]
    return SearchIndex([entry for layer_id in english.in_memory for entry in _entries(atlases, layer_id)])


def _entries(atlases: list[Atlas], layer_id: str) -> Iterator[Entry]:
    """Yield the features of a layer, from the same atlas in each language."""
    versions = {atlas.language: atlas.in_memory[layer_id] for atlas in atlases}
    [language, *_], [first, *_] = versions, versions.values()
    layer = first.layer
    kinds = kind_words([data.layer for data in versions.values()])
    for feature_id, properties in first.properties.items():
        written = {tag: str(data.properties[feature_id].get("name", "")) for tag, data in versions.items()}
        written[""] = str(properties.get("native_name", ""))
        names = {tag: fold(name) for tag, name in written.items()}
        name = names.pop(language) or fold(feature_id)
        category = str(properties.get(layer.style.category_field or ""))
        yield Entry(
            f"{layer_id}.{feature_id}",
            language,
            name,
            {tag: other for tag, other in names.items() if other not in ("", name)},
            _priority(layer, category),
            feature_words(layer, feature_id, properties, written.values(), kinds.get(category, kinds[""])),
        )


def _priority(layer: Layer, category: str) -> int:
    """Return the priority of a feature's label: its category's, else its layer's."""
    priorities = {entry.value: entry.label_priority for entry in layer.style.categories}
    priority = priorities.get(category)
    return priority if priority is not None else layer.style.label_priority or 0


def _likeness(entry: Entry, text: str, language: str) -> float:
    """Return how much the name that resembles a query most adds to the score."""
    spoken = {language, ""} if language in entry.names else {entry.language, ""}
    return max(
        (
            (EXACT if name == text else BEGINNING if name.startswith(text) else 0)
            + LIKENESS * fuzz.ratio(text, name) / 100
        )
        * (1 if tag in spoken else OTHER_LANGUAGE)
        for tag, name in [(entry.language, entry.name), *entry.names.items()]
    )
