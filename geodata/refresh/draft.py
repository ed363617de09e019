"""A layer as it would be: its features, to be changed, and what was found on the way."""

from __future__ import annotations

import contextlib
import copy
import datetime
import json
from dataclasses import dataclass, field

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.catalog.schema import Layer
from geodata.errors import Problem, RefreshError
from geodata.features.layer_data import LayerData
from geodata.json_object import JsonObject
from geodata.reading.geojson_geometry import to_geometry
from geodata.refresh.plan import Card, Credit
from geodata.validation.layer_file import read_features

Renewal = tuple[Credit, datetime.date]
"""What was taken, and what day it is of."""


@dataclass
class Draft:
    """A layer while it is refreshed."""

    layer: Layer
    features: list[JsonObject]
    lines: dict[str, str]
    """How the file had each feature, by its id: one that stays as it is keeps its line."""
    problems: list[Problem] = field(default_factory=list)
    """What speaks against taking it over."""
    absent: dict[str, str] = field(default_factory=dict)
    """Ids of features that a service does not have (any more) → that service."""
    removed: list[str] = field(default_factory=list)
    """Those of them that were taken out."""
    unknown: dict[str, dict[str, str]] = field(default_factory=dict)
    """Service → keys of its records that lie in the layer's area and that no feature had → why they were
    not added; empty if they were."""
    disputed: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Ids of features that another service has elsewhere → which, and how many m from there."""
    added: list[str] = field(default_factory=list)
    """Ids of features that are new."""
    card: tuple[Card, datetime.date] | None = None
    """What its card says from now on, and what day the data are of; `None` where that stays."""
    renewals: list[Renewal] = field(default_factory=list)

    def refuse(self, feature: JsonObject, what: str) -> None:
        """Note what speaks against taking over a feature as it would be."""
        mend = "Look at it; if it is right, allow for it in refresh.toml."
        self.problems.append(Problem(self.layer.id, feature["id"], what, mend))

    def geometries(self) -> dict[str, BaseGeometry]:
        """Return the features' shapes, WGS 84 (lon/lat)."""
        return {feature["id"]: to_geometry(feature["geometry"]) for feature in self.features}


def to_draft(data: LayerData) -> Draft:
    """Return a layer as it is, to be changed; raises `RefreshError` where it is not plain GeoJSON."""
    if data.layer.database is not None or not data.layer.path.endswith(".geojson"):
        what = f"{data.layer.id} is in {data.layer.origin}"
        raise RefreshError(f"{what}; only layers in GeoJSON files can be refreshed")
    features, _ = read_features(data.layer.id, data.content)
    return Draft(data.layer, copy.deepcopy(features), _lines_of(data.content))


def set_geometry(feature: JsonObject, geometry: BaseGeometry, decimals: int) -> None:
    """Give a feature a shape, with so many decimals, unless it has the very same."""
    rounded = shapely.orient_polygons(shapely.transform(geometry, lambda xy: xy.round(decimals)))
    parts = list(getattr(rounded, "geoms", []))
    if len(parts) == 1:
        rounded = parts[0]
    before = to_geometry(feature["geometry"])
    if before is None or not before.normalize().equals(rounded.normalize()):
        feature["geometry"] = json.loads(shapely.to_geojson(rounded))


def to_content(draft: Draft) -> bytes:
    """Return a layer as its file: one feature per line."""
    bounds = shapely.total_bounds(list(draft.geometries().values()))
    bbox = json.dumps([round(float(value), 6) for value in bounds])
    lines = ",\n".join(
        line
        if (line := draft.lines.get(feature["id"])) and json.loads(line) == feature
        else _to_line(feature)
        for feature in draft.features
    )
    name = json.dumps(draft.layer.id)
    head = f'{{"type": "FeatureCollection", "name": {name}, "bbox": {bbox}, "features": ['
    return f"{head}\n{lines}\n]}}\n".encode()


def _lines_of(content: bytes) -> dict[str, str]:
    lines: dict[str, str] = {}
    for text in content.decode("utf-8-sig").splitlines():
        line = text.strip().removesuffix(",")
        with contextlib.suppress(ValueError):
            feature = json.loads(line)
            if isinstance(feature, dict) and isinstance(feature.get("id"), str):
                lines[feature["id"]] = line
    return lines


def _to_line(feature: JsonObject) -> str:
    """Return a feature on one line, its coordinates without spaces."""
    members: JsonObject = dict(feature)
    geometry = members.pop("geometry")
    kind = json.dumps(geometry["type"])
    key = "geometries" if geometry["type"] == "GeometryCollection" else "coordinates"
    inner = json.dumps(geometry[key], separators=(",", ":"))
    return (
        f'{json.dumps(members, ensure_ascii=False)[:-1]}, "geometry": {{"type": {kind}, "{key}": {inner}}}}}'
    )
