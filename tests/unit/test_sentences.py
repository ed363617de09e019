"""English texts for readers have short sentences, and tell things rather than where they are from."""

import re
import statistics

import pytest

LONGEST_WORDS = 25
LONGEST_MEDIAN_WORDS = 18
SOURCE_TALK = re.compile(
    r"\b(sources?|confirmed|unconfirmed|confirms|published|not found|could not be|disagree|according to)\b",
    re.I,
)


@pytest.fixture(scope="module")
def texts(atlas):
    """Give the texts of each kind, by where they stand."""
    catalog = atlas.catalog
    return {
        "story": {
            **{f"overview {number}": text for number, text in enumerate(catalog.overview.text)},
            **{
                f"chapter {chapter.id} {number}": text
                for chapter in catalog.chapters
                for number, text in enumerate([*chapter.text, *chapter.more])
            },
        },
        "charts": {f"chart {chart.id}": chart.finding for chart in catalog.charts},
        "layers": {layer.id: layer.description for layer in catalog.layers.values()},
        "features": {
            f"{layer_id}.{feature_id}": properties["description"]
            for layer_id, data in atlas.in_memory.items()
            for feature_id, properties in data.properties.items()
        },
    }


KINDS = ("story", "charts", "layers", "features")


def sentences(text):
    return re.split(r"(?<=[.!?]) (?=[^a-z])", text)


@pytest.mark.parametrize("kind", KINDS)
def test_no_sentence_is_longer_than_25_words_and_half_of_them_have_18_at_most(texts, kind):
    counts = {
        (place, sentence): len(sentence.split())
        for place, text in texts[kind].items()
        for sentence in sentences(text)
    }
    assert {place: count for place, count in counts.items() if count > LONGEST_WORDS} == {}
    assert statistics.median(counts.values()) <= LONGEST_MEDIAN_WORDS


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_tells_things_and_leaves_sources_to_the_evidence(texts, kind):
    assert {place: text for place, text in texts[kind].items() if SOURCE_TALK.search(text)} == {}
