"""What a catalog may say: its tables as types, each key with its meaning, unit and default."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field, model_validator

from geodata.catalog.base import ID_PATTERN, Bbox, Entry, Fraction, HttpUrl, Text
from geodata.catalog.network_schema import RailNetwork
from geodata.catalog.page_schema import About, Chapter, Chart, Overview
from geodata.catalog.style_schema import LayerStyle

COMMON_FIELDS = ("name", "description", "note", "source", "accuracy_m")
"""Properties that every layer may have without declaring them."""

PROSE_FIELDS = ("description", "note", "source")
"""Those of them that are written in a language, as fields with `prose` are."""

FieldType = Literal[
    "string", "integer", "number", "boolean", "year", "date", "url", "list", "numbers", "choice", "services"
]
GeometryType = Literal[
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"
]


class DataField(Entry):
    """A property that features of a layer have."""

    label: Text
    """What people call it."""
    type: FieldType
    """`year` is an integer, `date` ISO 8601, `list` holds strings, `numbers` holds numbers, `choice` is a key
    of `choices`; `services` holds objects with a `name` and the `minutes` at each stop, null where the train
    passes."""
    column: str | None = None
    """What the file calls it, where that is no id, such as `name:nl`."""
    unit: Text | None = None
    """Unit as printed behind the value."""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: dict[str, Text] = {}
    """Stored value → label."""
    prose: bool = False
    """Whether its texts are written in a language, and so are translated; names and codes are not."""
    refers_to: str | None = None
    """Layer whose feature ids this field holds."""
    inverse: str | None = None
    """Field of that layer that names this feature back."""
    within_m: Annotated[float, Field(gt=0)] | None = None
    """The features that it refers to lie no farther away, in m."""
    names_area_in: str | None = None
    """Area layer by whose names this field says where the feature lies; outside them, any name is fine."""
    measures: Literal["area_km2", "area_ha", "length_km"] | None = None
    """What of the drawn shape the number is a figure of."""
    tolerance: Fraction = 0.01
    """By how much it may differ from the shape as measured, as a part of it."""


class License(Entry):
    """Terms under which something may be used."""

    name: str
    url: HttpUrl


class Source(Entry):
    """Where data comes from."""

    name: Text
    url: HttpUrl | None = None
    vintage: Text | None = None
    license: Text | None = None
    """The publisher's terms, with "to confirm" where they were not found beside the data."""


class Database(Entry):
    """Where in a PostGIS database a layer's features are."""

    connection: Annotated[str, Field(pattern=ID_PATTERN)] = "main"
    """Name of the connection, whose address the environment has: `main` is TWENTE_ATLAS_DATABASE_MAIN."""
    table: Annotated[str, Field(min_length=1)] | None = None
    """A table or view, such as `houses` or `public.houses`."""
    query: Annotated[str, Field(min_length=1)] | None = None
    """A SELECT in place of a table."""
    id: str | None = None
    """Column that tells features apart; the table's primary key unless given."""
    geometry: str | None = None
    """Column of the shapes, where there are several."""
    version: str | None = None
    """A SELECT whose one value changes with the data, such as `SELECT max(changed) FROM houses`."""

    @model_validator(mode="after")
    def _has_one_source(self) -> Database:
        if (self.table is None) == (self.query is None):
            raise ValueError("give `table` or `query`, one of them")
        if self.query is not None and self.id is None:
            raise ValueError("a `query` has no primary key: give `id`, a column that tells features apart")
        return self


class Route(Entry):
    """The fields that make a line an itinerary: its stops in order, and what lies between them."""

    stops: str
    """Every stop, as ids of the layer that the field refers to."""
    main_stops: str
    """The stops between which minutes are told first."""
    leg_lengths_km: str
    """One number per stretch from stop to stop, in km."""
    services: str
    """What runs there, with the minutes since its first stop, one per stop."""
    length_km: str
    """The sum that the legs make, in km."""


class Layer(Entry):
    """One layer: what it is, what it claims, how it looks."""

    id: Annotated[str, Field(pattern=ID_PATTERN)]
    title: Text
    kind: Text
    """What one feature is called."""
    description: Text
    geometry_types: list[GeometryType]
    count: Annotated[int, Field(ge=0)] | None = None
    """How many features the file has; held to where given."""
    file: str | None = None
    """Path from the catalog's folder; `layers/<id>.geojson` unless given."""
    table: str | None = None
    """The table of the file to read, where it has several."""
    database: Database | None = None
    """Where its features are in a database, in place of a file."""
    crs: str | None = None
    """CRS of the file, such as `EPSG:28992`, where the file itself does not say, or says it wrong."""
    name_field: str = "name"
    """Property of the file that names a feature; features without one are named by kind and number."""
    visible: bool = True
    """Whether the map opens with it."""
    key_fields: list[str] = []
    """The facts that a popup shows."""
    license: License
    attribution: Text
    vintage: Text
    retrieved: datetime.date
    method: Text
    accuracy_m: Annotated[float, Field(ge=0)] | None = None
    sources: Annotated[list[Source], Field(min_length=1)]
    fields: dict[Annotated[str, Field(pattern=ID_PATTERN)], DataField] = {}
    tiles: str | None = None
    """Layer whose area these areas fill, without gap or overlap."""
    tiles_tolerance_m2: Annotated[float, Field(ge=0)] = 10_000
    route: Route | None = None
    style: LayerStyle

    @model_validator(mode="after")
    def _is_in_one_place(self) -> Layer:
        if self.database is not None and (self.file or self.table):
            raise ValueError("give `file` (and `table` of it), or `database`, one of them")
        return self

    @property
    def path(self) -> str:
        """Path of the file, from the catalog's folder."""
        return self.file or f"layers/{self.id}.geojson"

    @property
    def origin(self) -> str:
        """What a sentence calls the place that its features come from."""
        if self.database is None:
            return self.path
        return f"the table {self.database.table}" if self.database.table else "its query"

    @property
    def medium(self) -> str:
        """What is to be corrected where the features are wrong."""
        return "file" if self.database is None else "data"


class Basemap(Entry):
    """The embedded base map."""

    folder: str
    """From the catalog's folder; holds `index.json`, `overview.geojson` and `detail/`."""
    title: Text
    attribution: Text
    license: License
    vintage: Text
    method: Text


class OnlineBasemap(Entry):
    """A tile service beyond this host."""

    title: str
    provider: str
    """Name in xyzservices, such as `OpenStreetMap.Mapnik`."""


class Relations(Entry):
    """Which layers say what a feature has to do with others."""

    nearest: list[str] = []
    """Layers whose nearest feature is told, and how far it is."""
    distance_to: list[str] = []
    """Layers, such as a border, of which the distance is told."""
    members: list[str] = []
    """Layers of which is told what lies in an area."""
    places: list[str] = []
    """Point layers, such as of towns, that stand for the area that they name with `names_area_in`."""


class Catalog(Entry):
    """The whole catalog, layers in drawing order within areas, lines and points."""

    title: Text
    tagline: Text
    """What the atlas is, in one line."""
    summary: Text
    """The same in a sentence or two, for search engines and link previews."""
    home_bbox: Bbox
    """West, south, east, north of the first view, in degrees (WGS 84)."""
    languages: list[str] = []
    """Languages (BCP 47) beside English in which `locales/` has every text."""
    located_in: list[str] = []
    """Area layers that say where a feature lies, smallest first."""
    relations: Relations = Relations()
    online_basemaps: list[OnlineBasemap] = []
    """Tile services that a user may choose; none is contacted before."""
    basemap: Basemap | None = None
    overview: Overview
    about: About = About(text=[])
    charts: list[Chart] = []
    chapters: list[Chapter] = []
    """Out of `stories.toml` beside the catalog, where there is one."""
    network: RailNetwork | None = None
    """Out of the file that the catalog names as its `network`, where it names one."""
    layers: dict[str, Layer] = {}
