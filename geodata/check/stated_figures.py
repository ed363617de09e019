"""Checks that figures which the network states for a country follow from the layer with their parts."""

import math
from collections.abc import Iterator

from geodata.atlas.atlas import Atlas
from geodata.catalog.network_schema import Lens, StatedFigure
from geodata.check.figures import number_of
from geodata.errors import Problem
from geodata.json_object import JsonObject

MEND = "Correct it in the network's file, with its words in each language, or the layer."


def check_stated(atlas: Atlas) -> Iterator[Problem]:
    """Find figures whose value, sums or date differ from the features of their layer."""
    lens = atlas.catalog.network.lens if atlas.catalog.network else None
    for figure in lens.figures if lens else ():
        for country, stated in figure.stated.items():
            if lens is not None and stated.parts is not None:
                for what in _faults(atlas, lens, country, stated):
                    yield Problem(None, None, f"figure “{figure.title}” of {country} {what}", MEND)


def _faults(atlas: Atlas, lens: Lens, country: str, stated: StatedFigure) -> Iterator[str]:
    parts = stated.parts
    data = atlas.in_memory.get(parts.layer) if parts else None
    if parts is None or data is None:
        yield f"refers to unknown layer `{parts.layer if parts else ''}`"
        return
    chosen: list[JsonObject] = [
        properties
        for properties in data.properties.values()
        if properties.get(lens.country) == country
        and all(properties.get(name) in values for name, values in parts.where.items())
    ]
    sums = [math.fsum(number_of(each.get(name)) or 0 for each in chosen) for name in parts.ratio_of]
    if not sums[1] or round(sums[0] / sums[1]) != round(stated.value):
        quotient = f"{sums[0] / sums[1]:,.1f}" if sums[1] else "nothing"
        yield f"is {stated.value:g}, where {' / '.join(parts.ratio_of)} of {parts.layer} is {quotient}"
    for name, total in zip(parts.ratio_of, sums, strict=True):
        if f"{total:,.0f}" not in stated.of:
            yield f"says “{stated.of}”, where `{name}` of {parts.layer} adds up to {total:,.0f}"
    dated_by = (
        data.layer.fields[parts.ratio_of[0]].dated_by if parts.ratio_of[0] in data.layer.fields else None
    )
    days = {str(each.get(dated_by)) for each in chosen} if dated_by else set()
    if days - {stated.date}:
        yield f"is of {stated.date}, where {parts.layer} has {', '.join(sorted(days))}"
