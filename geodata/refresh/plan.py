"""The plan of a refresh: `refresh.toml` beside a catalog says which service refreshes which layer."""

import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from geodata.catalog.base import Entry, Id, Reference
from geodata.catalog.schema import Source
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
    """How a record without a feature becomes a new feature."""

    id_from: str
    """Value of the record that the feature's id is made of."""
    fields: dict[str, str]
    """Field of the feature → value of the record."""
    constants: dict[str, str | int | float | bool | list[str]] = {}
    """Field → value for each new feature."""


class Credit(Entry):
    """How the catalog credits a service, with the date of its data."""

    source: str | None = None
    """Name of the source in the layer's `sources`."""
    vintage: str | None = None
    """Form of that source's date, such as `%Y-%m-%d`."""
    phrases: list[str] = []
    """Forms of the date of the data in the layer's sources and charts, such as `CBS, %-d %B %Y`."""
    attribution: list[str] = []
    """Forms of the date of the request in the layer's attribution, such as `© BKG %Y`."""


class Feed(Credit):
    """What the features of a layer take from a service, or how they are compared with it."""

    service: str
    key: str
    """Value of a record that identifies its feature."""
    match: str
    """Field of the feature with the same value."""
    where: dict[str, str] = {}
    """Field → value of the features that are refreshed; all features with `match` unless given."""
    fields: dict[str, str] = {}
    """Field of the feature → value of the record."""
    geometry: bool = False
    """Whether the feature takes the shape of the record."""
    decimals: int = 6
    """Of coordinates, in degrees."""
    date_fields: list[str] = []
    """Fields with the date of the data."""
    within: Reference | None = None
    """Area in which records without a feature are reported as new."""
    max_change: float = 0.25
    """Relative change of a number above which it is refused."""
    max_move_m: float = 2000
    """Distance above which a moved shape is refused."""
    is_witness: bool = False
    """Whether nothing is taken, and positions are only compared with those of the service."""
    texts: dict[str, str] = {}
    """Field → its new text, with the date of the data as in `phrases`."""
    addition: Addition | None = None
    """How records without a feature are added; without it, they are only reported."""


class Area(Entry):
    """Records of a service that form one area."""

    service: str
    key: str
    among: Annotated[list[str], Field(min_length=1)]
    """Values of `key`, all of which the service must have."""


class Part(Credit):
    """One area of an outline."""

    area: str
    is_simplified: bool = False
    """Whether its shapes are simplified first."""


class Outline(Entry):
    """The shape of a feature, made of areas."""

    parts: Annotated[list[Part], Field(min_length=1)]
    feature: Id | None = None
    """Id of the feature; the layer's only one unless given."""
    is_edge: bool = False
    """Whether it is the line where the areas end and the service has nothing beyond: a state border."""
    simplify_m: Annotated[float, Field(ge=0)] = 0
    """Tolerance for simplified parts, which keep their common boundaries."""
    close_m: Annotated[float, Field(ge=0)] = 0
    """Width up to which gaps between parts are closed."""
    least_km2: Annotated[float, Field(ge=0)] = 0
    """Separate pieces below this size are left out, and holes below it are closed."""
    decimals: int = 5
    max_move_m: float = 2000
    """Distance above which the moved shape is refused."""
    method: str | None = None
    """New `method` of the layer in the catalog."""


class Card(Entry):
    """New texts of a layer in the catalog, with the date of the data as in `phrases`; others stay."""

    method: str | None = None
    attribution: str | None = None
    sources: list[Source] | None = None


class Track(Credit):
    """How lines with stops are drawn along the tracks of a service, close to their old course."""

    service: str
    within_m: Annotated[float, Field(gt=0)]
    """Distance from the old line within which tracks are used."""
    stop_within_m: Annotated[float, Field(gt=0)] = 250
    """Distance from a stop within which its track lies."""
    simplify_m: Annotated[float, Field(ge=0)] = 10
    decimals: int = 5
    max_move_m: float = 250
    """Distance above which a moved line is refused."""
    max_change: float = 0.25
    """Relative change of a length from stop to stop above which it is refused."""
    source_text: str
    """New credit of the line in the features' `source`, with the date as in `phrases`."""
    instead_of: list[str] = []
    """Old credits in `source` that are removed."""
    card: Card = Card()


class Along(Entry):
    """A boundary that a line may follow."""

    feature: Reference
    within_m: float
    """Distance within which it follows the boundary."""


class Join(Entry):
    """How the one feature of a layer is joined from the features of another layer."""

    layer: str
    sums: dict[str, str] = {}
    """Field → field of the other layer to add up."""
    same: list[str] = []
    """Fields with one value in all features of the other layer, taken over."""
    count: str | None = None
    """Field with the number of features of the other layer."""


class LayerPlan(Entry):
    """What refreshes a layer."""

    feeds: list[Feed] = []
    join: Join | None = None
    outline: Outline | None = None
    track: Track | None = None
    along: dict[str, Along] = {}
    """Field → boundary; the field becomes the length along it, in whole km."""
    ratios: dict[str, Annotated[list[str], Field(min_length=2, max_length=2)]] = {}
    """Field → the two fields whose quotient it becomes, rounded to a whole number."""
    measured: dict[str, int] = {}
    """Field with `measures` in the catalog → decimals of its measure."""
    distances: dict[str, str] = {}
    """Field → field with `refers_to`; the first becomes the distance to the farthest feature, in whole m."""


class Plan(Entry):
    """The whole of `refresh.toml`."""

    services: dict[str, AnyService] = {}
    areas: dict[str, Area] = {}
    layers: dict[str, LayerPlan] = {}


def read_plan(folder: Path) -> Plan:
    """Read the plan beside a catalog; raises `RefreshError` that names everything wrong in it."""
    path = folder / FILE
    try:
        plan = Plan.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise RefreshError(f"there is no {path}; it says which service refreshes which layer") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RefreshError(f"{path} can't be read: {error}") from None
    except ValidationError as error:
        wrong = [
            f"{'.'.join(map(str, finding['loc']))}: {finding['msg']}"
            for finding in error.errors(include_url=False)
        ]
    else:
        wrong = [
            f"{place} refers to unknown `{name}`; use one of {', '.join(available)}"
            for place, name, available in _references(plan)
            if name not in available
        ]
    if wrong:
        raise RefreshError(f"{path}: " + "; ".join(wrong))
    return plan


def _references(plan: Plan) -> Iterator[tuple[str, str, Collection[str]]]:
    """Yield each place that refers to something, the name, and the names available there."""
    for area_id, area in plan.areas.items():
        yield area_id, area.service, plan.services
    for layer_id, layer in plan.layers.items():
        services = [feed.service for feed in layer.feeds] + ([layer.track.service] if layer.track else [])
        for service in services:
            yield layer_id, service, plan.services
        for piece in layer.outline.parts if layer.outline else ():
            yield layer_id, piece.area, plan.areas
        if layer.join is not None:
            yield layer_id, layer.join.layer, plan.layers
