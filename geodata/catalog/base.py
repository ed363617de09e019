"""What every table of a catalog is made of: entries that are frozen and closed, and texts for people."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict

ID_PATTERN = r"^[a-z][a-z0-9_]*$"
"""Ids of layers, fields and features."""


class Translated:
    """Marks what people read: English in the catalog, and translated in the language files."""


Text = Annotated[str, Translated]


class Entry(BaseModel):
    """A table of the catalog: frozen, and closed to keys that nothing reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
