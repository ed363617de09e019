"""A question to `/ogc`: the path below it, its parameters and its language."""

from dataclasses import dataclass
from urllib.parse import urlencode

DEFAULT_ITEMS = 1_000
MAX_ITEMS = 10_000
"""Features on one page: unless `limit` says otherwise, and at most."""

MAX_QUERY = 4_000
"""Maximum number of characters of a query."""


@dataclass(frozen=True)
class Question:
    """What somebody asks of `/ogc`."""

    address: str
    """Of `/ogc`, under the host that the client asked, without a slash at the end."""
    parts: tuple[str, ...]
    """The path below it."""
    query: tuple[tuple[str, str], ...]
    """Names and values of the parameters, sorted."""
    language: str
    """BCP 47."""

    @property
    def parameters(self) -> dict[str, str]:
        """The query, by name."""
        return dict(self.query)

    def url(self, parameters: dict[str, str]) -> str:
        """Return the address of the same place with these parameters."""
        return f"{self.address}/{'/'.join(self.parts)}?{urlencode(parameters)}"
