"""Reads numbers in English texts, such as `160,640` or `3.4 million`, and how exactly they are told."""

import re

SCALES = {"million": 1e6, "billion": 1e9}

NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?)(?:[ \u00a0](?:{'|'.join(SCALES)}))?"
"""Regular expression of a number, with thousands separators or a scale."""

LEAST_ZEROS = 2
"""Number of zeros at the end from which a number is taken for a rounded one."""


def is_told_right(text: str, value: float) -> bool:
    """Tell whether a number in a text is a value, as far as it is rounded."""
    number, _, scale = text.replace("\u00a0", " ").replace(",", "").partition(" ")
    whole, _, decimals = number.partition(".")
    zeros = 0 if decimals else len(whole) - len(whole.rstrip("0"))
    step = 10.0 ** (zeros if zeros >= LEAST_ZEROS else -len(decimals))
    factor = SCALES.get(scale, 1.0)
    return abs(float(number) * factor - value) <= step * factor / 2


def phrase_pattern(phrase: str) -> re.Pattern[str]:
    """Return the pattern of a phrase such as `# inhabitants`; its group is the number at `#`."""
    before, _, after = phrase.partition("#")
    start, end = (re.escape(part).replace(r"\ ", r"[ \u00a0]") for part in (before, after))
    return re.compile(rf"(?<![\w.,]){start}({NUMBER}){end}(?!\w)")
