"""Reads `name_kinds.toml`: groups and kinds of the names of the base map, as the search shows them."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Table(BaseModel):
    """A table of the file: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Group(Table):
    """Kinds of names that stand under one heading."""

    title: str
    is_searched: bool = False
    """Whether the titles of its kinds find their names."""


class Kind(Table):
    """What a name is of."""

    title: str
    group: str
    icon: str
    """A drawing in `frontend/page/search/pictures.js`."""
    zoom: int
    """Zoom at which the map shows it."""
    priority: int
    """The greater, the earlier among equally likely names; 0 to 40."""


class NameKinds(Table):
    """The whole file."""

    groups: dict[str, Group]
    kinds: dict[str, Kind]


@cache
def name_kinds() -> NameKinds:
    """Return the content of the file."""
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return NameKinds.model_validate(tomllib.loads(text))
