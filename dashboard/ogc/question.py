"""A question to `/ogc`: the path below it, its parameters and its language."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from geodata import Atlas

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

    def with_common_limit(self, atlas: Atlas) -> Question:
        """Return the same question with `limit=10000` if it asks for all features of a layer in memory.

        Whatever their limit, such questions have the same answer, which is then made once.
        """
        match self.parts:
            case ("collections", layer_id, "items") if layer_id in atlas.in_memory:
                limit = self.parameters.get("limit", "")
                is_number = limit.isascii() and limit.isdecimal() and len(limit) < MAX_QUERY
                if "offset" in self.parameters or not is_number:
                    return self
                if int(limit) >= max(1, atlas.in_memory[layer_id].count):
                    values = [
                        (name, str(MAX_ITEMS) if name == "limit" else value) for name, value in self.query
                    ]
                    return replace(self, query=tuple(values))
        return self
