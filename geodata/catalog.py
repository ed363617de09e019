"""The catalog: which layers exist, what they claim, how they look. This module only reads it."""

from __future__ import annotations

import datetime
import difflib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from geodata.errors import CatalogError, Problem

DEFAULT_CATALOG = Path(__file__).with_name("catalog.toml")

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


@dataclass(frozen=True)
class CatalogFile:
    """A catalog as read: what is usable of it, and what is not."""

    path: Path
    catalog: Catalog
    problems: tuple[Problem, ...]

    @property
    def folder(self) -> Path:
        """Folder that paths in the catalog start from."""
        return self.path.parent


def read_catalog(path: Path = DEFAULT_CATALOG) -> CatalogFile:
    """Read a catalog; a layer whose table is wrong is left out and named in the problems.

    Raises
    ------
    CatalogError
        If the file is missing, is not TOML, or its top level is wrong.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogError(f"no catalog at {path}; give the path of a catalog.toml") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogError(f"catalog {path} can't be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise CatalogError(f"catalog {path} is not valid TOML: {error}; correct that line") from None

    tables = document.pop("layers", {})
    if not isinstance(tables, dict):
        raise CatalogError(f"catalog {path}: `layers` must be tables, such as [layers.cities]")
    try:
        catalog = Catalog.model_validate(document)
    except ValidationError as error:
        lines = "; ".join(str(problem) for problem in _to_problems(error, None, Catalog))
        raise CatalogError(f"catalog {path}: {lines}") from None

    layers: dict[str, Layer] = {}
    problems: list[Problem] = []
    for layer_id, table in tables.items():
        if not isinstance(table, dict):
            problems.append(Problem(layer_id, None, "is not a table", f"Write [layers.{layer_id}]."))
            continue
        try:
            layer = Layer.model_validate({**table, "id": layer_id})
        except ValidationError as error:
            problems.extend(_to_problems(error, layer_id, Layer))
            continue
        layers[layer_id] = layer
    catalog = catalog.model_copy(update={"layers": layers})
    problems.extend(_check_references(catalog, set(tables)))
    return CatalogFile(path=path, catalog=catalog, problems=tuple(problems))


def _to_problems(error: ValidationError, layer_id: str | None, model: type[BaseModel]) -> Iterator[Problem]:
    """Turn pydantic's findings into problems in the words of the catalog."""
    for finding in error.errors(include_url=False):
        key = ".".join(str(part) for part in finding["loc"] if part != "[key]")
        if finding["type"] == "extra_forbidden":
            known = _keys_at(model, finding["loc"])
            near = difflib.get_close_matches(str(finding["loc"][-1]), known, n=1)
            mend = f"Did you mean `{near[0]}`?" if near else f"Remove it, or use one of {', '.join(known)}."
            yield Problem(layer_id, None, f"unknown key `{key}`", mend)
        elif finding["type"] == "missing":
            yield Problem(layer_id, None, f"key `{key}` is missing", f"Add `{finding['loc'][-1]} = …`.")
        else:
            given = re.sub(r"\s+", " ", repr(finding["input"]))[:80]
            message = finding["msg"][0].lower() + finding["msg"][1:]
            yield Problem(layer_id, None, f"`{key}` is {given}", f"Correct it: {message}.")


def _keys_at(model: type[BaseModel], location: tuple[Any, ...]) -> list[str]:
    """Return the keys that the table at this place may have."""
    for part in location[:-1]:
        field = model.model_fields.get(part) if isinstance(part, str) else None
        if field is None:
            continue
        for candidate in _models_in(field.annotation):
            model = candidate
            break
    return [key for key in model.model_fields if key != "id"]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Find the models that a type annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _models_in(argument)


def _check_references(catalog: Catalog, named: set[str]) -> Iterator[Problem]:
    """Find names in the catalog that point at nothing."""
    for layer in catalog.layers.values():
        for key in layer.key_fields:
            if key not in layer.fields:
                yield Problem(
                    layer.id,
                    None,
                    f"key_fields names `{key}`, which is not declared",
                    f"Declare [layers.{layer.id}.fields.{key}], or remove it from key_fields.",
                )
        field = layer.style.category_field
        if field is not None and field not in layer.fields:
            yield Problem(
                layer.id,
                None,
                f"style.category_field is `{field}`, which is not declared",
                f"Declare [layers.{layer.id}.fields.{field}].",
            )
        for name, data_field in layer.fields.items():
            if data_field.refers_to is not None and data_field.refers_to not in named:
                yield Problem(
                    layer.id,
                    None,
                    f"field `{name}` refers to layer `{data_field.refers_to}`, which there is not",
                    f"Use one of {', '.join(sorted(named))}.",
                )
    for layer_id in catalog.located_in:
        if layer_id not in named:
            yield Problem(
                None, None, f"located_in names layer `{layer_id}`, which there is not", "Remove it."
            )
    for figure in catalog.overview.figures:
        layer_id = figure.feature.partition(".")[0]
        if layer_id not in named:
            yield Problem(
                None,
                None,
                f"overview figure `{figure.label}` names layer `{layer_id}`",
                "Name one that exists.",
            )
