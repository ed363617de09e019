"""Results are computed once for each atlas and freed with it."""

import gc
import weakref

from geodata.atlas.per_atlas import per_atlas


def test_a_result_is_computed_once_for_each_atlas(small):
    asked = []

    @per_atlas()
    def count(atlas, layer_id):
        asked.append(layer_id)
        return atlas.layers[layer_id].count

    one, other = small.load(), small.load()
    assert len({count(one, "towns"), count(one, "towns"), count(other, "towns")}) == 1
    assert asked == ["towns", "towns"]


def test_cached_results_do_not_keep_an_atlas_alive(small):
    @per_atlas()
    def count(atlas):
        return len(atlas.layers)

    atlas = small.load()
    count(atlas)
    left = weakref.ref(atlas)
    gc.disable()  # an atlas holds files open, which must close at once
    try:
        del atlas
        assert left() is None
    finally:
        gc.enable()
