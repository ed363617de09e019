"""Compares a typed word with the words that a search knows: whole words, beginnings, parts, misspellings."""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

Shares = npt.NDArray[np.float32]

MIN_PART_LENGTH = 3
"""Shorter words are not looked for inside others."""

MIN_FUZZY_LENGTH = 4
"""In shorter words every letter counts."""

PREFIX, WHOLE_PREFIX, CONTAINED, MISSPELT, MISSPELT_PREFIX = 0.8, 0.95, 0.6, 0.75, 0.65
"""What a match is worth that begins with the typed word (up to the second, the less of it is missing),
that has it inside, that differs by a few letters, or that begins with nearly the same letters."""


class Vocabulary:
    """Folded words that lead to features."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = list(words)
        self._beginnings = lru_cache(maxsize=32)(self._find_beginnings)

    def shares(self, typed: str) -> Shares:
        """Return how well each word matches a typed one: 1 for the same word, 0 for no match."""
        shares = np.array([_written_share(typed, word) for word in self.words], dtype=np.float32)
        if len(typed) >= MIN_FUZZY_LENGTH:
            shares = np.maximum(shares, MISSPELT * _likeness(typed, self.words))
            for length in (len(typed) - 1, len(typed), len(typed) + 1):
                beginnings, places = self._beginnings(length)
                shares = np.maximum(shares, MISSPELT_PREFIX * _likeness(typed, beginnings)[places])
        return shares

    def _find_beginnings(self, length: int) -> tuple[list[str], npt.NDArray[np.int32]]:
        """Return the different beginnings of this length, and the place of each word's among them."""
        places: dict[str, int] = {}
        of_words = [places.setdefault(word[:length], len(places)) for word in self.words]
        return list(places), np.array(of_words, dtype=np.int32)


def _likeness(typed: str, words: list[str]) -> Shares:
    """Return the share of letters that words have in common with a typed one, 0 where too many differ."""
    edits = min(3, (len(typed) + 1) // 4)
    distances = cdist([typed], words, scorer=OSA.distance, score_cutoff=edits, dtype=np.uint8)[0]
    return np.where(distances <= edits, 1 - distances / np.float32(len(typed)), 0).astype(np.float32)


def _written_share(typed: str, word: str) -> float:
    """Return how well a typed word matches one that has all of its letters in a row."""
    if word.startswith(typed):
        is_whole = len(word) == len(typed)
        return 1 if is_whole else PREFIX + (WHOLE_PREFIX - PREFIX) * len(typed) / len(word)
    return CONTAINED if len(typed) >= MIN_PART_LENGTH and typed in word else 0
