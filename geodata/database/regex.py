"""What people type as a regular expression of PostgreSQL, with or without accents."""

from __future__ import annotations

from functools import cache

from geodata.features.folding import fold

FIRST, LAST = 0xC0, 0x24F
"""Letters with accents, of the alphabets of Europe."""


@cache
def _variants() -> dict[str, str]:
    """Return for each plain letter those that it may stand for."""
    found: dict[str, str] = {}
    for number in range(FIRST, LAST + 1):
        letter = chr(number)
        plain = fold(letter)
        if len(plain) == 1 and plain.isascii():
            found[plain] = found.get(plain, plain) + letter
    return found


def to_pattern(word: str) -> str:
    """Return what finds a folded word, which has nothing but letters and digits.

    A plain letter stands for itself and for those with accents, `ss` for `ß` too. Case is left to `~*`.
    """
    variants = _variants()
    pattern = "".join(f"[{variants[letter]}]" if letter in variants else letter for letter in word)
    sharp = f"[{variants['s']}]" * 2 if "s" in variants else "ss"
    return pattern.replace(sharp, f"({sharp}|ß)")
