"""Defines how a layer looks: Leaflet's path options, and a style for each category."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from geodata.catalog.base import Entry, Fraction, Id, Reference, Text

Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]


ICONS: dict[str, str] = tomllib.loads(Path(__file__).with_name("icons.toml").read_text(encoding="utf-8"))
"""SVG path data of pictograms, by name."""

PATH_DATA = re.compile(r"[Mm][MmLlHhVvCcSsQqTtAaZz\d\s,.-]{1,1000}")


def _path_data(icon: str) -> str:
    if icon not in ICONS and not PATH_DATA.fullmatch(icon):
        raise ValueError(f"give SVG path data or one of {', '.join(ICONS)}")
    return ICONS.get(icon, icon)


Icon = Annotated[str, AfterValidator(_path_data)]
"""A pictogram: a name in `icons.toml`, or path data of one's own in a box from -6.5 to 6.5."""


class PathStyle(Entry):
    """Leaflet's path options, and some that Leaflet lacks."""

    color: Color | None = None
    """Color of the stroke, and of the fill unless `fill_color` is given."""
    dark_color: Color | None = None
    """`color` on the dark map."""
    fill_color: Color | None = None
    dark_fill_color: Color | None = None
    line_color: Color | None = None
    """Color of lines, if `color` is that of pictograms."""
    dark_line_color: Color | None = None
    weight: Annotated[float, Field(ge=0, le=20)] | None = None
    """Stroke width in px."""
    opacity: Fraction | None = None
    fill_opacity: Fraction | None = None
    dash_array: Annotated[str, Field(pattern=r"^[\d ,.]+$")] | None = None
    casing: Fraction | None = None
    """Opacity of a halo around the stroke, in the background color of the map."""
    casing_color: Color | None = None
    """Color of the bed of a line with a pattern, to point it out; else that of the background."""
    dark_casing_color: Color | None = None
    pattern: Literal["railway", "railway_dashes"] | None = None
    """Draws a railway: a bed, the line on it, and ties across; or dashes along the middle of a line."""
    tracks: Annotated[int, Field(ge=1, le=2)] | None = None
    """Number of parallel strokes of a line with a pattern."""
    select_minzoom: Annotated[int, Field(ge=0, le=22)] | None = None
    """First zoom at which the pointer reaches lines and points; before, it reaches what lies under them."""
    band_weight: Annotated[float, Field(ge=0, le=30)] | None = None
    """Width in px of a band in the color of the stroke: inside along the outline of areas, on both sides of
    lines. It stays visible where another line covers the outline."""
    band_opacity: Fraction | None = None
    shape: Literal["circle", "square", "diamond", "triangle", "cross", "hexagon", "ring", "break"] | None = (
        None
    )
    """Symbol of points; `break`, two buffer stops and a gap, turns with the line that it stands for."""
    radius: Annotated[float, Field(gt=0, le=30)] | None = None
    """Radius of the symbol in px."""
    icon: Icon | None = None
    """Pictogram on the symbol, in `color`."""
    grouped: bool | None = None
    """Whether symbols that would cover each other are drawn as one, with the number of the others.

    True unless given."""
    soft_edge: bool | None = None
    """Whether the outline of areas fades to both sides, because it was computed and not surveyed."""
    symbol_maxzoom: Annotated[int, Field(ge=0, le=22)] | None = None
    """Last zoom at which areas and lines have symbols too, because their shape is too small to see."""
    symbol_fill_opacity: Fraction | None = None
    label_minzoom: Annotated[int, Field(ge=0, le=22)] | None = None
    """First zoom with names; without it, none are written."""
    label_maxzoom: Annotated[int, Field(ge=0, le=22)] | None = None
    """Last zoom with names."""
    label_spaced: bool | None = None
    """Whether names are spaced capitals in the color of the stroke: for whole regions, not for places."""
    label_priority: int | None = None
    """If two names collide, the one of higher priority is written."""


class StyleCategory(PathStyle):
    """Style of the features with one value in the category field."""

    value: str
    label: Text
    """Text in the legend."""
    kind: Text | None = None
    """Kind of these features, if the `kind` of the layer is too wide."""


class LayerStyle(PathStyle):
    """The look of a layer."""

    chosen_by: Literal["inside", "outline", "both"] = "inside"
    """What of an area a click chooses: all of its inside, or only its outline, so that a click inside means
    what lies there. Its name always chooses it."""
    outside_opacity: Fraction | None = None
    """Opacity of a quiet veil over all that lies outside of the areas."""
    sides: Annotated[list[Text], Field(min_length=2, max_length=2)] | None = None
    """What lies to the left and to the right of lines, in their direction: names written beside them."""
    soft_from_m: Annotated[float, Field(gt=0)] = 500
    """Points with at least this `accuracy_m` are drawn with a soft edge."""
    areas: dict[Id, list[Reference]] = {}
    """Features, by their id, whose place is whole areas: they have no symbol.

    While one is chosen, its areas stand out. They may be of other layers, such as `region.twente`."""
    icon_field: str | None = None
    """Field with a choice of values, each with a pictogram in `icons`."""
    icons: dict[str, Icon] = {}
    icon_minzoom: Annotated[int, Field(ge=0, le=22)] = 0
    """First zoom with pictograms; before, symbols are plain."""
    icon_radius: Annotated[float, Field(gt=0, le=30)] = 10
    """Radius in px of symbols with a pictogram."""
    zoom_scaling: bool = False
    """Whether lines are thinner on small scales, and wider on large ones."""
    category_field: str | None = None
    categories: list[StyleCategory] = []
