"""What a service tells, put into the features of a draft, and held against reason first."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.catalog.schema import DataField
from geodata.errors import Problem, RefreshError
from geodata.json_object import JsonObject
from geodata.reading.geojson_geometry import to_geometry
from geodata.refresh.dated_text import renew, to_text
from geodata.refresh.draft import Draft, set_geometry
from geodata.refresh.plan import Feed
from geodata.refresh.services.base import Answer, Record
from geodata.spatial.measuring import project


def feed(draft: Draft, plan: Feed, answer: Answer, area: BaseGeometry | None) -> list[Record]:
    """Change the features of a draft to what a service tells; returns the records that no feature has.

    Parameters
    ----------
    draft
        What is wrong or missing is noted in it.
    plan
        Which values go where.
    answer
        What the service told.
    area
        Where records that no feature has are told of, WGS 84 (lon/lat).

    Returns
    -------
    list of Record
        Those records, in that area.

    Raises
    ------
    RefreshError
        If the service tells none of what the plan names: its schema has changed.
    """
    _require_values(plan, answer)
    records = _by_key(plan, answer)
    meant = [item for item in draft.features if _is_meant(item["properties"], plan)]
    found = [item for item in meant if records.get(str(item["properties"][plan.match]))]
    if meant and not found:
        example = meant[0]["properties"][plan.match]
        what = f"{plan.service} has none of the {len(meant)} features of {draft.layer.id}"
        raise RefreshError(f"{what}, such as `{plan.match}` {example}; correct `key` in refresh.toml")
    for feature in meant:
        own = records.get(str(feature["properties"][plan.match]), [])
        if len(own) > 1 and not plan.is_witness:
            what = f"is told of {len(own)} times by {plan.service}, differently"
            mend = "Narrow the query in refresh.toml to one of them."
            draft.problems.append(Problem(draft.layer.id, feature["id"], what, mend))
        elif plan.is_witness:
            _hold_against(draft, feature, plan, own)
        elif not own or any(own[0].values.get(name) is None for name in plan.fields.values()):
            draft.absent[feature["id"]] = plan.service
        else:
            _take(draft, feature, plan, own[0], answer)
    if plan.is_witness:
        return []
    draft.renewals.append((plan, answer.as_of))
    return [] if area is None else _unknown(draft, plan, records, area)


def _require_values(plan: Feed, answer: Answer) -> None:
    names = Counter(name for record in answer.records for name in record.values)
    for name in (plan.key, *plan.fields.values()):
        if name not in names:
            has = ", ".join(list(names)[:20])
            raise RefreshError(f"{plan.service} tells no `{name}`; it has {has}. Has its schema changed?")


def _by_key(plan: Feed, answer: Answer) -> dict[str, list[Record]]:
    """Return the records by their key, each once, however often it came."""
    records: dict[str, list[Record]] = {}
    for record in answer.records:
        key = record.values.get(plan.key)
        if key is not None:
            same = records.setdefault(str(key).strip(), [])
            if record not in same:
                same.append(record)
    return records


def _is_meant(properties: JsonObject, plan: Feed) -> bool:
    return plan.match in properties and all(
        properties.get(name) == value for name, value in plan.where.items()
    )


def _take(draft: Draft, feature: JsonObject, plan: Feed, record: Record, answer: Answer) -> None:
    layer, properties = draft.layer, feature["properties"]

    for name, source in plan.fields.items():
        before = properties.get(name)
        after = to_value(record.values[source], layer.fields.get(name), plan.factors.get(name))
        if after is None:
            draft.refuse(
                feature,
                f"would have `{name}` {record.values[source]!r} by {plan.service}, which is no number",
            )
            continue
        is_number = isinstance(before, int | float) and isinstance(after, int | float)
        if is_number and not math.isclose(before, after, rel_tol=plan.max_change):
            draft.refuse(feature, f"would have `{name}` {after:,} by {plan.service}, and has {before:,}")
        properties[name] = after
    for name in plan.date_fields:
        properties[name] = answer.as_of.isoformat()
    if plan.geometry:
        if record.geometry is None:
            raise RefreshError(f"{plan.service} has no shapes for {layer.id}; correct refresh.toml")
        moved_m = moved(to_geometry(feature["geometry"]), record.geometry)
        if moved_m > plan.max_move_m:
            draft.refuse(feature, f"would move by {moved_m:,.0f} m by {plan.service}")
        set_geometry(feature, record.geometry, plan.decimals)
    for name, text in plan.texts.items():
        properties[name] = to_text(text, answer.as_of)
    properties["source"] = renew(properties["source"], plan.phrases, answer.as_of)


def to_value(value: Any, field: DataField | None, factor: float | None) -> Any:
    """Return a value as the catalog declares its field; `None` where it should be a number and is none."""
    if field is None or field.type not in ("integer", "year", "number"):
        return str(value).strip()
    try:
        number = round(float(value) * (factor or 1), 6)
    except (TypeError, ValueError):
        return None
    if not math.isfinite(number):
        return None
    return number if field.type == "number" else round(number)


def _hold_against(draft: Draft, feature: JsonObject, plan: Feed, records: list[Record]) -> None:
    """Note a feature that lies farther than allowed from where a witness has it, at the nearest."""
    here = to_geometry(feature["geometry"])
    distances_m = [moved(here, record.geometry) for record in records if record.geometry is not None]
    if distances_m and min(distances_m) > plan.max_move_m:
        draft.disputed[feature["id"]] = plan.service, min(distances_m)


def _unknown(draft: Draft, plan: Feed, records: dict[str, list[Record]], area: BaseGeometry) -> list[Record]:
    known = {str(feature["properties"].get(plan.match)) for feature in draft.features}
    return [
        own[0]
        for key, own in records.items()
        if key not in known
        and own[0].geometry is not None
        and area.contains(own[0].geometry.representative_point())
    ]


def moved(before: BaseGeometry | None, after: BaseGeometry) -> float:
    """Return how far apart two shapes are, in m: for points their distance, else Hausdorff's."""
    if before is None:
        return 0
    return float(shapely.hausdorff_distance(project(before), project(after)))
