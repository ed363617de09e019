"""The overview: every kind by its own rule, and more coarsely beyond the region."""

from collections.abc import Iterable, Sequence

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.basemap_build.features import GEOGRAPHIC_CRS, METRIC_CRS, Feature
from geodata.basemap_build.generalizing import AreaRule, generalize_areas, generalize_lines
from geodata.basemap_build.zooms import OVERVIEW_ZOOMS

FOCUS = (5.7, 51.65, 8.5, 52.85)
"""The default view with a margin, in degrees; what lies beyond is drawn more coarsely."""
FAR_TOLERANCE = 2.4
FAR_MIN_PIXELS = 6.0
"""Factors on the rules below for what lies beyond `FOCUS`: context, not a subject."""

AREA_RULES = {
    # Coasts carry the picture, so they keep most of their shape.
    "land": AreaRule(tolerance_m=240, closing_m=0, min_pixels=6),
    # Rivers are two pixels wide: closing would fill their bends.
    "water": AreaRule(tolerance_m=160, closing_m=0, min_pixels=14),
    "built_up": AreaRule(tolerance_m=260, closing_m=280, min_pixels=36),
    "wood": AreaRule(tolerance_m=300, closing_m=350, min_pixels=90),
    "wetland": AreaRule(tolerance_m=300, closing_m=350, min_pixels=90),
    "nature": AreaRule(tolerance_m=350, closing_m=500, min_pixels=250),
}
MERGED_KINDS = {"industrial": "built_up"}
"""Works at the edge of a town are a few pixels of it."""
LINE_TOLERANCE_M = {"river": 220.0, "canal": 180.0}
DEFAULT_LINE_TOLERANCE_M = 140.0
"""Below a pixel of zoom 9; rivers wind more and matter less."""
LINE_MAXZOOM = {"river": 9, "canal": 9, "motorway": 9, "trunk": 9, "railway": 9}
"""Lines whose ``minzoom`` is higher, and primary roads, are left to the detail."""
FAR_LINE_MAXZOOM = 8
"""The same beyond `FOCUS`."""


def build_overview(land: BaseGeometry, areas: Sequence[Feature], lines: Sequence[Feature]) -> list[Feature]:
    """Return everything drawn at the overview's zooms but places, in EPSG:3035."""
    focus = gpd.GeoSeries([shapely.box(*FOCUS)], crs=GEOGRAPHIC_CRS).to_crs(METRIC_CRS).iloc[0]
    return [
        *generalize_areas("land", [land], AREA_RULES["land"]),
        *overview_areas(areas, focus),
        *overview_lines(lines, focus),
    ]


def overview_areas(areas: Iterable[Feature], focus: BaseGeometry) -> list[Feature]:
    """Generalize areas kind by kind, with the coarser rule beyond the focus."""
    groups: dict[tuple[str, bool], list[BaseGeometry]] = {}
    for area in areas:
        kind = MERGED_KINDS.get(area.kind, area.kind)
        groups.setdefault((kind, area.geometry.intersects(focus)), []).append(area.geometry)
    features = []
    for (kind, near), geometries in groups.items():
        rule = AREA_RULES[kind] if near else far_rule(AREA_RULES[kind])
        features += generalize_areas(kind, geometries, rule)
    return features


def overview_lines(lines: Iterable[Feature], focus: BaseGeometry) -> list[Feature]:
    """Generalize lines kind by kind; those beyond the focus are fewer and coarser.

    A line is cut at the focus' edge and both ends stay where they are, so it remains joined.
    """
    groups: dict[tuple[str, int, bool], list[BaseGeometry]] = {}
    for line in lines:
        maxzoom = LINE_MAXZOOM.get(line.kind, OVERVIEW_ZOOMS.start)
        if line.minzoom <= maxzoom:
            inside = groups.setdefault((line.kind, line.minzoom, True), [])
            inside.append(line.geometry.intersection(focus))
        if line.minzoom <= min(maxzoom, FAR_LINE_MAXZOOM):
            outside = groups.setdefault((line.kind, line.minzoom, False), [])
            outside.append(line.geometry.difference(focus))
    features = []
    for (kind, minzoom, near), geometries in groups.items():
        tolerance_m = LINE_TOLERANCE_M.get(kind, DEFAULT_LINE_TOLERANCE_M)
        scale = 1.0 if near else FAR_TOLERANCE
        features += generalize_lines(kind, minzoom, geometries, tolerance_m * scale)
    return features


def far_rule(rule: AreaRule) -> AreaRule:
    """Return the coarser rule for areas beyond `FOCUS`."""
    return AreaRule(
        rule.tolerance_m * FAR_TOLERANCE,
        rule.closing_m * FAR_TOLERANCE,
        rule.min_pixels * FAR_MIN_PIXELS,
    )
