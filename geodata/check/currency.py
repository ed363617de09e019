"""Checks the dates of layers, and warns of what time has overtaken: old counts, and plans of past years."""

import datetime
import re
from collections.abc import Iterator

from geodata.atlas.atlas import Atlas
from geodata.catalog.schema import Layer
from geodata.catalog.vintage import DATE, SPAN, end_of, span_of
from geodata.errors import Problem
from geodata.features.layer_data import LayerData

DAYS_IN_YEAR = 365.25

YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def check_vintage(layer: Layer) -> Iterator[Problem]:
    """Find a `vintage` that is no date and no span, or another one than its sources have."""
    span = span_of(source.vintage for source in layer.sources)
    if SPAN.fullmatch(layer.vintage) is None:
        mend = (
            f"Write a date or a span, such as {span or '2022 to 2024-01-01'}; details belong to the sources."
        )
        yield Problem(
            layer.id, None, f"has the vintage “{layer.vintage}”, which is no date and no span", mend
        )
    elif span is not None and span != layer.vintage:
        what = f"has the vintage {layer.vintage}, where its sources are of {span}"
        yield Problem(layer.id, None, what, "Correct it, or the vintage of a source.")


def check_span(data: LayerData) -> Iterator[Problem]:
    """Find figures with a date outside of the span that the layer promises."""
    ends = DATE.findall(data.layer.vintage)
    for feature_id, name, date in _dated(data):
        if ends and (end_of(date) < ends[0] or date > end_of(ends[-1])):
            what = f"has `{name}` of {date}, where the vintage of its layer is {data.layer.vintage}"
            yield Problem(data.layer.id, feature_id, what, "Correct the date, or name the source of it.")


def warn_of_age(atlas: Atlas, today: datetime.date) -> Iterator[Problem]:
    """Find figures older than `max_age_years` of their layer."""
    for data in atlas.in_memory.values():
        limit = data.layer.max_age_years
        for feature_id, name, date in _dated(data) if limit is not None else ():
            age = (today - datetime.date.fromisoformat(_last_day(date))).days / DAYS_IN_YEAR
            if limit is not None and age > limit:
                what = (
                    f"has `{name}` of {date}, {age:.1f} years old, where its layer promises at most {limit:g}"
                )
                mend = "Look for a newer count, or say in its note why this one stays."
                yield Problem(data.layer.id, feature_id, what, mend, is_warning=True)


def warn_of_plans(atlas: Atlas, today: datetime.date) -> Iterator[Problem]:
    """Find what is planned for a year that has passed."""
    for data in atlas.in_memory.values():
        fields = data.layer.fields
        status = next((name for name, field in fields.items() if field.planned), None)
        for feature_id, properties in data.properties.items():
            if status is not None and properties.get(status) not in fields[status].planned:
                continue
            for name in (name for name, field in fields.items() if field.foresees):
                if (year := _passed(properties.get(name), today)) is not None:
                    what = f"tells a plan in `{name}` whose last year is {year}"
                    mend = "Find out what became of it, and say so, or change its status."
                    yield Problem(data.layer.id, feature_id, what, mend, is_warning=True)
    network = atlas.catalog.network
    for scenario in network.scenarios if network else ():
        if (year := _passed(scenario.year, today)) is not None:
            what = f"scenario `{scenario.id}` is for {year}, which has passed"
            yield Problem(None, None, what, "Give its new year, or take it out.", is_warning=True)


def _dated(data: LayerData) -> Iterator[tuple[str, str, str]]:
    """Yield each figure with a date: its feature, its field, and the last date in the field that dates it."""
    for name, field in data.layer.fields.items():
        for feature_id, properties in data.properties.items() if field.dated_by else ():
            dates = DATE.findall(str(properties.get(field.dated_by or "")))
            if dates and properties.get(name) is not None:
                yield feature_id, name, max(dates, key=end_of)


def _last_day(date: str) -> str:
    """Return the last day of a year or month, as a date that exists."""
    return f"{date}-28" if len(date) == len("2024-12") else end_of(date)


def _passed(text: object, today: datetime.date) -> int | None:
    """Return the last year that a text names, if it has passed."""
    years = [int(year) for year in YEAR.findall(text if isinstance(text, str) else "")]
    return max(years) if years and max(years) < today.year else None
