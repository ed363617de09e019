"""Compares a typed word with the words that a search knows: whole words, beginnings, parts, misspellings."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cdist

from geodata.features.folding import LAST_CHARACTER

Shares = npt.NDArray[np.float32]

MIN_PART_LENGTH = 3
"""Shorter words are not looked for inside others."""

MIN_FUZZY_LENGTH = 4
"""In shorter words every letter counts."""

HEAD_LENGTHS = (8, 12, 16, 1_000)
"""Numbers of letters at the beginning of words that are compared with those of a typed one."""

PART_WORDS = 4_096
"""Number of words that are prepared at a time."""

PREFIX, WHOLE_PREFIX, CONTAINED, MISSPELT, MISSPELT_PREFIX = 0.8, 0.95, 0.6, 0.75, 0.65
"""What a match is worth that begins with the typed word (up to the second, the less of it is missing),
that has it inside, that differs by a few letters, or that begins with nearly the same letters."""


class Vocabulary:
    """Folded words that lead to features.

    With `always_fuzzy`, misspellings match beside what is written so; without, only where no word begins with
    the typed one, which is many times as fast among many words.
    """

    def __init__(self, words: Iterable[str], *, always_fuzzy: bool = True) -> None:
        self.words = sorted(words)
        self.always_fuzzy = always_fuzzy
        self._lengths = np.array([len(word) for word in self.words], dtype=np.int32)
        self._text = "\n".join(self.words)
        self._ends = np.cumsum(self._lengths + 1)
        parts = [self.words[first : first + PART_WORDS] for first in range(0, len(self.words), PART_WORDS)]
        self._letters = np.concatenate([_letters(part) for part in parts] or [_letters([])], axis=1)

    def shares(self, typed: str, *, fuzzy: bool = True) -> Shares:
        """Return how well each word matches a typed one: 1 for the same word, 0 for no match.

        Without `fuzzy`, misspellings match nothing.
        """
        shares = np.zeros(len(self.words), dtype=np.float32)
        if len(typed) >= MIN_PART_LENGTH:
            found = [match.start() for match in re.finditer(re.escape(typed), self._text)]
            shares[np.searchsorted(self._ends, found, side="right")] = CONTAINED
        first, last = bisect_left(self.words, typed), bisect_right(self.words, typed + LAST_CHARACTER)
        shares[first:last] = PREFIX + (WHOLE_PREFIX - PREFIX) * len(typed) / self._lengths[first:last]
        if first < last and self.words[first] == typed:
            shares[first] = 1
        if fuzzy and len(typed) >= MIN_FUZZY_LENGTH and (self.always_fuzzy or first == last):
            self._add_misspelt(typed, shares)
        return shares

    def _add_misspelt(self, typed: str, shares: Shares) -> None:
        """Raise the shares of words that are a typed one misspelt, or begin like it."""
        edits = _edits(typed)
        # Each edit takes away at most one of the letters: most words lack too many to be compared.
        head = bisect_left(HEAD_LENGTHS[:-1], len(typed) + edits)
        lacking = np.bitwise_count(_letters([typed])[-1] & ~self._letters[head])
        near = np.flatnonzero((lacking <= edits) & (self._lengths >= len(typed) - edits))
        words = [self.words[place] for place in near.tolist()]
        likeness = MISSPELT * _likeness(typed, words)
        for length in (len(typed) - 1, len(typed), len(typed) + 1):
            beginnings = _likeness(typed, [word[:length] for word in words])
            likeness = np.maximum(likeness, MISSPELT_PREFIX * beginnings)
        shares[near] = np.maximum(shares[near], likeness)


def _letters(words: list[str]) -> npt.NDArray[np.uint64]:
    """Return a bit for each of the first letters of words, for each of `HEAD_LENGTHS`; some share a bit."""
    lengths = np.array([len(word) for word in words], dtype=np.int32)
    codes = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    bits = np.uint64(1) << (codes % 64).astype(np.uint64)
    starts = np.cumsum(lengths) - lengths
    places = np.arange(len(codes)) - np.repeat(starts, lengths)
    heads = np.zeros((len(HEAD_LENGTHS), len(words)), dtype=np.uint64)
    for row, length in enumerate(HEAD_LENGTHS if words else ()):
        heads[row] = np.bitwise_or.reduceat(np.where(places < length, bits, np.uint64(0)), starts)
    return heads


def _edits(typed: str) -> int:
    """Return how many letters of a word may differ."""
    return min(3, (len(typed) + 1) // 4)


def _likeness(typed: str, words: list[str]) -> Shares:
    """Return the share of letters that words have in common with a typed one, 0 where too many differ."""
    if not words:
        return np.empty(0, dtype=np.float32)
    edits = _edits(typed)
    distances = cdist([typed], words, scorer=OSA.distance, score_cutoff=edits, dtype=np.uint8)[0]
    return np.where(distances <= edits, 1 - distances / np.float32(len(typed)), 0).astype(np.float32)
