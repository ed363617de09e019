"""The query of an address, read so that what means nothing here is said and the rest still holds."""

from __future__ import annotations

from collections.abc import Container, Mapping


class QueryReader:
    """Reads parameters one by one, and collects sentences on those that mean nothing here."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.query = query
        self.problems: list[str] = []

    def known(self, name: str, values: Container[str], sentence: str) -> str | None:
        """Return a parameter if it is one of some values; another one is put into the sentence, in braces."""
        value = self.query.get(name) or None
        if value is None or value in values:
            return value
        self.refuse(name, sentence)
        return None

    def refuse(self, name: str, sentence: str) -> None:
        """Say of a parameter that it means nothing here."""
        self.problems.append(sentence.format(**{name: self.query[name][:60]}))
