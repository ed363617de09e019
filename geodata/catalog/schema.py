"""Defines the tables of a catalog: each key with its meaning, unit and default."""

import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from geodata.catalog.base import Bbox, Entry, Fraction, HttpUrl, Id, Reference, Text
from geodata.catalog.chart_schema import Chart
from geodata.catalog.network_schema import RailNetwork
from geodata.catalog.page_schema import About, Chapter, LayerGroup, Overview
from geodata.catalog.style_schema import LayerStyle

COMMON_FIELDS = ("name", "description", "note", "source", "accuracy_m")
"""Properties that features of every layer may have without declaration."""

PROSE_FIELDS = ("description", "note", "source")
"""Common properties with texts in a language, like fields with `prose`."""

FieldType = Literal[
    "string", "integer", "number", "boolean", "year", "date", "url", "list", "numbers", "choice", "services"
]
GeometryType = Literal[
    "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"
]


class DataField(Entry):
    """A property of the features of a layer."""

    label: Text
    """Name for readers."""
    type: FieldType
    """`year` is an integer, `date` ISO 8601, `list` holds strings, `numbers` holds numbers, `choice` is a key
    of `choices`; `services` holds objects with a `name` and the `minutes` at each stop, null where the train
    does not call."""
    column: str | None = None
    """Name of the column in the file, if it is no id, such as `name:nl`."""
    unit: Text | None = None
    """Unit printed after the value."""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: dict[str, Text] = {}
    """Stored value → label."""
    prose: bool = False
    """Whether its texts are translated; names and codes are not."""
    dated_by: str | None = None
    """Field with the date or year of the number."""
    sums_to: str | None = None
    """Number that the values of all features add up to, as `<layer>.<feature id>.<field>`."""
    ratio_of: Annotated[list[str], Field(min_length=2, max_length=2)] | None = None
    """Two fields whose quotient it is, such as inhabitants and area."""
    told_as: list[str] = []
    """Phrases of English descriptions with `#` for the number, such as `# inhabitants`."""
    planned: list[str] = []
    """Choices of features that are still to come."""
    foresees: bool = False
    """Whether its texts tell a plan, whose last year must not have passed while it is still to come."""
    folded: bool = False
    """Whether the details list it with sources and method, which are folded."""
    refers_to: str | None = None
    """Layer whose feature ids the field holds."""
    inverse: str | None = None
    """Field of that layer that refers back to this feature."""
    within_m: Annotated[float, Field(gt=0)] | None = None
    """Largest distance to the features that it refers to, in m."""
    names_area_in: str | None = None
    """Area layer whose names the field holds; outside its areas, any name is allowed."""
    measures: Literal["area_km2", "area_ha", "length_km"] | None = None
    """Measure of the drawn shape that the number states."""
    tolerance: Fraction = 0.01
    """Relative difference allowed between the number and the measured shape."""


class License(Entry):
    """Terms of use."""

    name: str
    url: HttpUrl


class Source(Entry):
    """A source of the data."""

    name: Text
    url: HttpUrl | None = None
    vintage: Text | None = None
    license: Text | None = None
    """Terms of the publisher, with "to confirm" if they were not found with the data."""


class Database(Entry):
    """Place of a layer's features in a PostGIS database."""

    connection: Id = "main"
    """Name of the connection; the address of `main` is in the variable TWENTE_ATLAS_DATABASE_MAIN."""
    table: Annotated[str, Field(min_length=1)] | None = None
    """A table or view, such as `houses` or `public.houses`."""
    query: Annotated[str, Field(min_length=1)] | None = None
    """A SELECT instead of a table."""
    id: str | None = None
    """Column with unique ids; the table's primary key unless given."""
    geometry: str | None = None
    """Column of the shapes, if there are several."""
    version: str | None = None
    """A SELECT of one value that changes with the data, such as `SELECT max(changed) FROM houses`."""

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("give either `table` or `query`")
        if self.query is not None and self.id is None:
            raise ValueError("a `query` has no primary key: give `id`, a column with unique ids")
        return self


class RouteTracks(Entry):
    """Layer of the tracks of lines with stops, and its fields; its style tells them apart."""

    layer: str
    lines: str
    """Field with the ids of the lines that a track belongs to."""
    start: str
    """Field with the stop at which it begins; where the line is interrupted at a stop, also `end`."""
    end: str
    length_km: str
    count: str | None = None
    """Field with the number of parallel tracks."""
    wire: str | None = None
    """Field with the electrification."""
    no_wire: str = "none"
    """Its value where there is no overhead line."""


class Route(Entry):
    """Fields of lines with stops: the stops in order, and lengths and services between them."""

    stops: str
    """Field with all stops, as ids of the layer that it refers to."""
    main_stops: str
    """Field with the stops between which minutes are shown first."""
    leg_lengths_km: str
    """Field with the length of each leg from stop to stop, in km."""
    services: str
    """Field with the services, each with the minutes from its first stop, one per stop."""
    length_km: str
    """Field with the sum of the legs, in km."""
    electrified: str | None = None
    """Field that says `yes`, `part` or `no`, as the tracks do."""
    track_text: str | None = None
    """Field with a text that names the numbers of parallel tracks."""
    tracks: RouteTracks | None = None


class Layer(Entry):
    """One layer: its meaning, its claims and its look."""

    id: Id
    title: Text
    kind: Text
    """Name of one feature's kind, such as "City"."""
    description: Text
    geometry_types: list[GeometryType]
    count: Annotated[int, Field(ge=0)] | None = None
    """Number of features in the file, checked if given."""
    file: str | None = None
    """Path from the catalog's folder; `layers/<id>.geojson` unless given."""
    table: str | None = None
    """Table of the file, if it has several."""
    database: Database | None = None
    """Place of its features in a database, instead of a file."""
    crs: str | None = None
    """CRS of the file, such as `EPSG:28992`, if the file states none or a wrong one."""
    name_field: str = "name"
    """Property with the name of a feature; features without one are named by kind and number."""
    visible: bool = True
    """Whether the map shows it at the start."""
    key_fields: list[str] = []
    """Fields that a popup shows, and that the details set large where their texts are short."""
    peer_fields: list[str] = []
    """Numbers that the details show beside those of the other features of the same kind."""
    max_age_years: Annotated[float, Field(gt=0)] | None = None
    """Age from which `check` warns of a figure, by the field that it is `dated_by`."""
    license: License
    attribution: Text
    vintage: str
    """Span of the dates of its sources, such as `2022 to 2024-01-01`."""
    retrieved: datetime.date
    method: Text
    accuracy_m: Annotated[float, Field(ge=0)] | None = None
    sources: Annotated[list[Source], Field(min_length=1)]
    fields: dict[Id, DataField] = {}
    tiles: str | None = None
    """Layer whose area these areas fill without gaps and overlaps."""
    tiles_tolerance_m2: Annotated[float, Field(ge=0)] = 10_000
    route: Route | None = None
    style: LayerStyle

    @model_validator(mode="after")
    def _is_in_one_place(self) -> Self:
        if self.database is not None and (self.file or self.table):
            raise ValueError("give either `file`, with its `table`, or `database`")
        return self

    @property
    def path(self) -> str:
        """Path of the file, from the catalog's folder."""
        return self.file or f"layers/{self.id}.geojson"

    @property
    def origin(self) -> str:
        """Place of its features, as named in a sentence."""
        if self.database is None:
            return self.path
        return f"the table {self.database.table}" if self.database.table else "its query"

    @property
    def medium(self) -> str:
        """Name of what to correct if features are wrong."""
        return "file" if self.database is None else "data"


class Basemap(Entry):
    """The embedded base map."""

    folder: str
    """Path from the catalog's folder; holds `overview.geojson`."""
    streets: str | None = None
    """A file of street tiles (PMTiles) in `folder`; none if left out."""
    far: str | None = None
    """A file of tiles (PMTiles) for what lies around the streets, of smaller zooms than theirs."""
    names: list[str] = []
    """Files of names (GeoParquet) in `folder` that the search finds too, those with more detail first."""
    title: Text
    attribution: Text
    license: License
    vintage: str
    """Date of its data, or the first and the last one, such as `2021-08`."""
    method: Text


class OnlineBasemap(Entry):
    """A tile service on another host."""

    title: str
    provider: str
    """Name in xyzservices, such as `OpenStreetMap.Mapnik`."""


class Relations(Entry):
    """Layers whose relation to a feature is shown."""

    nearest: list[str] = []
    """Layers whose nearest feature is shown, with its distance."""
    distance_to: list[str] = []
    """Layers, such as a border, whose distance is shown."""
    members: list[str] = []
    """Layers whose features in an area are listed."""
    places: list[str] = []
    """Point layers, such as towns, that represent the area in their field with `names_area_in`."""


class Catalog(Entry):
    """The whole catalog; layers are in drawing order within areas, lines and points."""

    title: Text
    tagline: Text
    """Description of the atlas in one line."""
    summary: Text
    """Description in one or two sentences, for search engines and link previews."""
    home_bbox: Bbox
    """West, south, east, north of what the first view shows as a whole, in degrees (WGS 84)."""
    home_features: list[Reference] = []
    """Features that the first view shows too where there is room, the most important first."""
    languages: list[str] = []
    """Languages (BCP 47), besides English, into which `locales/` translates every text."""
    located_in: list[str] = []
    """Area layers that locate features, smallest first."""
    relations: Relations = Relations()
    online_basemaps: list[OnlineBasemap] = []
    """Tile services that a user may choose; no request is sent before."""
    basemap: Basemap | None = None
    layer_groups: list[LayerGroup] = []
    """Themes under which the map lists its layers; layers of none come last."""
    overview: Overview
    about: About = About(text=[])
    charts: list[Chart] = []
    chapters: list[Chapter] = []
    """Read from `stories.toml` beside the catalog, if it exists."""
    network: RailNetwork | None = None
    """Read from the file in the catalog's key `network`, if given."""
    layers: dict[str, Layer] = {}
