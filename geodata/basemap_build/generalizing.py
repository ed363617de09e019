"""Generalizes areas and lines of one kind: unites and simplifies them, and drops what is too small."""

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from shapely import GeometryType
from shapely.geometry.base import BaseGeometry

from geodata.basemap_build.frames import parts_of, polygons_of, to_frame
from geodata.basemap_build.zooms import OVERVIEW_ZOOMS, pixel_m

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


def fill_small_holes(polygon: shapely.Polygon, min_area: float) -> shapely.Polygon:
    """Return a polygon without holes smaller than `min_area`."""
    holes = [ring for ring in polygon.interiors if shapely.Polygon(ring).area >= min_area]
    return shapely.Polygon(polygon.exterior, holes)


def dissolve_land(countries: Sequence[BaseGeometry]) -> BaseGeometry:
    """Unite countries, and fill the gaps between two of them, but no bays of one country."""
    land = shapely.union_all(countries)
    gaps = polygons_of(close_gaps(land, BORDER_GAP_M / 2).difference(land))
    between = [gap for gap in gaps if (shapely.distance(gap, countries) < 1).sum() > 1]
    # The meter of buffer welds edges that touch only within rounding.
    return shapely.union_all([land, *shapely.buffer(between, 1)])
