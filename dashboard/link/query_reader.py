"""Reads the parameters of an address; unknown values become problems, the others hold."""

from collections.abc import Callable, Container, Mapping


class QueryReader:
    """Reads parameters one by one, and collects problems."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self.query = query
        self.problems: list[str] = []

    def known(self, name: str, values: Container[str], sentence: str) -> str | None:
        """Return a parameter if it is one of `values`."""
        return self.valid(name, values.__contains__, sentence)

    def valid(self, name: str, is_valid: Callable[[str], object], sentence: str) -> str | None:
        """Return a parameter if it is valid; the sentence says what it is otherwise, in braces."""
        value = self.query.get(name) or None
        if value is None or is_valid(value):
            return value
        self.problems.append(sentence.format(**{name: value[:60]}))
        return None
