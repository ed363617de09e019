"""The map checks find what is wrong in scenes made for it, and nothing in one that is right."""

import numpy as np
import pytest

from tests.support.map_check import KINDS, color_faults, placing_faults
from tests.support.map_check_page import Scene
from tests.support.map_check_vision import alike_kinds

WHITE, GREY = (255, 255, 255), (150, 150, 150)


def label(text, left, top, *, color="rgb(0, 0, 0)", kind="place"):
    corners = [
        [x, top, x + 6, top, x + 6, top + 10, x, top + 10] for x in range(left, left + 6 * len(text), 6)
    ]
    return {"text": text, "kind": kind, "color": color, "isAlong": False, "letters": corners}


def symbol(feature, left, top, color="rgb(90, 0, 0)"):
    return {"feature": feature, "box": [left, top, left + 10, top + 10], "colors": [[color, 1]]}


def scene(labels=(), symbols=(), *, lines=(), ground=WHITE, controls=(), numbers=(), roads=9):
    def mask(boxes):
        pixels = np.zeros((200, 300), dtype=bool)
        for left, top, right, bottom in boxes:
            pixels[top:bottom, left:right] = True
        return pixels

    letters = [letter[:2] + letter[4:6] for each in labels for letter in each["letters"]]
    pixels = np.full((200, 300, 3), ground, dtype=np.uint8)
    pixels[:, ::2] -= 20  # no picture of one color
    return Scene(
        labels=list(labels),
        symbols=list(symbols),
        controls=[{"name": "control", "box": box} for box in controls],
        numbers=[{"name": "number", "box": box} for box in numbers],
        roads=roads,
        meters_per_pixel=10,
        letters=mask([(left + 2, top, right - 2, bottom) for left, top, right, bottom in letters]),
        shapes=mask([each["box"] for each in symbols]),
        lines=mask(lines),
        ground=pixels,
    )


WRONG = [
    ("overlap", scene([label("Hengelo", 20, 20), label("Borne", 40, 25)])),
    ("hidden", scene([label("Hengelo", 20, 20)], controls=[[50, 0, 90, 40]])),
    ("hidden", scene([label("Hengelo", 20, 20)], numbers=[[50, 22, 60, 30]])),
    ("over symbol", scene([label("Hengelo", 20, 20)], [symbol("cities.borne", 40, 22)])),
    ("doubled", scene([label("ENSCHEDE", 20, 20), label("Enschede", 120, 120)])),
    ("text contrast", scene([label("Hengelo", 20, 20, color="rgb(120, 120, 120)")], ground=GREY)),
    ("symbol contrast", scene(symbols=[symbol("cities.borne", 40, 40, "rgb(200, 200, 200)")])),
    ("covered", scene(symbols=[symbol("cities.borne", 40, 40), symbol("cities.hengelo", 42, 42)])),
    ("crossed", scene([label("Hengelo", 20, 20)], lines=[(0, 24, 300, 27)])),
    ("empty", scene(roads=0)),
]


@pytest.mark.parametrize(("kind", "wrong"), WRONG, ids=[kind for kind, _ in WRONG])
def test_each_kind_of_fault_is_found_and_no_other(kind, wrong):
    assert {fault.kind for fault in (*placing_faults(wrong), *color_faults(wrong))} == {kind}
    assert {known for known, _ in WRONG} == set(KINDS)


def test_a_picture_of_one_color_is_empty():
    blank = scene()
    blank.ground[:] = 240
    assert [fault.kind for fault in color_faults(blank)] == ["empty"]


def test_a_scene_without_fault_has_none():
    labels = [
        label("Hengelo", 20, 20),
        label("Borne", 120, 20),
        label("A1", 20, 90, kind="shield-nl-motorway"),
    ]
    right = scene(
        [*labels, label("A1", 280, 90, kind="shield-nl-motorway")], [symbol("cities.borne", 100, 100)]
    )
    assert [*placing_faults(right), *color_faults(right)] == []


def test_red_and_green_are_told_apart_by_shape_only_where_eyes_lack_cones():
    def picture(color, rows):
        pixels = np.full((18, 26, 3), 245, dtype=np.uint8)
        pixels[rows, 6:20] = color
        return pixels

    wide, narrow = slice(2, 16), slice(7, 11)
    red, green = (190, 60, 40), (115, 110, 30)
    assert {vision for *_, vision in alike_kinds({"a": picture(red, wide), "b": picture(green, wide)})} == {
        "deutan"
    }
    assert list(alike_kinds({"a": picture(red, wide), "b": picture(red, narrow)})) == []
