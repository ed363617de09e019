"""Words that a search knows, found by what people type: beginnings, parts, and near misspellings."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from geodata.features.folding import LAST_CHARACTER

Ids = npt.NDArray[np.int64]
Shares = npt.NDArray[np.float32]

MAX_CANDIDATES = 2000
"""So many words, those with the most trigrams in common, are compared letter by letter."""

MIN_PART_LENGTH, MIN_FUZZY_LENGTH = 3, 4
"""Shorter words are not looked for inside others; in shorter ones every letter counts."""

PREFIX, CONTAINED, MISSPELT, MISSPELT_PREFIX = 0.8, 0.6, 0.75, 0.65
"""How much a match is worth that is not the word itself; a beginning more, the more of the word it is."""


class Vocabulary:
    """Folded words in alphabetical order, with an index of the trigrams in them."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = sorted(set(words))
        codes, owners = _trigrams(self.words)
        order = np.argsort(codes, kind="stable")
        self._owners = owners[order]
        self._codes, starts = np.unique(codes[order], return_index=True)
        self._bounds = np.append(starts, len(codes))

    def matches(self, word: str) -> tuple[Ids, Shares]:
        """Return the places of words that a folded word may mean, and how much so: 1 is the word itself."""
        places, shares = self._misspelt(word)
        first, last = bisect_left(self.words, word), bisect_left(self.words, word + LAST_CHARACTER)
        begun = np.arange(first, last)
        lengths = np.array([len(self.words[place]) for place in begun], dtype=np.float32)
        whole = len(word) == lengths
        worth = np.where(whole, 1, PREFIX + (0.95 - PREFIX) * len(word) / lengths)
        return np.concatenate([begun, places]), np.concatenate([worth, shares]).astype(np.float32)

    def _misspelt(self, word: str) -> tuple[Ids, Shares]:
        """Find words that hold the word, or are or begin with nearly the same letters."""
        edits = min(3, (len(word) + 1) // 4) if len(word) >= MIN_FUZZY_LENGTH else 0
        places = self._alike(word, min(len(word) - 3 * edits, len(word) - 2))
        if len(word) < MIN_PART_LENGTH or len(places) == 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        words = [self.words[place] for place in places]
        shares = np.array([CONTAINED if word in other else 0 for other in words], dtype=np.float32)
        if edits:
            heads = [[other[: len(word) + more] for other in words] for more in (-1, 0, 1)]
            for others, worth in [(words, MISSPELT), *((head, MISSPELT_PREFIX) for head in heads)]:
                distances = cdist([word], others, scorer=OSA.distance, score_cutoff=edits, dtype=np.uint8)[0]
                near = worth * (1 - distances / np.float32(len(word)))
                shares = np.maximum(shares, np.where(distances <= edits, near, 0))
        return places[shares > 0], shares[shares > 0]

    def _alike(self, word: str, needed: int) -> Ids:
        """Return the places of words with so many of a word's trigrams, at least one."""
        codes, _ = _trigrams([word])
        rows = np.searchsorted(self._codes, codes)
        known = [
            row
            for row, code in zip(rows, codes, strict=True)
            if row < len(self._codes) and self._codes[row] == code
        ]
        if not known:
            return np.empty(0, np.int64)
        owners = np.concatenate([self._owners[self._bounds[row] : self._bounds[row + 1]] for row in known])
        counts = np.bincount(owners, minlength=len(self.words))
        places = np.flatnonzero(counts >= max(1, needed))
        if len(places) > MAX_CANDIDATES:
            places = places[np.argpartition(-counts[places], MAX_CANDIDATES)[:MAX_CANDIDATES]]
        return places


def _trigrams(words: list[str]) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int32]]:
    """Return the trigrams of words, as one number each, and the places of the words that they are in.

    Two blanks before each word make a trigram of its first letter and one of its first two.
    """
    text = "".join(f"\0\0{word}" for word in words)
    letters = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32).astype(np.uint64)
    owners = np.repeat(np.arange(len(words), dtype=np.int32), [len(word) + 2 for word in words])
    first, second, third = letters[:-2], letters[1:-1], letters[2:]
    inside = third != 0
    codes = (first << np.uint64(42)) | (second << np.uint64(21)) | third
    return codes[inside], owners[2:][inside]
