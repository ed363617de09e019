"""Computes what follows from refreshed features: sums, quotients, sizes, distances and joined areas."""

from collections.abc import Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.catalog.schema import DataField
from geodata.errors import RefreshError
from geodata.reading.geojson_geometry import to_geometry
from geodata.refresh.draft import Draft, set_geometry
from geodata.refresh.plan import Join, LayerPlan
from geodata.spatial.measuring import area_km2, length_km, project

JOIN_DECIMALS = 5
"""Of the coordinates of a joined area, in degrees."""

SLIVER_M2 = 1.0
"""Joined areas that differ by less are the same."""


def derive(draft: Draft, plan: LayerPlan, geometries: Mapping[str, Mapping[str, BaseGeometry]]) -> None:
    """Compute the fields of a draft that follow from others.

    `geometries` are layer → feature id → refreshed shape, WGS 84 (lon/lat), of all layers.
    """
    for feature in draft.features:
        properties = feature["properties"]
        shape = to_geometry(feature["geometry"])
        if shape is None:
            continue
        for name, (above, below) in plan.ratios.items():
            if above in properties and properties.get(below):
                properties[name] = round(properties[above] / properties[below])
        for name, decimals in plan.measured.items():
            properties[name] = round(_measure(draft, name, shape), decimals or None)
        for name, boundary in plan.along.items():
            if name not in properties:
                continue
            layer_id, _, feature_id = boundary.feature.partition(".")
            if feature_id not in geometries.get(layer_id, {}):
                raise RefreshError(f"refresh.toml refers to unknown feature {boundary.feature}")
            near = project(geometries[layer_id][feature_id]).boundary.buffer(boundary.within_m)
            properties[name] = round(project(shape).intersection(near).length / 1000)
        for name, refers in plan.distances.items():
            known = geometries.get(_field(draft, refers).refers_to or "", {})
            targets = [project(known[item]) for item in properties.get(refers, []) if item in known]
            if targets:
                properties[name] = round(max(project(shape).distance(target) for target in targets))


def join(draft: Draft, plan: Join, parts: Draft) -> None:
    """Join the one feature of a draft from the features of another layer."""
    feature, properties = draft.only_feature, draft.only_feature["properties"]
    rows = [part["properties"] for part in parts.features]
    for name, other in plan.sums.items():
        properties[name] = round(sum(row[other] for row in rows), 6)
    for name in plan.same:
        values = {row[name] for row in rows}
        if len(values) != 1:
            known = ", ".join(map(str, values))
            raise RefreshError(f"{parts.layer.id} has several values of `{name}`: {known}")
        properties[name] = values.pop()
    if plan.count is not None:
        properties[plan.count] = len(rows)
    union = shapely.union_all(list(parts.geometries().values()), grid_size=10**-JOIN_DECIMALS)
    before = to_geometry(feature["geometry"])
    if before is None or project(before).symmetric_difference(project(union)).area > SLIVER_M2:
        set_geometry(feature, union, JOIN_DECIMALS)
    draft.renewals += parts.renewals
    for credit, date in parts.renewals:
        draft.renew(feature, credit, date)


def _field(draft: Draft, name: str) -> DataField:
    if name not in draft.layer.fields:
        raise RefreshError(f"refresh.toml refers to unknown field `{name}` of {draft.layer.id}")
    return draft.layer.fields[name]


def _measure(draft: Draft, name: str, shape: BaseGeometry) -> float:
    match _field(draft, name).measures:
        case "length_km":
            return length_km(shape)
        case "area_km2":
            return area_km2(shape)
        case "area_ha":
            return area_km2(shape) * 100
    raise RefreshError(f"field `{name}` of {draft.layer.id} lacks `measures`, but refresh.toml measures it")
