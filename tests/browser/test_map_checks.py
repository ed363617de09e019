"""The map of six places at zooms 7 to 16, in sizes and themes: its names, contrasts and kinds."""

import pytest

from tests.support.map_check import KINDS
from tests.support.map_check_page import checked_map
from tests.support.map_check_views import SIZES, THEMES, check_views, covering_views
from tests.support.map_check_vision import alike_kinds


@pytest.fixture(scope="module")
def checked_views(chromium, server):
    """Each place at each zoom, sizes and themes in turn, with what is wrong there."""
    return list(check_views(chromium, server.url, covering_views()))


@pytest.mark.parametrize("kind", KINDS)
def test_no_view_of_the_map_has_a_fault(checked_views, kind):
    faults = [(str(checked.view), fault) for checked in checked_views for fault in checked.faults]
    assert [(view, fault.names, fault.what) for view, fault in faults if fault.kind == kind] == []


def test_every_view_has_names(checked_views):
    assert [str(checked.view) for checked in checked_views if checked.names < 5] == []


def test_all_kinds_of_the_legend_are_told_apart_whatever_colors_an_eye_sees(chromium, server):
    with checked_map(chromium, server.url, SIZES[0]) as checked:
        for theme in THEMES:
            checked.switch(theme)
            legend = checked.legend()
            assert len(legend) > 30
            assert list(alike_kinds(legend)) == []
