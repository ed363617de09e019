"""Defines what the page shows around the map: overview, themes, chapters and contacts."""

from typing import Literal

from geodata.catalog.base import Bbox, Entry, Id, Reference, Text
from geodata.catalog.text_number import TextNumber


class KeyFigure(Entry):
    """A figure of the overview, read from a field of a feature."""

    label: Text
    feature: Reference
    field: str


class Overview(Entry):
    """What the page shows of the region while no feature is selected."""

    heading: Text
    text: list[Text]
    figures: list[KeyFigure] = []


class ChapterFigure(Entry):
    """The figure that a chapter is about."""

    value: int | float | str
    """A number, which is written as in each language, or a text that is the same in all, such as a year."""
    unit: Text = ""
    label: Text
    """What it counts, so that it reads on from value and unit."""


class Annotation(Entry):
    """Words on the map beside a feature, which a ring marks."""

    feature: Reference
    text: Text
    side: Literal["left", "right", "above", "below"] = "right"
    """Side of the feature on which the words stand where there is room."""


class Chapter(Entry):
    """A chapter of the region's story."""

    id: Id
    heading: Text
    figure: ChapterFigure | None = None
    text: list[Text]
    more: list[Text] = []
    """Paragraphs for those who want to know more."""
    features: list[Reference] = []
    """Features that are shown and highlighted on the map."""
    layers: list[str] = []
    """Layers shown with the chapter; those of its features unless given."""
    bbox: Bbox | None = None
    """Extent of the map; that of its features unless given."""
    numbers: list[TextNumber] = []
    """Numbers of its English texts that are those of features."""
    annotation: Annotation | None = None
    """What one is to see on the map."""
    source: Text
    """Source and date of figures that are in no feature."""


class LayerGroup(Entry):
    """Layers of one theme, which the map lists together."""

    title: Text
    layers: list[str]


class Contact(Entry):
    """Somebody to turn to."""

    role: Text
    name: str | None = None
    """Person in this role, as the region names them."""
    text: Text
    features: list[Reference] = []
    """Offices on the map where the role is found."""


class About(Entry):
    """What the page says of the atlas."""

    text: list[Text]
    contacts: list[Contact] = []
