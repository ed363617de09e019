"""What a catalog may say: its tables as types, each key with its meaning, unit and default."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

ID_PATTERN = r"^[a-z][a-z0-9_]*$"
"""Ids of layers, fields and features."""

COMMON_FIELDS = ("name", "description", "note", "source", "accuracy_m")
"""Properties that every layer may have without declaring them."""

GeometryType = Literal[
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"
]
Color = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
HttpUrl = Annotated[str, Field(pattern=r"^https?://[^\s<>\"]+$")]
Fraction = Annotated[float, Field(ge=0, le=1)]


class Entry(BaseModel):
    """A table of the catalog: frozen, and closed to keys that nothing reads."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class DataField(Entry):
    """A property that features of a layer have."""

    label: str
    """What people call it, in English."""
    type: Literal["string", "integer", "number", "boolean", "year", "date", "url", "list", "choice"]
    """`year` is an integer, `date` ISO 8601, `list` holds strings, `choice` is a key of `choices`."""
    unit: str | None = None
    """Unit as printed behind the value."""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: dict[str, str] = {}
    """Stored value → English label."""
    refers_to: str | None = None
    """Layer whose feature ids this field holds."""


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
    label: str
    """The legend's words for it, in English."""
    kind: str | None = None
    """What one such feature is called, where the layer's `kind` is too wide."""


class LayerStyle(PathStyle):
    """The look of a layer."""

    category_field: str | None = None
    categories: list[StyleCategory] = []


class License(Entry):
    """Terms under which something may be used."""

    name: str
    url: HttpUrl


class Source(Entry):
    """Where data comes from."""

    name: str
    url: HttpUrl | None = None
    vintage: str | None = None
    license: str | None = None
    """The publisher's terms, with "to confirm" where they were not found beside the data."""


class Layer(Entry):
    """One layer: what it is, what it claims, how it looks."""

    id: Annotated[str, Field(pattern=ID_PATTERN)]
    title: str
    kind: str
    """What one feature is called."""
    description: str
    geometry_types: list[GeometryType]
    count: Annotated[int, Field(ge=0)]
    file: str | None = None
    """Path from the catalog's folder; `layers/<id>.geojson` unless given."""
    visible: bool = True
    """Whether the map opens with it."""
    key_fields: list[str] = []
    """The facts that a popup shows."""
    license: License
    attribution: str
    vintage: str
    retrieved: datetime.date
    method: str
    accuracy_m: Annotated[float, Field(ge=0)] | None = None
    sources: Annotated[list[Source], Field(min_length=1)]
    fields: dict[Annotated[str, Field(pattern=ID_PATTERN)], DataField] = {}
    style: LayerStyle

    @property
    def path(self) -> str:
        """Path of the file, from the catalog's folder."""
        return self.file or f"layers/{self.id}.geojson"


class Basemap(Entry):
    """The embedded base map."""

    folder: str
    """From the catalog's folder; holds `index.json`, `overview.geojson` and `detail/`."""
    title: str
    attribution: str
    license: License
    vintage: str
    method: str


class OnlineBasemap(Entry):
    """A tile service beyond this host."""

    title: str
    provider: str
    """Name in xyzservices, such as `OpenStreetMap.Mapnik`."""


class KeyFigure(Entry):
    """A figure of the overview, taken from the feature that carries it."""

    label: str
    feature: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
    """`<layer>.<feature id>`."""
    field: str


class Overview(Entry):
    """What the page says of the region before a feature is chosen."""

    heading: str
    text: list[str]
    figures: list[KeyFigure] = []


class Catalog(Entry):
    """The whole catalog, layers in drawing order within areas, lines and points."""

    title: str
    tagline: str
    """What the atlas is, in one line."""
    summary: str
    """The same in a sentence or two, for search engines and link previews."""
    home_bbox: Annotated[list[float], Field(min_length=4, max_length=4)]
    """West, south, east, north of the first view, in degrees (WGS 84)."""
    located_in: list[str] = []
    """Area layers that say where a feature lies, smallest first."""
    online_basemaps: list[OnlineBasemap] = []
    """Tile services that a user may choose; none is contacted before."""
    basemap: Basemap | None = None
    overview: Overview
    layers: dict[str, Layer] = {}
