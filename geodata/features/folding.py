"""The form in which texts are compared: without case, accents and punctuation."""

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
"""Letters and digits in a row, of any script."""

LAST_CHARACTER = "\U0010ffff"


def fold(text: str) -> str:
    """Return words in the form in which they are compared: no case, no accents, single spaces between."""
    letters = text.casefold()
    if not letters.isascii():  # most texts of a large layer are
        decomposed = unicodedata.normalize("NFKD", letters)
        letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(WORD.findall(letters))
