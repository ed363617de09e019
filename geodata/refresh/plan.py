"""What refreshes a region's layers: `refresh.toml` beside its catalog, read into types."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from geodata.catalog.base import Entry, Reference
from geodata.errors import RefreshError
from geodata.refresh.services.csv_file import CsvFile
from geodata.refresh.services.genesis import Genesis
from geodata.refresh.services.odata import OData
from geodata.refresh.services.ogc_features import OgcFeatures
from geodata.refresh.services.overpass import Overpass
from geodata.refresh.services.wfs import Wfs

FILE = "refresh.toml"

AnyService = Annotated[
    OgcFeatures | OData | CsvFile | Overpass | Wfs | Genesis, Field(discriminator="protocol")
]


class Addition(Entry):
    """What makes a new feature of a record."""

    id_from: str
    """Value of the record that its id is made of."""
    fields: dict[str, str]
    """Field of the feature → value of the record."""
    constants: dict[str, str | int | float | bool | list[str]] = {}
    """Fields that are the same for each."""


class Credit(Entry):
    """How a layer says what was taken from a service, and what day it is of."""

    source: str | None = None
    """Name of the source on the layer's card."""
    vintage: str | None = None
    """How that source's date is written, such as `%Y-%m-%d`."""
    phrases: list[str] = []
    """How sources and vintage of the layer say what these data are of, such as `CBS, %-d %B %Y`."""
    attribution: list[str] = []
    """How its attribution says when they were fetched, such as `© BKG %Y`."""


class Feed(Credit):
    """What features of a layer take from a service, or are held against it."""

    service: str
    key: str
    """Value of a record that says which feature it is of."""
    match: str
    """Field of the feature that holds the same."""
    where: dict[str, str] = {}
    """Which features it is for, by values of their fields; all that have `match`, without."""
    fields: dict[str, str] = {}
    """Field of the feature → value of the record."""
    factors: dict[str, float] = {}
    """Field → what the record's number is multiplied by, for its unit."""
    geometry: bool = False
    """Whether the feature takes the record's shape."""
    decimals: int = 6
    """Of coordinates, in degrees."""
    date_fields: list[str] = []
    """Fields that say what day the data are of."""
    within: Reference | None = None
    """Area in which records without a feature are told of as new."""
    max_change: float = 0.25
    """By what part a number may change before it is taken for a mistake."""
    max_move_m: float = 2000
    """How far a shape may move before that is."""
    is_witness: bool = False
    """Whether nothing is taken, and positions are only held against those of the service."""
    texts: dict[str, str] = {}
    """Field → what it says from then on, with the data's date as in `phrases`."""
    addition: Addition | None = None
    """What a record without a feature needs to become one; without it, such records are only told of."""


class Area(Entry):
    """Records of a service that are one area together."""

    service: str
    key: str
    among: Annotated[list[str], Field(min_length=1)]
    """Values of `key`, each of which has to be there."""


class Part(Credit):
    """An area that an outline is made of."""

    area: str
    is_simplified: bool = False
    """Whether its shapes are made coarser first."""


class Outline(Entry):
    """The shape of a layer's one feature, made of areas."""

    parts: Annotated[list[Part], Field(min_length=1)]
    is_edge: bool = False
    """Whether it is the line where the areas end and the service has nothing beyond: a state's border."""
    simplify_m: Annotated[float, Field(ge=0)] = 0
    """How coarse simplified parts are made, together, so that common boundaries stay common."""
    close_m: Annotated[float, Field(ge=0)] = 0
    """How wide gaps between one part and another may be that are closed."""
    least_km2: Annotated[float, Field(ge=0)] = 0
    """What lies apart and is smaller is left out, and a hole that is smaller is closed."""
    decimals: int = 5
    max_move_m: float = 2000
    """How far the shape may move before that is taken for a mistake."""
    method: str | None = None
    """What the layer's card says of how it was made, from then on."""


class CardSource(Entry):
    """A source on a layer's card."""

    name: str
    url: str | None = None
    vintage: str
    license: str


class Card(Entry):
    """What a layer's card says from then on, with the date of the data as in `phrases`; the rest stays."""

    method: str | None = None
    vintage: str | None = None
    attribution: str | None = None
    sources: list[CardSource] | None = None


class Track(Credit):
    """How lines with stops are drawn along the tracks of a service, close to where they lay."""

    service: str
    within_m: Annotated[float, Field(gt=0)]
    """How far from where a line lay tracks are looked at."""
    stop_within_m: Annotated[float, Field(gt=0)] = 250
    """How far a stop may be from its track."""
    simplify_m: Annotated[float, Field(ge=0)] = 10
    decimals: int = 5
    max_move_m: float = 250
    """How far a line may move before that is taken for a mistake."""
    max_change: float = 0.25
    """By what part the way from stop to stop may change before that is."""
    source_text: str
    """What the features say of where their line is from, with the date as in `phrases`."""
    instead_of: list[str] = []
    """What they said of it until then, which is taken out."""
    card: Card = Card()


class Along(Entry):
    """A boundary that a line may follow."""

    feature: Reference
    within_m: float
    """How close it follows it."""


class Join(Entry):
    """A layer of one feature, made of another layer's."""

    layer: str
    sums: dict[str, str] = {}
    """Field → field of the other layer that is added up."""
    same: list[str] = []
    """Fields that all features of the other layer have alike, taken over."""
    count: str | None = None
    """Field that says how many they are."""


class LayerPlan(Entry):
    """What refreshes a layer."""

    feeds: list[Feed] = []
    join: Join | None = None
    outline: Outline | None = None
    track: Track | None = None
    along: dict[str, Along] = {}
    """Field → how much of the shape is a feature's boundary, in whole km."""
    ratios: dict[str, Annotated[list[str], Field(min_length=2, max_length=2)]] = {}
    """Field → the two fields whose quotient it is, rounded to a whole number."""
    measured: dict[str, int] = {}
    """Field with `measures` in the catalog → decimals to which the shape is measured for it."""
    distances: dict[str, str] = {}
    """Field → field with `refers_to`: how far the farthest of those features is, in whole m."""


class Plan(Entry):
    """The whole of `refresh.toml`."""

    services: dict[str, AnyService] = {}
    areas: dict[str, Area] = {}
    layers: dict[str, LayerPlan] = {}


def read_plan(folder: Path) -> Plan:
    """Read the plan beside a catalog; raises `RefreshError` with everything that is wrong in it."""
    path = folder / FILE
    try:
        plan = Plan.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise RefreshError(f"there is no {path}; it says which service refreshes which layer") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RefreshError(f"{path} can't be read: {error}") from None
    except ValidationError as error:
        lines = [
            f"{'.'.join(map(str, finding['loc']))}: {finding['msg']}"
            for finding in error.errors(include_url=False)
        ]
        raise RefreshError(f"{path}: " + "; ".join(lines)) from None
    for place, name, there_are in _references(plan):
        if name not in there_are:
            raise RefreshError(f"{path}: {place} names `{name}`; there are {', '.join(there_are)}")
    return plan


def _references(plan: Plan) -> Iterator[tuple[str, str, Iterable[str]]]:
    """Yield where the plan names something, what, and what there is of that kind."""
    for area_id, area in plan.areas.items():
        yield area_id, area.service, plan.services
    for layer_id, layer in plan.layers.items():
        asked: list[Feed | Track] = [*layer.feeds, *([layer.track] if layer.track else [])]
        for part in asked:
            yield layer_id, part.service, plan.services
        for piece in layer.outline.parts if layer.outline else ():
            yield layer_id, piece.area, plan.areas
        if layer.join is not None:
            yield layer_id, layer.join.layer, plan.layers
