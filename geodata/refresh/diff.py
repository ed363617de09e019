"""How a refreshed layer differs from the one before: values, places, texts that may have become wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from geodata.atlas.atlas import Atlas
from geodata.atlas.languages import atlas_messages
from geodata.json_object import JsonObject
from geodata.reading.geojson_geometry import to_geometry
from geodata.refresh.draft import Draft
from geodata.refresh.merge import moved

LEAST_TELLING = 10_000
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+")


@dataclass
class Differences:
    """Of one layer, by the ids of its features."""

    changed: dict[str, dict[str, tuple[Any, Any]]] = field(default_factory=dict)
    """Field → value before and after."""
    moved_m: dict[str, float] = field(default_factory=dict)


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
    return result


def find_outdated(atlas: Atlas, differences: Iterable[Differences]) -> dict[str, list[str]]:
    """Return the places of texts that say a number which has changed, for a person to read again.

    Only numbers of five digits and more: shorter ones stand in texts by chance.
    """
    numbers = {
        f"{old:,}"
        for layer in differences
        for values in layer.changed.values()
        for old, _ in values.values()
        if isinstance(old, int) and old >= LEAST_TELLING
    }
    found: dict[str, list[str]] = {}
    for message in atlas_messages(atlas):
        said = sorted(numbers & set(NUMBER.findall(message.text)))
        if said:
            found[message.place] = said
    return found
