"""Checks that figures have a date, add up to their whole, and are the quotients that they claim to be."""

import math
from collections.abc import Iterator

from geodata.atlas.atlas import Atlas
from geodata.errors import Problem
from geodata.features.layer_data import LayerData

MAX_DIFFERENCE = 1e-6
"""Relative difference between a sum and its whole that is due to the arithmetic of floats."""


def check_dates(data: LayerData) -> Iterator[Problem]:
    """Find figures without the date that their field asks for."""
    for name, field in data.layer.fields.items():
        if field.dated_by is None:
            continue
        for feature_id, properties in data.properties.items():
            if properties.get(name) is not None and properties.get(field.dated_by) in (None, ""):
                what = f"has `{name}` {properties[name]} without a date in `{field.dated_by}`"
                mend = "Add the date or year of the count, or take the figure out."
                yield Problem(data.layer.id, feature_id, what, mend)


def check_sums(data: LayerData, atlas: Atlas) -> Iterator[Problem]:
    """Find fields whose values do not add up to their whole, or are of another day."""
    for name, field in data.layer.fields.items():
        if field.sums_to is None:
            continue
        reference, _, whole_name = field.sums_to.rpartition(".")
        feature = atlas.feature(reference)
        whole = number_of(feature.properties.get(whole_name)) if feature else None
        if feature is None or whole is None:
            what = f"fields.{name}.sums_to refers to unknown figure {field.sums_to}"
            yield Problem(data.layer.id, None, what, "Give <layer>.<feature id>.<field> of a number.")
            continue
        parts = [number_of(properties.get(name)) for properties in data.properties.values()]
        total = math.fsum(part for part in parts if part is not None)
        if not math.isclose(total, whole, rel_tol=MAX_DIFFERENCE):
            what = (
                f"has `{name}` of {total:,.10g} together, where {reference} has `{whole_name}` {whole:,.10g}"
            )
            yield Problem(data.layer.id, None, what, "Correct the part that is wrong, or the whole.")
        whole_field = feature.layer.fields.get(whole_name)
        if field.dated_by is None or whole_field is None or whole_field.dated_by is None:
            continue
        day = feature.properties.get(whole_field.dated_by)
        for feature_id, properties in data.properties.items():
            if properties.get(name) is not None and properties.get(field.dated_by) != day:
                date = properties.get(field.dated_by)
                what = f"has `{name}` of {date}, where {reference}, the whole, is of {day}"
                yield Problem(data.layer.id, feature_id, what, "Take all of them from the same count.")


def check_ratios(data: LayerData) -> Iterator[Problem]:
    """Find quotients, such as a density, that do not follow from their two fields."""
    for name, field in data.layer.fields.items():
        for feature_id, properties in data.properties.items() if field.ratio_of else ():
            above, below = (number_of(properties.get(part)) for part in field.ratio_of or ())
            stated = number_of(properties.get(name))
            if stated is None or above is None or not below:
                continue
            allowed = 0.5 if field.type == "integer" else field.tolerance * abs(above / below)
            if abs(stated - above / below) > allowed:
                parts = " / ".join(field.ratio_of or ())
                what = f"has `{name}` {stated:,.10g}, where {parts} is {above / below:,.2f}"
                yield Problem(data.layer.id, feature_id, what, "Compute it again, or correct one of the two.")


def number_of(value: object) -> float | None:
    """Return a value as a number; `None` if it is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
