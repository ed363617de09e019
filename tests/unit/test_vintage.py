"""The dates of data: spans are read from texts, joined, and written in the language of the page."""

import pytest

from dashboard.i18n.formatting import format_span
from geodata.catalog.vintage import SPAN, span_of


@pytest.mark.parametrize(
    ("texts", "span"),
    [
        (["2022", "2024-01-01"], "2022 to 2024-01-01"),
        (["2024", "2024-05-01"], "2024"),
        (["2019 and 2024", None, "2017-01"], "2017-01 to 2024"),
        (["2018-12-31, basis census of 2011"], "2011 to 2018-12-31"),
        (["to confirm", None], None),
    ],
)
def test_a_span_reaches_from_the_first_to_the_last_date_of_its_texts(texts, span):
    assert span_of(texts) == span


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "31 December 2018 – 2024"),
        ("nl", "31 december 2018 – 2024"),
        ("de", "31. Dezember 2018 – 2024"),
    ],
)
def test_a_span_is_written_in_the_language_of_the_page(language, text):
    assert format_span("2018-12-31 to 2024", language) == text
    assert format_span("2026-07", language).endswith(" 2026")
    assert format_span("", language) == ""


def test_the_vintage_of_each_layer_is_the_span_of_its_sources(atlas):
    for layer_id, layer in atlas.catalog.layers.items():
        assert SPAN.fullmatch(layer.vintage), layer_id
        assert layer.vintage == span_of(source.vintage for source in layer.sources), layer_id
