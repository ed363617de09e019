"""The card of a link: its words, and its picture."""

import io

import pytest
from PIL import Image, ImageChops

from dashboard.preview.canvas import Canvas
from dashboard.preview.card import card_of
from dashboard.preview.drawing import PADDING, PANEL, SIZE, draw_card, title_size
from geodata import in_language


@pytest.mark.parametrize(
    ("query", "above", "title", "begin"),
    [
        ({}, "", "Twente Atlas", "Twente en de EUREGIO op één kaart"),
        ({"feature": "cities.munster"}, "", "Münster", ""),
        ({"feature": "municipalities.enschede"}, "Gemeente", "Enschede", "Gemeente met de meeste inwoners"),
        ({"feature": "cities.atlantis"}, "", "Twente Atlas", "Twente en de EUREGIO op één kaart"),
        ({"story": "corridors"}, "Twente Atlas", None, ""),
    ],
)
def test_a_card_says_what_its_address_shows_in_the_language_of_the_link(atlas, query, above, title, begin):
    dutch = in_language(atlas, "nl")
    card = card_of(dutch, query)
    headings = {chapter.id: chapter.heading for chapter in dutch.catalog.chapters}
    assert card.title == (title or headings[query["story"]])
    assert card.above == above or not above
    assert card.sentence.startswith(begin)
    assert card.sentence


def picture_of(atlas, **query):
    document = draw_card(atlas, card_of(atlas, query))
    assert document.media_type == "image/png"
    return Image.open(io.BytesIO(document.content)).convert("RGB")


def test_what_a_link_is_about_stands_out_on_the_map_of_its_picture(atlas):
    picture = picture_of(atlas, feature="rail_corridors.zwolle_twente_munster")
    assert picture.size == SIZE
    same_place = picture_of(atlas, feature="border.nl_de")
    on_the_map = (PANEL[2], 0, *SIZE)
    assert ImageChops.difference(picture.crop(on_the_map), same_place.crop(on_the_map)).getbbox()
    _, colors = zip(*picture.crop(on_the_map).getcolors(1 << 20), strict=True)
    assert len(colors) > 50, "a map, not one color"


def test_a_card_without_a_base_map_and_without_layers_is_still_drawn(small):
    small.toml = small.toml.replace("visible = true", "visible = false")
    assert picture_of(small.load(), feature="towns.one").size == SIZE


@pytest.mark.parametrize("language", ["en", "nl", "de"])
def test_titles_and_kinds_of_all_features_have_room_on_their_cards(atlas, language):
    translated = in_language(atlas, language)
    canvas, width = Canvas(SIZE, "#ffffff"), PANEL[2] - PANEL[0] - 2 * PADDING
    for layer_id, layer in translated.in_memory.items():
        for key in layer.geometries:
            card = card_of(translated, {"feature": f"{layer_id}.{key}"})
            largest = title_size(canvas, card.title, width)
            for text, most, size, weight in ((card.above, 2, 24, 600), (card.title, 3, largest, 700)):
                lines = canvas.lines_of(text, width, most, size, weight)
                assert not lines[-1].endswith("…"), text
                assert max(canvas.width_of(line, size, weight) for line in lines) <= width, text


def test_a_text_without_room_ends_in_dots_and_lines_break_behind_dashes():
    canvas = Canvas((100, 100), "#ffffff")
    assert canvas.lines_of("Zwolle–Twente–Münster", 170, 3, 24) == ["Zwolle–Twente–", "Münster"]
    assert canvas.lines_of("one two three four", 90, 2, 24) == ["one two", "three …"]
    assert canvas.lines_of("", 60, 2, 24) == [""]
