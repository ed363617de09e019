"""What follows from what was taken: sums, quotients, sizes and distances, and areas made of others."""

from __future__ import annotations

from collections.abc import Mapping

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.catalog.schema import DataField
from geodata.errors import RefreshError
from geodata.reading.geojson_geometry import to_geometry
from geodata.refresh.dated_text import renew
from geodata.refresh.draft import Draft, set_geometry
from geodata.refresh.plan import Join, LayerPlan
from geodata.spatial.measuring import area_km2, length_km, project

JOIN_DECIMALS = 5
SLIVER_M2 = 1.0
"""An outline that differs by no more than this is the same."""


def derive(draft: Draft, plan: LayerPlan, geometries: Mapping[str, Mapping[str, BaseGeometry]]) -> None:
    """Work out the fields of a draft that follow from others.

    Parameters
    ----------
    geometries
        Layer → feature id → shape, WGS 84 (lon/lat), of every layer as it would be.
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
            properties[name] = (
                round(_measure(draft, name, shape), decimals)
                if decimals
                else round(_measure(draft, name, shape))
            )
        for name, beside in plan.along.items():
            layer_id, _, feature_id = beside.feature.partition(".")
            if feature_id not in geometries.get(layer_id, {}):
                raise RefreshError(f"refresh.toml names {beside.feature}, which there is not")
            near = project(geometries[layer_id][feature_id]).boundary.buffer(beside.within_m)
            properties[name] = round(project(shape).intersection(near).length / 1000)
        for name, refers in plan.distances.items():
            target = geometries.get(_field(draft, refers).refers_to or "", {})
            there = [project(target[item]) for item in properties.get(refers, []) if item in target]
            if there:
                properties[name] = round(max(project(shape).distance(other) for other in there))


def join(draft: Draft, plan: Join, parts: Draft) -> None:
    """Make the one feature of a draft out of the features of another layer."""
    if len(draft.features) != 1:
        raise RefreshError(f"{draft.layer.id} has {len(draft.features)} features, and a join makes one")
    [feature] = draft.features
    rows = [part["properties"] for part in parts.features]
    properties = feature["properties"]
    for name, other in plan.sums.items():
        properties[name] = round(sum(row[other] for row in rows), 6)
    for name in plan.same:
        values = {row[name] for row in rows}
        if len(values) != 1:
            raise RefreshError(
                f"{parts.layer.id} has several values of `{name}`: {', '.join(map(str, values))}"
            )
        properties[name] = values.pop()
    if plan.count is not None:
        properties[plan.count] = len(rows)
    union = shapely.union_all(list(parts.geometries().values()), grid_size=10**-JOIN_DECIMALS)
    before = to_geometry(feature["geometry"])
    if before is None or project(before).symmetric_difference(project(union)).area > SLIVER_M2:
        set_geometry(feature, union, JOIN_DECIMALS)
    draft.renewals += parts.renewals
    for credit, date in parts.renewals:
        properties["source"] = renew(properties["source"], credit.phrases, date)


def _field(draft: Draft, name: str) -> DataField:
    try:
        return draft.layer.fields[name]
    except KeyError:
        raise RefreshError(f"refresh.toml names `{name}`, which {draft.layer.id} does not declare") from None


def _measure(draft: Draft, name: str, shape: BaseGeometry) -> float:
    measures = _field(draft, name).measures
    if measures is None:
        raise RefreshError(f"{draft.layer.id} has no `measures` for `{name}`, which refresh.toml measures")
    if measures == "length_km":
        return length_km(shape)
    return area_km2(shape) * (100 if measures == "area_ha" else 1)
