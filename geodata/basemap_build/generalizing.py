"""Generalizing areas and lines of one kind: merging, simplifying, dropping what is too small."""

from collections.abc import Iterable
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.basemap_build.features import Feature, lines_of, polygons_of
from geodata.basemap_build.zooms import OVERVIEW_ZOOMS, pixel_m

SPUR = 0.7
"""Arms narrower than this part of the gaps that were closed are cut off."""
MIN_LINE_M = 1_500.0
"""Stubs shorter than 8 pixels of zoom 9 say nothing in the overview."""


@dataclass(frozen=True)
class AreaRule:
    """How the areas of one kind are generalized for the overview."""

    tolerance_m: float
    """How far an outline may move, in meters; a pixel of zoom 9 is 187 m."""
    closing_m: float
    """Gaps narrower than twice this are closed, in meters: neighbors become one area."""
    min_pixels: float
    """An area is drawn from the zoom on where it covers so many square pixels."""


def generalize_areas(kind: str, areas: Iterable[BaseGeometry], rule: AreaRule) -> list[Feature]:
    """Unite areas of one kind, simplify them, and drop what is too small to be seen."""
    min_area = rule.min_pixels * pixel_m(OVERVIEW_ZOOMS[-1]) ** 2
    united = close_gaps(shapely.union_all(list(areas)), rule.closing_m)
    united = cut_spurs(united, rule.closing_m * SPUR)
    features = []
    for polygon in polygons_of(united):
        simple = fill_small_holes(polygon, min_area).simplify(rule.tolerance_m)
        for part in polygons_of(simple):
            minzoom = minzoom_of_area(part.area, rule.min_pixels)
            if minzoom is not None:
                features.append(Feature(kind, minzoom, part))
    return features


def generalize_lines(
    kind: str, minzoom: int, lines: Iterable[BaseGeometry], tolerance_m: float
) -> list[Feature]:
    """Join lines end to end, simplify them, and return them as one feature."""
    merged = shapely.line_merge(shapely.union_all(list(lines)))
    kept = [line for line in lines_of(merged) if line.length >= MIN_LINE_M]
    if not kept:
        return []
    simple = shapely.simplify(shapely.MultiLineString(kept), tolerance_m)
    return [Feature(kind, minzoom, simple)]


def close_gaps(geometry: BaseGeometry, distance_m: float) -> BaseGeometry:
    """Close gaps narrower than twice the distance, with mitered corners to save points."""
    if distance_m == 0:
        return geometry
    return geometry.buffer(distance_m, join_style="mitre").buffer(-distance_m, join_style="mitre")


def cut_spurs(geometry: BaseGeometry, distance_m: float) -> BaseGeometry:
    """Cut off arms narrower than twice the distance: they cost points and read as noise."""
    # Closing a gap is widening first; the same inside out cuts an arm.
    return close_gaps(geometry, -distance_m)


def fill_small_holes(polygon: shapely.Polygon, min_area: float) -> shapely.Polygon:
    """Return the polygon without its holes smaller than `min_area`."""
    holes = [ring for ring in polygon.interiors if shapely.Polygon(ring).area >= min_area]
    return shapely.Polygon(polygon.exterior, holes)


def minzoom_of_area(area_m2: float, min_pixels: float) -> int | None:
    """Return the first overview zoom at which an area covers `min_pixels`, or None."""
    for zoom in OVERVIEW_ZOOMS:
        if area_m2 >= min_pixels * pixel_m(zoom) ** 2:
            return zoom
    return None
