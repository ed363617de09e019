"""The table of settings in the documents, made from the class that holds them."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from dashboard.web.settings import Settings

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
                yield SettingRow(f"TWENTE_ATLAS_{name.upper()}", OPTIONS.get(name, ""), default, meaning)
    yield from LIBRARY_SETTINGS
