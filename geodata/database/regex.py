"""Turns typed words into regular expressions of PostgreSQL that match with or without accents."""

from functools import cache

from geodata.features.folding import fold

FIRST_ACCENTED, LAST_ACCENTED = 0xC0, 0x24F
"""Range of the letters with accents in the alphabets of Europe."""


@cache
def _variants() -> dict[str, str]:
    """Return for each plain letter itself and its variants with accents."""
    found: dict[str, str] = {}
    for letter in map(chr, range(FIRST_ACCENTED, LAST_ACCENTED + 1)):
        plain = fold(letter)
        if len(plain) == 1 and plain.isascii():
            found[plain] = found.get(plain, plain) + letter
    return found


def to_pattern(word: str) -> str:
    """Return the pattern of a folded word, which consists of letters and digits only.

    A plain letter matches its variants with accents, `ss` also matches `ß`. The operator `~*` ignores case.
    """
    variants = _variants()
    pattern = "".join(f"[{variants[letter]}]" if letter in variants else letter for letter in word)
    sharp = f"[{variants['s']}]" * 2
    return pattern.replace(sharp, f"({sharp}|ß)")
