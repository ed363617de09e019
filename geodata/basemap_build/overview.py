"""Makes the overview: unites and simplifies each kind by its own rule, more coarsely outside the focus."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import GeometryType
from shapely.geometry.base import BaseGeometry

from geodata.basemap_build.frames import (
    GEOGRAPHIC_CRS,
    METRIC_CRS,
    OVERVIEW_ZOOMS,
    fill_small_holes,
    parts_of,
    pixel_m,
    polygons_of,
    to_frame,
)

FOCUS = (5.7, 51.65, 8.5, 52.85)
"""The default view with a margin, in degrees."""
FAR_TOLERANCE = 4
"""Factor of tolerances outside `FOCUS`, which is context, not the subject."""
FAR_MIN_PIXELS = 20.0
"""Factor of smallest sizes outside `FOCUS`."""
SPUR = 0.7
"""Share of the closed gaps below whose width arms are cut off."""
MIN_LINE_M = 1_500.0
"""Shorter lines are dropped: 8 pixels of zoom 9."""
BORDER_GAP_M = 1_200.0
"""Width of the gaps closed between two countries, whose sources differ by up to a kilometer."""


@dataclass(frozen=True)
class AreaRule:
    """How the areas of one kind are generalized for the overview."""

    tolerance_m: float
    """Tolerance of the outline; a pixel of zoom 9 is 187 m."""
    closing_m: float
    """Gaps narrower than twice this are closed: neighbors become one area."""
    min_pixels: float
    """Size in square pixels from which an area is drawn."""


AREA_RULES = {
    # Coasts dominate the picture, so they keep most of their shape.
    "land": AreaRule(tolerance_m=240, closing_m=0, min_pixels=6),
    # Rivers are two pixels wide: closing gaps would fill their bends.
    "water": AreaRule(tolerance_m=180, closing_m=0, min_pixels=16),
    "built_up": AreaRule(tolerance_m=260, closing_m=280, min_pixels=36),
    "wood": AreaRule(tolerance_m=300, closing_m=350, min_pixels=170),
    "wetland": AreaRule(tolerance_m=300, closing_m=350, min_pixels=90),
    "nature": AreaRule(tolerance_m=350, closing_m=500, min_pixels=250),
}
LINE_TOLERANCE_M = {"river": 220.0, "canal": 180.0}
DEFAULT_LINE_TOLERANCE_M = 140.0
"""Below a pixel of zoom 9; rivers wind more and matter less."""
LINE_MAXZOOM = {"river": 9, "canal": 9, "motorway": 9, "trunk": 9, "railway": 9}
"""Kind → highest `minzoom` of lines in the overview; others are not drawn."""
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
    is_near = areas.intersects(focus)
    return [
        generalize_areas(kind, group.geometry, AREA_RULES[kind] if near else far_rule(AREA_RULES[kind]))
        for (kind, near), group in areas.groupby(["kind", is_near], sort=False)
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


def generalize_areas(kind: str, areas: Sequence[BaseGeometry], rule: AreaRule) -> gpd.GeoDataFrame:
    """Unite and simplify areas of one kind, and drop those too small to be seen."""
    min_areas = np.array([rule.min_pixels * pixel_m(zoom) ** 2 for zoom in OVERVIEW_ZOOMS])
    united = close_gaps(shapely.union_all(areas), rule.closing_m)
    # Cutting arms off is closing gaps inside out.
    united = close_gaps(united, -rule.closing_m * SPUR)
    filled = [fill_small_holes(polygon, min_areas[-1]) for polygon in polygons_of(united)]
    parts = polygons_of(shapely.geometrycollections(shapely.simplify(filled, rule.tolerance_m)))
    skipped = (shapely.area(parts)[:, np.newaxis] < min_areas).sum(axis=1)
    is_seen = skipped < len(min_areas)
    return to_frame(kind, OVERVIEW_ZOOMS.start + skipped[is_seen], parts[is_seen])


def generalize_lines(
    kind: str, minzoom: int, lines: Sequence[BaseGeometry], tolerance_m: float
) -> gpd.GeoDataFrame:
    """Join lines end to end, simplify them, and return them as one feature, if any is long enough."""
    merged = parts_of(shapely.line_merge(shapely.union_all(lines)), GeometryType.LINESTRING)
    kept = merged[shapely.length(merged) >= MIN_LINE_M]
    simple = shapely.simplify(shapely.multilinestrings(kept), tolerance_m)
    return to_frame(kind, minzoom, [simple] if len(kept) else [])


def close_gaps(geometry: BaseGeometry, distance_m: float) -> BaseGeometry:
    """Close gaps narrower than twice the distance, with mitered corners to save points."""
    if distance_m == 0:
        return geometry
    return geometry.buffer(distance_m, join_style="mitre").buffer(-distance_m, join_style="mitre")


def dissolve_land(countries: Sequence[BaseGeometry]) -> BaseGeometry:
    """Unite countries, and fill the gaps between two of them, but no bays of one country."""
    land = shapely.union_all(countries)
    gaps = polygons_of(close_gaps(land, BORDER_GAP_M / 2).difference(land))
    between = [gap for gap in gaps if (shapely.distance(gap, countries) < 1).sum() > 1]
    # The meter of buffer welds edges that touch only within rounding.
    return shapely.union_all([land, *shapely.buffer(between, 1)])
