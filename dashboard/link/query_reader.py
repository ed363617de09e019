"""Reads the parameters of an address; unknown values become problems, the others hold."""

from __future__ import annotations

from collections.abc import Container, Mapping


class QueryReader:
    """Reads parameters one by one, and collects problems."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.query = query
        self.problems: list[str] = []

    def known(self, name: str, values: Container[str], sentence: str) -> str | None:
        """Return a parameter if its value is known; otherwise report it with a sentence."""
        value = self.query.get(name) or None
        if value is None or value in values:
            return value
        self.refuse(name, sentence)
        return None

    def refuse(self, name: str, sentence: str) -> None:
        """Report a parameter with a sentence, which has its name in braces."""
        self.problems.append(sentence.format(**{name: self.query[name][:60]}))
