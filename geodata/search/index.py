"""Finding features by what people type: in any language, with or without accents, half typed, misspelt."""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from geodata.atlas.atlas import Atlas
from geodata.atlas.languages import in_language
from geodata.catalog.schema import Layer
from geodata.features.folding import fold
from geodata.search.coordinates import read_coordinates
from geodata.search.keywords import ID, Word, field_words, kind_words, name_words
from geodata.search.vocabulary import Vocabulary

__all__ = ["Hit", "SearchIndex", "build_index", "read_coordinates"]

MAX_QUERY = 200
MAX_WORDS = 8
"""What of a query is read."""

SHORTLIST = 100
"""So many features, the best by their words, are compared name by name."""

EXACT, BEGINNING, LIKENESS, OTHER_LANGUAGE = 2.0, 1.0, 0.2, 0.98
"""What a name adds that is the query, begins with it, or is like it; a little less in another language."""

PRIORITY = 1 / 1000
"""By what part the words are worth more for each step of the label's priority on the map."""

Numbers = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Hit:
    """A feature that a query may mean."""

    reference: str
    """`<layer>.<feature id>`."""
    score: float
    """The higher, the surer; only good to compare the hits of one query."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A feature as the index knows it."""

    reference: str
    language: str
    """Of `name`."""
    name: str
    """Folded, like those below."""
    names: dict[str, str]
    """Language → name, where it is another; under `""` the one that it calls itself by."""
    priority: int
    """Of its label on the map."""


class SearchIndex:
    """Words of all features, and for each word the features that it leads to."""

    def __init__(self, entries: list[Entry], words: list[str], links: Links) -> None:
        self.entries = entries
        self.vocabulary = Vocabulary(words)
        rows, self._features, self._weights = links.sorted_by(self.vocabulary, words)
        self._bounds = np.searchsorted(rows, np.arange(len(words) + 1))
        factors = [1 + entry.priority * PRIORITY for entry in entries]
        lengths = [min(map(len, [entry.name, *entry.names.values()])) for entry in entries]
        self._factors = np.array(factors, dtype=np.float32)
        self._name_lengths = np.maximum(1, np.array(lengths, dtype=np.float32))

    def search(self, query: str, language: str, limit: int = 12) -> list[Hit]:
        """Return the features that a query may mean, the likeliest first; none for one without words.

        All of them match as many words of the query as any feature does. Names that are the query or begin
        with it come first; where two are as likely, the one whose label has priority on the map.
        """
        text = fold(query[:MAX_QUERY])
        words = text.split()[:MAX_WORDS]
        if not words or not self.entries or limit <= 0:
            return []
        scores = np.zeros(len(self.entries), dtype=np.float32)
        matched = np.zeros(len(self.entries), dtype=np.uint8)
        for word in words:
            found = self._features_with(word)
            scores += found * (len(word) / sum(map(len, words)))
            matched += found > 0
        if not matched.any():
            return []
        candidates = np.flatnonzero(matched == matched.max())
        worth = scores[candidates] * self._factors[candidates]
        ranks = worth + 0.1 * np.minimum(1, len(text) / self._name_lengths[candidates])
        if len(candidates) > SHORTLIST + limit:
            chosen = np.argpartition(-ranks, SHORTLIST + limit)[: SHORTLIST + limit]
            candidates, worth = candidates[chosen], worth[chosen]
        rated = [
            (round(value + _likeness(self.entries[place], text, language), 3), place)
            for place, value in zip(candidates.tolist(), worth.tolist(), strict=True)
        ]
        best = heapq.nsmallest(
            limit, rated, key=lambda pair: (-pair[0], -self.entries[pair[1]].priority, pair[1])
        )
        return [Hit(self.entries[place].reference, score) for score, place in best]

    def _features_with(self, word: str) -> Scores:
        """Return for each feature how well its best word matches one of the query, from 0 to 1."""
        places, shares = self.vocabulary.matches(word)
        starts, lengths = self._bounds[places], np.diff(self._bounds)[places]
        ends = np.cumsum(lengths)
        links = np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - ends + lengths, lengths)
        best = np.zeros(len(self.entries), dtype=np.float32)
        np.maximum.at(best, self._features[links], self._weights[links] * np.repeat(shares, lengths))
        return best


class Links:
    """Which word leads to which feature, and what it counts there."""

    def __init__(self) -> None:
        self._words, self._features, self._weights = array("i"), array("i"), array("f")

    def add(self, word: int, feature: int, weight: float) -> None:
        """Note a link, by the numbers of word and feature."""
        self._words.append(word)
        self._features.append(feature)
        self._weights.append(weight)

    def sorted_by(self, vocabulary: Vocabulary, words: list[str]) -> tuple[Numbers, Numbers, Scores]:
        """Return places of words in a vocabulary, features and weights; of several alike the weightiest."""
        places = {word: place for place, word in enumerate(vocabulary.words)}
        to_place = np.array([places[word] for word in words], dtype=np.int32)
        rows = to_place[np.asarray(self._words)]
        features, weights = np.asarray(self._features), np.asarray(self._weights)
        order = np.lexsort((-weights, features, rows))
        rows, features, weights = rows[order], features[order], weights[order]
        is_best = np.ones(len(rows), dtype=bool)
        is_best[1:] = (rows[1:] != rows[:-1]) | (features[1:] != features[:-1])
        return rows[is_best], features[is_best], weights[is_best]


def build_index(atlas: Atlas) -> SearchIndex:
    """Index every feature of an atlas in every language that there is."""
    english = atlas.english or atlas
    atlases = [in_language(english, tag) for tag in dict.fromkeys([english.language, *english.translations])]
    entries: list[Entry] = []
    numbers: dict[str, int] = {}
    links = Links()
    for layer_id in english.layers:
        for entry, words in _layer_entries(atlases, layer_id):
            for word, weight in words:
                links.add(numbers.setdefault(word, len(numbers)), len(entries), weight)
            entries.append(entry)
    return SearchIndex(entries, list(numbers), links)


def _layer_entries(atlases: list[Atlas], layer_id: str) -> Iterator[tuple[Entry, list[Word]]]:
    """Return the features of a layer with their words, out of the atlas in each language."""
    versions = [atlas.layers[layer_id] for atlas in atlases]
    layer = versions[0].layer
    kinds = kind_words([data.layer for data in versions])
    tags = [atlas.language for atlas in atlases]
    columns = [data.properties.values() for data in versions]
    for feature_id, properties, *others in zip(versions[0].properties, *columns, strict=True):
        written = {
            tag: str(other.get("name", "")) for tag, other in zip(tags, [properties, *others], strict=True)
        }
        written[""] = str(properties.get("native_name", ""))
        names = {tag: fold(name) for tag, name in written.items()}
        name = names.pop(tags[0]) or fold(str(feature_id))
        names = {tag: other for tag, other in names.items() if other not in ("", name)}
        category = str(properties.get(layer.style.category_field or ""))
        words = [*name_words(set(written.values())), *field_words(layer, properties)]
        words += [(word, ID) for word in fold(str(feature_id)).split()]
        words += kinds.get(category, kinds[""])
        reference = f"{layer_id}.{feature_id}"
        yield Entry(reference, tags[0], name, names, _priority(layer, category)), words


def _priority(layer: Layer, category: str) -> int:
    """Return the priority of a feature's label: its category's, else its layer's."""
    own = {entry.value: entry.label_priority for entry in layer.style.categories}.get(category)
    return own if own is not None else layer.style.label_priority or 0


def _likeness(entry: Entry, text: str, language: str) -> float:
    """Return how like a query the likest name of a feature is."""
    own = {language, ""} if language in entry.names else {entry.language, ""}
    return max(
        (
            (EXACT if name == text else BEGINNING if name.startswith(text) else 0)
            + LIKENESS * fuzz.ratio(text, name) / 100
        )
        * (1 if tag in own else OTHER_LANGUAGE)
        for tag, name in [(entry.language, entry.name), *entry.names.items()]
    )
