"""Makes new features of records, if the plan supplies everything that the layer requires."""

from __future__ import annotations

from collections.abc import Iterable

from geodata.features.properties import to_ids
from geodata.json_object import JsonObject
from geodata.refresh.dated_text import to_text
from geodata.refresh.draft import Draft, set_geometry
from geodata.refresh.merge import to_value
from geodata.refresh.plan import Addition, Feed, LayerPlan
from geodata.refresh.services.base import Answer, Record

ALWAYS_REQUIRED = ("name", "description", "source")
"""Fields that every feature has, beside those that its layer requires."""


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
            name: to_value(record.values[source], draft.layer.fields.get(name), plan.factors.get(name, 1))
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
