"""What is worked out once for each atlas: asked once, and gone with it."""

import gc
import weakref

from geodata.atlas.per_atlas import per_atlas


def test_a_question_is_answered_once_for_each_atlas(small):
    asked = []

    @per_atlas()
    def count(atlas, layer_id):
        asked.append(layer_id)
        return atlas.layers[layer_id].count

    one, other = small.load(), small.load()
    assert len({count(one, "towns"), count(one, "towns"), count(other, "towns")}) == 1
    assert asked == ["towns", "towns"]


def test_an_atlas_is_not_kept_for_what_was_asked_of_it(small):
    @per_atlas()
    def count(atlas):
        return len(atlas.layers)

    atlas = small.load()
    count(atlas)
    left = weakref.ref(atlas)
    gc.disable()  # nothing is to wait for it: an atlas holds files open
    try:
        del atlas
        assert left() is None
    finally:
        gc.enable()
