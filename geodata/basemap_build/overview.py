"""Makes the overview: each kind by its own rule, and more coarsely outside the focus."""

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.basemap_build.frames import GEOGRAPHIC_CRS, METRIC_CRS
from geodata.basemap_build.generalizing import AreaRule, generalize_areas, generalize_lines
from geodata.basemap_build.zooms import OVERVIEW_ZOOMS

FOCUS = (5.7, 51.65, 8.5, 52.85)
"""The default view with a margin, in degrees."""
FAR_TOLERANCE = 2.4
"""Factor of tolerances outside `FOCUS`, which is context, not the subject."""
FAR_MIN_PIXELS = 6.0
"""Factor of smallest sizes outside `FOCUS`."""

AREA_RULES = {
    # Coasts dominate the picture, so they keep most of their shape.
    "land": AreaRule(tolerance_m=240, closing_m=0, min_pixels=6),
    # Rivers are two pixels wide: closing gaps would fill their bends.
    "water": AreaRule(tolerance_m=160, closing_m=0, min_pixels=14),
    "built_up": AreaRule(tolerance_m=260, closing_m=280, min_pixels=36),
    "wood": AreaRule(tolerance_m=300, closing_m=350, min_pixels=90),
    "wetland": AreaRule(tolerance_m=300, closing_m=350, min_pixels=90),
    "nature": AreaRule(tolerance_m=350, closing_m=500, min_pixels=250),
}
MERGED_KINDS = {"industrial": "built_up"}
"""Kinds that are drawn as another kind: industry at the edge of a town has a few pixels."""
LINE_TOLERANCE_M = {"river": 220.0, "canal": 180.0}
DEFAULT_LINE_TOLERANCE_M = 140.0
"""Below a pixel of zoom 9; rivers wind more and matter less."""
LINE_MAXZOOM = {"river": 9, "canal": 9, "motorway": 9, "trunk": 9, "railway": 9}
"""Kind → highest `minzoom` of lines in the overview; others, and primary roads, are left to the detail."""
FAR_LINE_MAXZOOM = 8
"""Highest `minzoom` of lines outside `FOCUS`."""


def build_overview(land: BaseGeometry, areas: gpd.GeoDataFrame, lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return everything drawn at the overview's zooms, except places, in EPSG:3035."""
    focus = gpd.GeoSeries([shapely.box(*FOCUS)], crs=GEOGRAPHIC_CRS).to_crs(METRIC_CRS).iloc[0]
    drawn = [
        generalize_areas("land", [land], AREA_RULES["land"]),
        *overview_areas(areas, focus),
        *overview_lines(lines, focus),
    ]
    return pd.concat(drawn, ignore_index=True)


def overview_areas(areas: gpd.GeoDataFrame, focus: BaseGeometry) -> list[gpd.GeoDataFrame]:
    """Generalize areas kind by kind, with the coarser rule outside the focus."""
    kinds, is_near = areas["kind"].replace(MERGED_KINDS), areas.intersects(focus)
    return [
        generalize_areas(kind, group.geometry, AREA_RULES[kind] if near else far_rule(AREA_RULES[kind]))
        for (kind, near), group in areas.groupby([kinds, is_near], sort=False)
    ]


def overview_lines(lines: gpd.GeoDataFrame, focus: BaseGeometry) -> list[gpd.GeoDataFrame]:
    """Generalize lines kind by kind; those outside the focus are fewer and coarser.

    A line is cut at the edge of the focus, where both ends stay, so that it remains joined.
    """
    maxzoom = lines["kind"].map(LINE_MAXZOOM).fillna(OVERVIEW_ZOOMS.start)
    inside = lines[lines["minzoom"] <= maxzoom]
    outside = lines[lines["minzoom"] <= maxzoom.clip(upper=FAR_LINE_MAXZOOM)]
    cut = (
        (1.0, inside.set_geometry(inside.intersection(focus))),
        (FAR_TOLERANCE, outside.set_geometry(outside.difference(focus))),
    )
    return [
        generalize_lines(
            kind, minzoom, group.geometry, LINE_TOLERANCE_M.get(kind, DEFAULT_LINE_TOLERANCE_M) * scale
        )
        for scale, part in cut
        for (kind, minzoom), group in part.groupby(["kind", "minzoom"], sort=False)
    ]


def far_rule(rule: AreaRule) -> AreaRule:
    """Return the coarser rule for areas outside `FOCUS`."""
    return AreaRule(
        rule.tolerance_m * FAR_TOLERANCE,
        rule.closing_m * FAR_TOLERANCE,
        rule.min_pixels * FAR_MIN_PIXELS,
    )
