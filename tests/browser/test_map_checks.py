"""The map of six places at zooms 7 to 16, in sizes and themes: its names, contrasts and kinds."""

from collections import defaultdict

import pytest

from tests.support.map_check_page import checked_map
from tests.support.map_check_views import SIZES, THEMES, check_views, covering_views
from tests.support.map_check_vision import alike_kinds


@pytest.fixture(scope="module")
def faults(chromium, server):
    """What is wrong on the map, by kind: each place at each zoom, sizes and themes in turn."""
    found = defaultdict(list)
    names = 0
    for checked in check_views(chromium, server.url, covering_views()):
        names += checked.names
        for fault in checked.faults:
            found[fault.kind].append((str(checked.view), fault.names, fault.what))
    assert names > 1000
    return found


@pytest.mark.parametrize("kind", ["overlap", "hidden", "empty"])
def test_the_map_is_without_fault(faults, kind):
    assert faults[kind] == []


def test_all_kinds_of_the_legend_are_told_apart_whatever_colors_an_eye_sees(chromium, server):
    with checked_map(chromium, server.url, SIZES[0]) as checked:
        for theme in THEMES:
            checked.switch(theme)
            legend = checked.legend()
            assert len(legend) > 30
            assert list(alike_kinds(legend)) == []
