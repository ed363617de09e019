"""The settings of this server, read once from the environment and from options of the command line."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import NamedTuple

from geodata.catalog.toml_file import DEFAULT_CATALOG
from geodata.errors import AtlasError


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.lower().split(",") if name.strip())


@dataclass(frozen=True)
class Settings:
    """What a deployment may choose.

    Each field has an environment variable of its name (`hosts`: `TWENTE_ATLAS_HOSTS`), and metadata: how its
    text is read, the option of the command line that sets it too, its default, and its meaning.
    """

    catalog: Path = field(
        default=DEFAULT_CATALOG,
        metadata={
            "read": Path,
            "option": "--catalog",
            "default": "the atlas of Twente",
            "meaning": "path of the `catalog.toml` to show",
        },
    )
    hosts: tuple[str, ...] = field(
        default=(),
        metadata={
            "read": _names,
            "option": "--allow-host",
            "meaning": "host names under which the server is reached, separated by commas; `*.example.org` "
            "stands for all below it, `*` for any",
        },
    )
    framed_by: tuple[str, ...] = field(
        default=(),
        metadata={
            "read": _names,
            "option": "--framed-by",
            "meaning": "origins, separated by commas, whose pages may show the dashboard in a frame",
        },
    )
    replica: str = field(
        default="",
        metadata={
            "read": str,
            "meaning": "name of this server in a fleet, such as `r1`; upload tokens begin with it",
        },
    )
    database_seconds: float = field(
        default=5.0,
        metadata={
            "read": float,
            "default": "5",
            "meaning": "seconds between two looks at whether a database has changed",
        },
    )


class SettingRow(NamedTuple):
    """A row of the table of settings in the documentation."""

    variable: str
    option: str
    """Option of the command line that sets the same, or an empty string."""
    default: str
    meaning: str


LIBRARY_SETTINGS = (
    SettingRow("TWENTE_ATLAS_CACHE", "", "the cache of the system", "folder for built layers and history"),
    SettingRow("TWENTE_ATLAS_DATABASE_<NAME>", "", "none", "address of the database connection `<name>`"),
)
"""What `geodata` reads itself, also without a server."""


def settings_table() -> Iterator[SettingRow]:
    """Yield all settings, for the documentation."""
    for entry in fields(Settings):
        said = entry.metadata
        yield SettingRow(
            _variable(entry.name), said.get("option", ""), said.get("default", "none"), said["meaning"]
        )
    yield from LIBRARY_SETTINGS


def read_environment(environment: Mapping[str, str]) -> Settings:
    """Read settings from environment variables; what is empty or missing keeps its default.

    Raises
    ------
    AtlasError
        If a value can't be read.
    """
    given: dict[str, object] = {}
    for entry in fields(Settings):
        if text := environment.get(_variable(entry.name), "").strip():
            try:
                given[entry.name] = entry.metadata["read"](text)
            except ValueError:
                raise AtlasError(
                    f"{_variable(entry.name)} can't be {text!r}: {entry.metadata['meaning']}"
                ) from None
    return Settings(**given)  # type: ignore[arg-type]


def _variable(name: str) -> str:
    return f"TWENTE_ATLAS_{name.upper()}"


_current: Settings | None = None


def current_settings() -> Settings:
    """Return the settings of this process; the first call reads the environment."""
    global _current
    if _current is None:
        _current = read_environment(os.environ)
    return _current


def use_settings(settings: Settings) -> None:
    """Have this process use settings, in place of those of the environment."""
    global _current
    _current = settings
