"""Land: its pieces come from sources that do not quite meet."""

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.basemap_build.features import Feature, polygons_of
from geodata.basemap_build.generalizing import close_gaps
from geodata.basemap_build.zooms import OVERVIEW_ZOOMS

BORDER_GAP_M = 1_200.0
"""Outlines of two countries from different sources lie up to a kilometer apart."""


def dissolve_land(countries: Sequence[BaseGeometry]) -> BaseGeometry:
    """Unite countries and fill the gaps between two of them, but no country's own bays."""
    land = shapely.union_all(list(countries))
    gaps = polygons_of(close_gaps(land, BORDER_GAP_M / 2).difference(land))
    between = [gap for gap in gaps if sum(gap.distance(c) < 1 for c in countries) > 1]
    # The meter of buffer welds edges that touch only within rounding.
    return shapely.union_all([land, *(gap.buffer(1) for gap in between)])


def keep_on_land(feature: Feature, land: BaseGeometry) -> Feature:
    """Cut away what of an area lies in the sea, which no color of its own may tint."""
    return Feature(feature.kind, feature.minzoom, feature.geometry.intersection(land))


def unite_land(features: Sequence[Feature]) -> list[Feature]:
    """Weld overlapping pieces of land, so that no seam shows between them."""
    land = shapely.union_all([f.geometry for f in features if f.kind == "land"])
    others = [f for f in features if f.kind != "land"]
    return [*(Feature("land", OVERVIEW_ZOOMS.start, part) for part in polygons_of(land)), *others]
