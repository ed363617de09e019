"""Says what the page shows beside the map: overview, chapters, charts and contacts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from geodata.catalog.base import ID_PATTERN, Bbox, Entry, Reference, Text


class KeyFigure(Entry):
    """A figure of the overview, taken from the feature that carries it."""

    label: Text
    feature: Reference
    field: str


class Overview(Entry):
    """What the page says of the region before a feature is chosen."""

    heading: Text
    text: list[Text]
    figures: list[KeyFigure] = []


class Chapter(Entry):
    """A part of the region's story, told beside the map."""

    id: Annotated[str, Field(pattern=ID_PATTERN)]
    heading: Text
    text: list[Text]
    features: list[Reference] = []
    """What it speaks of, shown and marked on the map."""
    layers: list[str] = []
    """Layers that are on while it is told; those of its features unless given."""
    bbox: Bbox | None = None
    """West, south, east, north of the map while it is told, in degrees; around its features unless given."""
    source: Text
    """Where the figures come from that no feature carries, and of when."""


class Chart(Entry):
    """A picture of the figures of one layer."""

    id: Annotated[str, Field(pattern=ID_PATTERN)]
    title: Text
    kind: Literal["bar", "route"] = "bar"
    """`bar` has a bar per feature, `route` has minutes against kilometres along a line."""
    layer: str
    value: str = ""
    """Field with the number; the lowest one, if `upper` is given."""
    upper: str | None = None
    """Field with the highest one, where there are two."""
    note: Text
    """What the figures do and do not say."""


class Contact(Entry):
    """Whom to turn to: a role, not a person."""

    role: Text
    text: Text
    features: list[Reference] = []
    """Offices on the map through which the role is found."""


class About(Entry):
    """What the atlas says of itself."""

    text: list[Text]
    contacts: list[Contact] = []
