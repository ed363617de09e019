"""The settings of this server, read once from the environment and from options of the command line."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from geodata.catalog.toml_file import DEFAULT_CATALOG
from geodata.errors import AtlasError


@dataclass(frozen=True)
class Settings:
    """What a deployment may choose; the field `hosts` is the variable `TWENTE_ATLAS_HOSTS`, and so on."""

    catalog: Path = DEFAULT_CATALOG
    """Path of the `catalog.toml` to show. Default: the atlas of Twente."""
    hosts: tuple[str, ...] = ()
    """Further host names of the server, separated by commas; `*.example.org` stands for all below it, `*` for
    any. Default: none."""
    framed_by: tuple[str, ...] = ()
    """Origins, separated by commas, whose pages may show the dashboard in a frame. Default: none."""
    replica: str = ""
    """Name of this server in a fleet, such as `r1`; upload tokens begin with it. Default: none."""
    database_seconds: float = 5.0
    """Seconds between two looks at whether a database has changed. Default: 5."""


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.lower().split(",") if name.strip())


READERS: dict[str, Callable[[str], object]] = {
    "catalog": Path,
    "hosts": _names,
    "framed_by": _names,
    "replica": str,
    "database_seconds": float,
}


def read_environment(environment: Mapping[str, str]) -> Settings:
    """Read settings from environment variables; empty and missing ones keep their defaults.

    Raises `AtlasError` if a value can't be read.
    """
    given: dict[str, object] = {}
    for name, read in READERS.items():
        variable = f"TWENTE_ATLAS_{name.upper()}"
        if text := environment.get(variable, "").strip():
            try:
                given[name] = read(text)
            except ValueError:
                raise AtlasError(f"the environment variable {variable} can't be {text!r}") from None
    return Settings(**given)  # type: ignore[arg-type]


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
