"""Builds the files of the base map from its sources, step by step."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import GeometryType
from shapely.geometry.base import BaseGeometry

from geodata.basemap_build.bridging import join_loose_ends
from geodata.basemap_build.cells import cell_at, cell_name, clip_features, detailed_cells
from geodata.basemap_build.frames import DETAIL_MINZOOM, GEOGRAPHIC_CRS, OVERVIEW_ZOOMS, polygons_of, to_frame
from geodata.basemap_build.overview import build_overview, dissolve_land
from geodata.basemap_build.sources import (
    AREA_SOURCES,
    LINE_SOURCES,
    drawn_features,
    place_features,
    read_sources,
)
from geodata.basemap_build.writing import DETAIL_GRID, OVERVIEW_GRID, to_geojson, to_index

DETAIL_TOLERANCE_M = 10.0
"""Below a pixel of zoom 13 (11.7 m) and well below the 20 m of the sources."""


def build_basemap(folder: Path, land_beyond: Path) -> dict[str, str]:
    """Return the files of the base map: name → text.

    Parameters
    ----------
    folder
        Holds `base_<name>.geojson` for each of the sources.
    land_beyond
        The coarse land around the sources' frame.

    Raises
    ------
    BasemapSourceError
        If sources are missing.
    """
    sources = read_sources(folder, land_beyond)
    land = dissolve_land(sources["land_countries"].geometry)
    areas = drawn_features([sources[name] for name in AREA_SOURCES], GeometryType.POLYGON)
    lines = drawn_features([sources[name] for name in LINE_SOURCES], GeometryType.LINESTRING)
    lines = join_loose_ends(lines)
    is_nature = areas["kind"] == "nature"  # which has no color in the sea
    areas.loc[is_nature, "geometry"] = areas[is_nature].intersection(land)
    is_water = lines["kind"].isin(["river", "canal"])  # which are drawn as areas where they are wide
    lines.loc[is_water, "geometry"] = lines[is_water].difference(areas[areas["kind"] == "water"].union_all())

    overview = build_overview(land, areas, lines).to_crs(GEOGRAPHIC_CRS)
    overview = weld_land(overview, sources["land_beyond"].union_all())
    drawn = pd.concat([to_frame("land", DETAIL_MINZOOM, [land]), areas, lines], ignore_index=True)
    detail = drawn.set_geometry(drawn.simplify(DETAIL_TOLERANCE_M).make_valid()).to_crs(GEOGRAPHIC_CRS)
    cells = detailed_cells(sources["urban_areas"])
    places = place_features(sources["places"])
    cells_of_places = pd.Series([cell_at(point.x, point.y) for point in places.geometry], index=places.index)
    is_detail = (places["minzoom"] >= DETAIL_MINZOOM) & cells_of_places.isin(cells)
    overview = pd.concat([overview, places[~is_detail]], ignore_index=True)
    files = {"overview.geojson": to_geojson(overview, OVERVIEW_GRID, OVERVIEW_ZOOMS.start)}
    for cell in cells:
        in_cell = places[is_detail & (cells_of_places == cell)]
        features = pd.concat([clip_features(detail, cell), in_cell], ignore_index=True)
        files[f"detail/{cell_name(cell)}.geojson"] = to_geojson(features, DETAIL_GRID, DETAIL_MINZOOM)
    return files | {"index.json": to_index(cells)}


def weld_land(overview: gpd.GeoDataFrame, beyond: BaseGeometry) -> gpd.GeoDataFrame:
    """Unite the land of an overview with the land beyond, so that no seam shows, in EPSG:4326."""
    is_land = overview["kind"] == "land"
    land = polygons_of(overview[is_land].union_all().union(beyond))
    return pd.concat([to_frame("land", OVERVIEW_ZOOMS.start, land, GEOGRAPHIC_CRS), overview[~is_land]])
