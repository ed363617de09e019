"""What every table of a catalog is made of: entries that are frozen and closed, and texts for people."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

ID_PATTERN = r"^[a-z][a-z0-9_]*$"
"""Ids of layers, fields and features."""


class Translated:
    """Marks what people read: English in the catalog, and translated in the language files."""


Text = Annotated[str, Translated]
HttpUrl = Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$")]
Reference = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
"""Address of a feature: `<layer>.<feature id>`."""
Fraction = Annotated[float, Field(ge=0, le=1)]
Bbox = Annotated[list[float], Field(min_length=4, max_length=4)]
"""West, south, east, north, in degrees (WGS 84)."""


class Entry(BaseModel):
    """A table of the catalog: frozen, and closed to keys that nothing reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
