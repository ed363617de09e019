"""From the sources to the files of the base map, step by step."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from geodata.basemap_build.bridging import join_loose_ends
from geodata.basemap_build.cells import Cell, cell_at, cell_name, clip_features, detailed_cells
from geodata.basemap_build.features import Feature, to_geographic
from geodata.basemap_build.land import dissolve_land, keep_on_land, unite_land
from geodata.basemap_build.overview import build_overview
from geodata.basemap_build.sources import (
    area_features,
    line_features,
    place_features,
    read_sources,
)
from geodata.basemap_build.writing import DETAIL_GRID, OVERVIEW_GRID, to_geojson, to_index
from geodata.basemap_build.zooms import DETAIL_MINZOOM, OVERVIEW_ZOOMS

DETAIL_TOLERANCE_M = 10.0
"""Below a pixel of zoom 13 (11.7 m) and well below the sources' own 20 m."""


def build_basemap(folder: Path, land_beyond: Path) -> dict[str, str]:
    """Return the base map's files by their names, as text.

    Parameters
    ----------
    folder
        Holds ``base_<name>.geojson`` for each of the sources.
    land_beyond
        The coarse land around the sources' frame.

    Raises
    ------
    BasemapSourceError
        If an input is missing.
    """
    sources = read_sources(folder, land_beyond)
    land = dissolve_land(list(sources["land_countries"].geometry))
    areas = area_features(sources)
    areas = [keep_on_land(f, land) if f.kind == "nature" else f for f in areas]
    water = shapely.union_all([f.geometry for f in areas if f.kind == "water"])
    lines = without_water(join_loose_ends(line_features(sources)), water)

    overview = to_geographic(build_overview(land, areas, lines))
    beyond = [Feature("land", OVERVIEW_ZOOMS.start, shape) for shape in sources["land_beyond"].geometry]
    overview = unite_land([*overview, *beyond])
    detail = to_geographic(build_detail(land, areas, lines))

    cells = detailed_cells(sources["urban_areas"])
    in_cells: dict[Cell, list[Feature]] = {cell: clip_features(detail, cell) for cell in cells}
    for place in place_features(sources["places"]):
        cell = cell_at(place.geometry.x, place.geometry.y)
        is_detail = place.minzoom >= DETAIL_MINZOOM and cell in in_cells
        (in_cells[cell] if is_detail else overview).append(place)

    return {
        **{
            f"detail/{cell_name(cell)}.geojson": to_geojson(found, DETAIL_GRID, DETAIL_MINZOOM)
            for cell, found in in_cells.items()
        },
        "overview.geojson": to_geojson(overview, OVERVIEW_GRID, OVERVIEW_ZOOMS.start),
        "index.json": to_index(cells),
    }


def build_detail(land: BaseGeometry, areas: Sequence[Feature], lines: Sequence[Feature]) -> list[Feature]:
    """Return the full detail, in EPSG:3035, not yet cut into cells."""
    drawn = [Feature("land", DETAIL_MINZOOM, land), *areas, *lines]
    return [
        Feature(f.kind, f.minzoom, shapely.make_valid(f.geometry.simplify(DETAIL_TOLERANCE_M))) for f in drawn
    ]


def without_water(lines: Iterable[Feature], water: BaseGeometry) -> list[Feature]:
    """Cut rivers and canals where their water is drawn as an area already."""
    return [
        Feature(f.kind, f.minzoom, f.geometry.difference(water)) if f.kind in ("river", "canal") else f
        for f in lines
    ]
