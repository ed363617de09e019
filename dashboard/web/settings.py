"""The settings of this server, read once from the environment and from options of the command line."""

from __future__ import annotations

import ast
import inspect
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

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
OPTIONS = {"catalog": "--catalog", "hosts": "--allow-host", "framed_by": "--framed-by"}
"""Options of `twente-atlas serve` that set a field too."""


class SettingRow(NamedTuple):
    """A row of the table of settings in the documentation."""

    variable: str
    option: str
    """Option of the command line that sets the same, or an empty string."""
    default: str
    meaning: str


LIBRARY_SETTINGS = (
    SettingRow("TWENTE_ATLAS_CACHE", "", "the user’s cache folder", "Folder for built layers and history"),
    SettingRow("TWENTE_ATLAS_DATABASE_<NAME>", "", "none", "Address of the database connection `<name>`"),
)
"""What `geodata` reads itself, also without a server."""


def settings_table() -> Iterator[SettingRow]:
    """Yield all settings with the docstrings of their fields, for the documentation."""
    [settings] = ast.parse(inspect.getsource(Settings)).body
    for entry, docstring in pairwise(settings.body if isinstance(settings, ast.ClassDef) else []):
        match entry, docstring:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                meaning, _, default = " ".join(text.split()).rstrip(".").partition(". Default: ")
                yield SettingRow(_variable(name), OPTIONS.get(name, ""), default, meaning)
    yield from LIBRARY_SETTINGS


def read_environment(environment: Mapping[str, str]) -> Settings:
    """Read settings from environment variables; what is empty or missing keeps its default.

    Raises
    ------
    AtlasError
        If a value can't be read.
    """
    given: dict[str, object] = {}
    for name, read in READERS.items():
        if text := environment.get(_variable(name), "").strip():
            try:
                given[name] = read(text)
            except ValueError:
                raise AtlasError(f"the environment variable {_variable(name)} can't be {text!r}") from None
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
