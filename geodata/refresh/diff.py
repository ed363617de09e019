"""Compares a refreshed layer with the layer before: values, positions, and texts that may be outdated."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from geodata.atlas.atlas import Atlas
from geodata.atlas.languages import atlas_messages
from geodata.json_object import JsonObject
from geodata.reading.geojson_geometry import to_geometry
from geodata.refresh.draft import Draft, distance_m

MIN_SEARCHED = 10_000
"""Smaller numbers are not searched in texts, where they occur by chance."""

NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+")


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


def find_outdated(atlas: Atlas, differences: Iterable[Differences]) -> dict[str, list[str]]:
    """Return place of a text → changed numbers in it, for a person to check."""
    numbers = {
        f"{old:,}"
        for layer in differences
        for values in layer.changed.values()
        for old, _ in values.values()
        if isinstance(old, int) and old >= MIN_SEARCHED
    }
    found: dict[str, list[str]] = {}
    for message in atlas_messages(atlas):
        outdated = sorted(numbers & set(NUMBER.findall(message.text)))
        if outdated:
            found[message.place] = outdated
    return found
