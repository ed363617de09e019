"""Defines what all tables of a catalog share: frozen entries, texts for readers, ids, addresses."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

ID_PATTERN = r"^[a-z][a-z0-9_]*$"
"""Ids of layers, fields and features."""


class Translated:
    """Marks texts for readers: English in the catalog, translated in the language files."""


Text = Annotated[str, Translated]
Id = Annotated[str, Field(pattern=ID_PATTERN)]
HttpUrl = Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$")]
Reference = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
"""Address of a feature: `<layer>.<feature id>`."""
Fraction = Annotated[float, Field(ge=0, le=1)]
Bbox = Annotated[list[float], Field(min_length=4, max_length=4)]
"""West, south, east, north, in degrees (WGS 84)."""


class Entry(BaseModel):
    """A table of the catalog: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
