"""Checks that numbers in descriptions, chapters and charts are those of the fields that they are told of."""

import math
import re
from collections.abc import Iterator, Sequence

from geodata.atlas.atlas import Atlas
from geodata.catalog.text_number import TextNumber
from geodata.check.figures import number_of
from geodata.check.told_numbers import is_told_right, phrase_pattern
from geodata.errors import Problem
from geodata.features.layer_data import LayerData


def check_wording(atlas: Atlas) -> Iterator[Problem]:
    """Find numbers in English texts that differ from the fields of the features."""
    for data in atlas.in_memory.values():
        yield from _check_descriptions(data)
    for chapter in atlas.catalog.chapters:
        texts = [*chapter.text, *chapter.more]
        if chapter.annotation is not None:
            texts.append(chapter.annotation.text)
        if (figure := chapter.figure) is not None:
            value = figure.value if isinstance(figure.value, str) else f"{figure.value:,}"
            texts += [f"{value} {figure.unit}", figure.label]
        yield from _check_numbers(atlas, f"chapter `{chapter.id}`", chapter.numbers, texts)
    for chart in atlas.catalog.charts:
        yield from _check_numbers(atlas, f"chart `{chart.id}`", chart.numbers, [chart.title, chart.finding])


def _check_descriptions(data: LayerData) -> Iterator[Problem]:
    for name, field in data.layer.fields.items():
        for pattern in map(phrase_pattern, field.told_as):
            for feature_id, properties in data.properties.items():
                value = number_of(properties.get(name))
                found = pattern.search(str(properties.get("description", "")))
                if found and value is not None and not is_told_right(found[1], value):
                    what = f"says “{found[0]}” in its description, where `{name}` is {value:,.10g}"
                    yield Problem(data.layer.id, feature_id, what, "Correct the text or the field.")


def _check_numbers(
    atlas: Atlas, where: str, numbers: Sequence[TextNumber], texts: Sequence[str]
) -> Iterator[Problem]:
    """Compare the numbers of a text with the fields, or the sums of fields, that they are told of."""
    for told in numbers:
        pattern = re.compile(rf"(?<![\d.,]){re.escape(told.number)}(?![\d]|[.,]\d)")
        if not any(pattern.search(text) for text in texts):
            what = f"{where} lists the number {told.number}, which its text does not say"
            yield Problem(None, None, what, "Correct `numbers` or the text.")
        values = {reference: _value(atlas, reference, told.field) for reference in told.features}
        unknown = [reference for reference, value in values.items() if value is None]
        total = math.fsum(value for value in values.values() if value is not None)
        if unknown:
            what = f"{where} tells {told.number} of `{told.field}`, which {unknown[0]} does not have"
            yield Problem(None, None, what, "Refer to features that have this number.")
        elif not is_told_right(told.number, total):
            of = " + ".join(told.features)
            what = f"{where} says {told.number}, where `{told.field}` of {of} is {total:,.10g}"
            yield Problem(None, None, what, "Correct the text, in each language, or the field.")


def _value(atlas: Atlas, reference: str, name: str) -> float | None:
    feature = atlas.feature(reference)
    return None if feature is None else number_of(feature.properties.get(name))
