"""Finds features by what people type: in any language, with or without accents, half typed, misspelt."""

import heapq
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
    written: int
    """Number of words of the query that are in its words as they are written."""


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

    def __init__(self, entries: Sequence[Entry], *, always_fuzzy: bool = True) -> None:
        """Index entries; `always_fuzzy` is that of `Vocabulary`."""
        self.entries = entries
        numbers: dict[str, int] = {}
        words, owners, weights, factors, lengths = array("i"), array("i"), array("f"), array("f"), array("f")
        for owner, entry in enumerate(entries):
            for word, weight in entry.words.items():
                words.append(numbers.setdefault(word, len(numbers)))
                owners.append(owner)
                weights.append(weight)
            factors.append(1 + entry.priority * PRIORITY)
            lengths.append(max(1, min(map(len, [entry.name, *entry.names.values()]))))
        self.vocabulary = Vocabulary(numbers, always_fuzzy=always_fuzzy)
        places = np.argsort(np.array([numbers[word] for word in self.vocabulary.words], dtype=np.int32))
        sorted_words = places.astype(np.int32)[np.array(words)]
        order = np.argsort(sorted_words, kind="stable")
        self._owners = np.array(owners)[order]
        self._weights = np.array(weights)[order]
        self._starts = np.searchsorted(sorted_words[order], np.arange(len(numbers) + 1)).astype(np.int32)
        self._factors = np.array(factors)
        self._name_lengths = np.array(lengths)

    def search(self, query: str, language: str, limit: int = 12, *, fuzzy: bool = True) -> list[Hit]:
        """Return the features that a query may mean, the likeliest first; none for a query without words.

        Every hit matches as many words of the query as the best feature does. Names that are the query or
        begin with it come first; of equally likely ones, the one whose label has priority on the map. Without
        `fuzzy`, misspelt words match nothing.
        """
        text = fold(query[:MAX_QUERY])
        typed = text.split()[:MAX_WORDS]
        if not typed or not self.entries or limit <= 0:
            return []
        shares = np.array([self._feature_shares(word, fuzzy) for word in typed])
        matched = (shares > 0).sum(axis=0)
        if not matched.any():
            return []
        lengths = np.array([len(word) for word in typed], dtype=np.float32)
        scores = lengths @ shares / lengths.sum() * self._factors
        candidates = np.flatnonzero(matched == matched.max())
        ranks = scores + 0.1 * np.minimum(1, len(text) / self._name_lengths)
        if len(candidates) > SHORTLIST + limit:
            candidates = candidates[np.argsort(-ranks[candidates], kind="stable")[: SHORTLIST + limit]]
        rated = []
        for number, score in zip(candidates.tolist(), scores[candidates].tolist(), strict=True):
            entry = self.entries[number]
            score += _likeness(entry, text, language)
            rated.append((-round(score, 3), -entry.priority, number, entry))
        best = heapq.nsmallest(limit, rated)
        return [_hit(entry, -score, typed) for score, _, _, entry in best]

    def _feature_shares(self, word: str, fuzzy: bool) -> Shares:
        """Return for each feature how well its best word matches a typed one, from 0 to 1."""
        shares = self.vocabulary.shares(word, fuzzy=fuzzy)
        best: Shares = np.zeros(len(self.entries), dtype=np.float32)
        words = np.flatnonzero(shares)
        counts = self._starts[words + 1] - self._starts[words]
        before = np.cumsum(counts) - counts
        uses = np.repeat(self._starts[words] - before, counts) + np.arange(counts.sum())
        np.maximum.at(best, self._owners[uses], np.repeat(shares[words], counts) * self._weights[uses])
        return best


def _hit(entry: Entry, score: float, typed: Sequence[str]) -> Hit:
    written = sum(any(word in known for known in entry.words) for word in typed)
    return Hit(entry.reference, score, written)


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
