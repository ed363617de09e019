"""Merges the records of a service into a draft: updates and adds features, and refuses implausible values."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable

from shapely.geometry.base import BaseGeometry

from geodata.errors import Problem, RefreshError
from geodata.features.properties import to_ids
from geodata.json_object import JsonObject
from geodata.reading.geojson_geometry import to_geometry
from geodata.refresh.dated_text import to_text
from geodata.refresh.draft import Draft, distance_m, set_geometry
from geodata.refresh.plan import Addition, Feed, LayerPlan
from geodata.refresh.services.base import Answer, Record

ALWAYS_REQUIRED = ("name", "description", "source")
"""Fields that every feature has, beside those that its layer requires."""


def merge(draft: Draft, plan: Feed, answer: Answer, area: BaseGeometry | None) -> list[Record]:
    """Change the features of a draft to what a service has, and note problems and absent features in it.

    Returns the records in the area, WGS 84 (lon/lat), that have no feature yet.

    Raises `RefreshError` if the service has none of the values or features of the plan: its schema has
    changed.
    """
    _check_schema(plan, answer)
    records = _by_key(plan, answer)
    wanted = [
        item
        for item in draft.features
        if plan.match in item["properties"] and plan.where.items() <= item["properties"].items()
    ]
    if wanted and not any(records.get(str(item["properties"][plan.match])) for item in wanted):
        example = wanted[0]["properties"][plan.match]
        what = f"{plan.service} has none of the {len(wanted)} features of {draft.layer.id}"
        raise RefreshError(f"{what}, such as `{plan.match}` {example}; correct `key` in refresh.toml")
    for feature in wanted:
        found = records.get(str(feature["properties"][plan.match]), [])
        if plan.is_witness:
            _compare_positions(draft, feature, plan, found)
        elif len(found) > 1:
            what = f"has {len(found)} different records in {plan.service}"
            mend = "Narrow the query in refresh.toml to one of them."
            draft.problems.append(Problem(draft.layer.id, feature["id"], what, mend))
        elif not found or any(found[0].values.get(name) is None for name in plan.fields.values()):
            draft.absent[feature["id"]] = plan.service
        else:
            _update(draft, feature, plan, found[0], answer)
    if plan.is_witness:
        return []
    draft.renewals.append((plan, answer.as_of))
    known = {str(feature["properties"].get(plan.match)) for feature in draft.features}
    return [
        found[0]
        for key, found in records.items()
        if area is not None
        and key not in known
        and found[0].geometry is not None
        and area.contains(found[0].geometry.representative_point())
    ]


def _check_schema(plan: Feed, answer: Answer) -> None:
    names = Counter(name for record in answer.records for name in record.values)
    for name in (plan.key, *plan.fields.values()):
        if name not in names:
            has = ", ".join(list(names)[:20])
            raise RefreshError(f"{plan.service} has no `{name}`; it has {has}. Has its schema changed?")


def _by_key(plan: Feed, answer: Answer) -> dict[str, list[Record]]:
    """Return key → its different records."""
    records: defaultdict[str, list[Record]] = defaultdict(list)
    for record in answer.records:
        key = record.values.get(plan.key)
        if key is not None and record not in records[str(key).strip()]:
            records[str(key).strip()].append(record)
    return records


def _update(draft: Draft, feature: JsonObject, plan: Feed, record: Record, answer: Answer) -> None:
    """Give a feature the values and the shape of a record."""
    properties = feature["properties"]
    for name, source in plan.fields.items():
        before = properties.get(name)
        after = _to_value(draft, name, record.values[source])
        if after is None:
            what = f"would have `{name}` {record.values[source]!r} by {plan.service}, which is no number"
            draft.refuse(feature, what)
            continue
        if (
            isinstance(before, int | float)
            and isinstance(after, int | float)
            and not math.isclose(before, after, rel_tol=plan.max_change)
        ):
            draft.refuse(feature, f"would have `{name}` {after:,} by {plan.service}, and has {before:,}")
        properties[name] = after
    for name in plan.date_fields:
        properties[name] = answer.as_of.isoformat()
    if plan.geometry:
        if record.geometry is None:
            raise RefreshError(f"{plan.service} has no shapes for {draft.layer.id}; correct refresh.toml")
        moved_m = distance_m(to_geometry(feature["geometry"]), record.geometry)
        if moved_m > plan.max_move_m:
            draft.refuse(feature, f"would move by {moved_m:,.0f} m by {plan.service}")
        set_geometry(feature, record.geometry, plan.decimals)
    for name, text in plan.texts.items():
        properties[name] = to_text(text, answer.as_of)
    draft.renew(feature, plan, answer.as_of)


def _to_value(draft: Draft, name: str, value: object) -> str | int | float | None:
    """Return a value in the type of its field; `None` if it should be a number and is none."""
    field = draft.layer.fields.get(name)
    if field is None or field.type not in ("integer", "year", "number"):
        return str(value).strip()
    try:
        number = round(float(str(value)), 6)
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return number if field.type == "number" else round(number)


def _compare_positions(draft: Draft, feature: JsonObject, plan: Feed, records: list[Record]) -> None:
    """Note a feature whose nearest record is too far away."""
    position = to_geometry(feature["geometry"])
    distances_m = [distance_m(position, record.geometry) for record in records if record.geometry is not None]
    if distances_m and min(distances_m) > plan.max_move_m:
        draft.disputed[feature["id"]] = plan.service, min(distances_m)


def add(
    draft: Draft,
    plan: Feed,
    layer_plan: LayerPlan,
    answer: Answer,
    records: Iterable[Record],
    *,
    is_accepted: bool,
) -> None:
    """Add records to a draft as features if that is accepted, and note which were not added and why."""
    for record in records:
        feature, reason = _to_feature(draft, plan, layer_plan, answer, record)
        if feature is not None and is_accepted:
            draft.features.append(feature)
            draft.added.append(feature["id"])
        elif feature is not None:
            reason = "--accept-additions adds it"
        key = str(record.values[plan.key]).strip()
        draft.unknown.setdefault(plan.service, {})[key] = reason


def _to_feature(
    draft: Draft, plan: Feed, layer_plan: LayerPlan, answer: Answer, record: Record
) -> tuple[JsonObject | None, str]:
    """Return a record as a feature, or the reason why it can't be one."""
    addition = plan.addition or Addition(id_from="", fields={})
    properties: JsonObject = {
        plan.match: str(record.values[plan.key]).strip(),
        **{name: to_text(text, answer.as_of) for name, text in plan.texts.items()},
        **addition.constants,
        **{
            name: _to_value(draft, name, record.values[source])
            for name, source in (addition.fields | plan.fields).items()
            if record.values.get(source) is not None
        },
        **dict.fromkeys(plan.date_fields, answer.as_of.isoformat()),
    }
    derived = {*layer_plan.ratios, *layer_plan.measured, *layer_plan.distances, *layer_plan.along}
    required = [name for name, field in draft.layer.fields.items() if field.required and name not in derived]
    missing = [name for name in (*ALWAYS_REQUIRED, *required) if properties.get(name) in (None, "", [])]
    if missing:
        return None, f"to be added by hand, as refresh.toml does not supply its {', '.join(missing)}"
    if not plan.geometry or record.geometry is None:
        return None, "to be added by hand, as the service has no shape for it"
    name = str(record.values.get(addition.id_from, ""))
    feature: JsonObject = {"type": "Feature", "id": to_ids([name])[name], "properties": properties}
    if any(other["id"] == feature["id"] for other in draft.features):
        return None, f"to be added by hand, as another feature has the id `{feature['id']}`"
    set_geometry(feature, record.geometry, plan.decimals)
    return feature, ""
