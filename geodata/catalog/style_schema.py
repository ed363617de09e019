"""Says how a layer looks: Leaflet's path options, and a style for each category."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from geodata.catalog.base import Entry, Fraction, Text

Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


class PathStyle(Entry):
    """Leaflet's path options, and the few that Leaflet has no word for."""

    color: Color | None = None
    """Stroke, and the fill unless `fill_color` says otherwise."""
    dark_color: Color | None = None
    """The same on the dark map."""
    fill_color: Color | None = None
    dark_fill_color: Color | None = None
    weight: Annotated[float, Field(ge=0, le=20)] | None = None
    """Stroke width in px."""
    opacity: Fraction | None = None
    fill_opacity: Fraction | None = None
    dash_array: Annotated[str, Field(pattern=r"^[\d ,.]+$")] | None = None
    casing: Fraction | None = None
    """Opacity of a halo in the map's own background color around the stroke."""
    shape: Literal["circle", "square", "diamond", "triangle", "cross", "hexagon", "ring"] | None = None
    """Symbol of points."""
    radius: Annotated[float, Field(gt=0, le=30)] | None = None
    """Radius of the symbol in px."""
    symbol_maxzoom: Annotated[int, Field(ge=0, le=22)] | None = None
    """Areas are drawn as symbols too up to this zoom, where their shape is too small to see."""
    symbol_fill_opacity: Fraction | None = None
    label_minzoom: Annotated[int, Field(ge=0, le=22)] | None = None
    """First zoom at which names are written; none without it."""
    label_priority: int | None = None
    """Where two names collide, the higher one stays."""


class StyleCategory(PathStyle):
    """What differs for the features whose category field has one value."""

    value: str
    label: Text
    """The legend's words for it."""
    kind: Text | None = None
    """What one such feature is called, where the layer's `kind` is too wide."""


class LayerStyle(PathStyle):
    """The look of a layer."""

    soft_from_m: Annotated[float, Field(gt=0)] = 500
    """Points whose `accuracy_m` is at least this are drawn with a soft edge."""
    category_field: str | None = None
    categories: list[StyleCategory] = []
