"""Makes names unique."""

from collections.abc import Iterable


def distinct(names: Iterable[str]) -> list[str]:
    """Return names of which none occurs twice: repeated ones get a number."""
    found: dict[str, None] = {}
    for name in names:
        other, number = name, 1
        while other in found:
            number += 1
            other = f"{name} ({number})"
        found[other] = None
    return list(found)
