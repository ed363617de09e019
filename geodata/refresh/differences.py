"""How a refreshed layer differs from the one before: values, places, texts that may have become wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from geodata.refresh.draft import Draft
from geodata.refresh.feeding import moved
from geodata.schema import COMMON_FIELDS, PROSE_FIELDS, Layer
from geodata.validation import JsonObject, to_geometry


@dataclass
class Differences:
    """Of one layer, by the ids of its features."""

    changed: dict[str, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    """Field → value before and after."""
    moved_m: dict[str, float] = field(default_factory=dict)
    outdated: dict[str, list[str]] = field(default_factory=dict)
    """Fields whose text still says a number or year that has changed: for a person to read again."""


def compare(before: list[JsonObject], draft: Draft) -> Differences:
    """Return how a draft differs from the features before."""
    result = Differences()
    known = {feature["id"]: feature for feature in before}
    for feature in draft.features:
        old = known.get(feature["id"])
        if old is None:
            continue
        names = dict.fromkeys([*old["properties"], *feature["properties"]])
        values = {
            name: (old["properties"].get(name), feature["properties"].get(name))
            for name in names
            if old["properties"].get(name) != feature["properties"].get(name)
        }
        if values:
            result.changed[feature["id"]] = values
        after = to_geometry(feature["geometry"])
        if old["geometry"] != feature["geometry"] and after is not None:
            result.moved_m[feature["id"]] = moved(to_geometry(old["geometry"]), after)
        outdated = [
            name
            for name in _prose(draft.layer)
            if name not in values and _says_any(feature["properties"].get(name), values)
        ]
        if outdated:
            result.outdated[feature["id"]] = outdated
    return result


def _prose(layer: Layer) -> list[str]:
    own = [name for name, data_field in layer.fields.items() if data_field.prose]
    return [name for name in COMMON_FIELDS if name in PROSE_FIELDS] + own


def _says_any(text: object, values: dict[str, tuple[Any, Any]]) -> bool:
    """Tell whether a text has a number in it that was changed, or the year of a date that was."""
    if not isinstance(text, str):
        return False
    for name, (old, _) in values.items():
        if isinstance(old, int | float) and (f"{old:,}" in text or str(old) in text):
            return True
        if name.endswith("_date") and isinstance(old, str) and old[:4] in text:
            return True
    return False
