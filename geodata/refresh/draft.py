"""A layer while it is refreshed: its features, what was found, and how it differs from before."""

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
from geodata.refresh.dated_text import renew
from geodata.refresh.plan import Card, Credit
from geodata.spatial.measuring import project
from geodata.validation.layer_file import read_features

Renewal = tuple[Credit, datetime.date]
"""What was taken, and the date of its data."""


@dataclass
class Draft:
    """A layer while it is refreshed."""

    layer: Layer
    features: list[JsonObject]
    lines: dict[str, str]
    """Feature id → its line in the file, which stays if the feature stays as it is."""
    problems: list[Problem] = field(default_factory=list)
    """Reasons not to replace the file."""
    absent: dict[str, str] = field(default_factory=dict)
    """Feature id → service that lacks the feature."""
    removed: list[str] = field(default_factory=list)
    """Ids of absent features that were removed."""
    unknown: dict[str, dict[str, str]] = field(default_factory=dict)
    """Service → key of a record in the layer's area without a feature → why it was not added, or empty."""
    disputed: dict[str, tuple[str, float]] = field(default_factory=dict)
    """Feature id → service that has another position, and the distance in m."""
    added: list[str] = field(default_factory=list)
    """Ids of new features."""
    card: tuple[Card, datetime.date] | None = None
    """New texts of the layer in the catalog, and the date of the data."""
    renewals: list[Renewal] = field(default_factory=list)

    def refuse(self, feature: JsonObject, what: str) -> None:
        """Add a reason not to take over a feature."""
        mend = "Check it; if it is right, allow for it in refresh.toml."
        self.problems.append(Problem(self.layer.id, feature["id"], what, mend))

    def renew(self, feature: JsonObject, credit: Credit, date: datetime.date) -> None:
        """Renew the date of a credit in the source of a feature."""
        properties = feature["properties"]
        properties["source"] = renew(properties["source"], credit.phrases, date)

    @property
    def only_feature(self) -> JsonObject:
        """The one feature of a layer; raises `RefreshError` if it has several, or none."""
        if len(self.features) != 1:
            what = f"{self.layer.id} has {len(self.features)} features"
            raise RefreshError(f"{what}; a join or an outline in refresh.toml makes one feature")
        return self.features[0]

    def feature(self, feature_id: str | None) -> JsonObject:
        """Return a feature by its id, or without an id the only one; raises `RefreshError` if unknown."""
        if feature_id is None:
            return self.only_feature
        found = next((feature for feature in self.features if feature["id"] == feature_id), None)
        if found is None:
            raise RefreshError(f"refresh.toml refers to unknown feature {self.layer.id}.{feature_id}")
        return found

    def geometries(self) -> dict[str, BaseGeometry]:
        """Return feature id → shape, WGS 84 (lon/lat)."""
        return {feature["id"]: to_geometry(feature["geometry"]) for feature in self.features}


def to_draft(data: LayerData) -> Draft:
    """Return a layer as a draft; raises `RefreshError` if it is not a GeoJSON file."""
    if data.layer.database is not None or not data.layer.path.endswith(".geojson"):
        what = f"{data.layer.id} is in {data.layer.origin}"
        raise RefreshError(f"{what}; only layers in GeoJSON files can be refreshed")
    features, _ = read_features(data.layer.id, data.content)
    return Draft(data.layer, copy.deepcopy(features), _lines_of(data.content))


def distance_m(before: BaseGeometry | None, after: BaseGeometry) -> float:
    """Return the Hausdorff distance of two shapes, in m; 0 without a shape before."""
    return 0 if before is None else float(shapely.hausdorff_distance(project(before), project(after)))


def set_geometry(feature: JsonObject, geometry: BaseGeometry, decimals: int) -> None:
    """Give a feature a rounded shape, unless it has the same already."""
    rounded = shapely.orient_polygons(shapely.transform(geometry, lambda xy: xy.round(decimals)))
    if shapely.get_num_geometries(rounded) == 1:
        rounded = shapely.get_geometry(rounded, 0)
    before = to_geometry(feature.get("geometry"))
    if before is None or not before.normalize().equals(rounded.normalize()):
        feature["geometry"] = json.loads(shapely.to_geojson(rounded))


def to_content(draft: Draft) -> bytes:
    """Return the GeoJSON file of a draft: one feature per line."""
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


@dataclass
class Differences:
    """Changes of one layer, by the ids of its features."""

    changed: dict[str, dict[str, tuple[object, object]]] = field(default_factory=dict)
    """Feature id → field → value before and after."""
    moved_m: dict[str, float] = field(default_factory=dict)
    """Feature id → distance."""


def compare(before: list[JsonObject], draft: Draft) -> Differences:
    """Return the differences between a draft and the features before."""
    result = Differences()
    known = {feature["id"]: feature for feature in before}
    for feature in draft.features:
        old = known.get(feature["id"])
        if old is None:
            continue
        one, other = old["properties"], feature["properties"]
        names = dict.fromkeys([*one, *other])
        values = {
            name: (one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)
        }
        if values:
            result.changed[feature["id"]] = values
        after = to_geometry(feature["geometry"])
        if old["geometry"] != feature["geometry"] and after is not None:
            result.moved_m[feature["id"]] = distance_m(to_geometry(old["geometry"]), after)
    return result
