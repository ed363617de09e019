"""What refreshes a region's layers: `refresh.toml` beside its catalog, read into types."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from geodata.entry import Entry
from geodata.errors import RefreshError
from geodata.refresh.csv_file import CsvFile
from geodata.refresh.odata import OData
from geodata.refresh.ogc_features import OgcFeatures
from geodata.refresh.overpass import Overpass
from geodata.refresh.wfs import Wfs
from geodata.schema import Reference

FILE = "refresh.toml"

AnyService = Annotated[OgcFeatures | OData | CsvFile | Overpass | Wfs, Field(discriminator="protocol")]


class Feed(Entry):
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
    source: str | None = None
    """Name of the source on the layer's card that it is."""
    vintage: str | None = None
    """How that source's date is written, such as `%Y-%m-%d`."""
    phrases: list[str] = []
    """How sources and vintage of the layer say what these data are of, such as `CBS, 1 January %Y`."""


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
    ratios: dict[str, Annotated[list[str], Field(min_length=2, max_length=2)]] = {}
    """Field → the two fields whose quotient it is, rounded to a whole number."""
    measured: dict[str, int] = {}
    """Field with `measures` in the catalog → decimals to which the shape is measured for it."""
    distances: dict[str, str] = {}
    """Field → field with `refers_to`: how far the farthest of those features is, in whole m."""


class Plan(Entry):
    """The whole of `refresh.toml`."""

    services: dict[str, AnyService] = {}
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
    for layer_id, layer in plan.layers.items():
        for feed in layer.feeds:
            if feed.service not in plan.services:
                known = ", ".join(plan.services)
                raise RefreshError(f"{path}: {layer_id} names service `{feed.service}`; there are {known}")
        if layer.join is not None and layer.join.layer not in plan.layers:
            raise RefreshError(f"{path}: {layer_id} joins `{layer.join.layer}`, which nothing refreshes")
    return plan
