"""Builds the overview of the base map from its sources, step by step."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
from shapely import GeometryType
from shapely.geometry.base import BaseGeometry

from geodata.basemap_build.bridging import join_loose_ends
from geodata.basemap_build.frames import GEOGRAPHIC_CRS, OVERVIEW_ZOOMS, polygons_of, to_frame
from geodata.basemap_build.overview import build_overview, dissolve_land
from geodata.basemap_build.sources import (
    AREA_SOURCES,
    LINE_SOURCES,
    drawn_features,
    place_features,
    read_sources,
)
from geodata.basemap_build.writing import to_geojson


def build_overview_file(folder: Path, land_beyond: Path) -> str:
    """Return the overview as GeoJSON.

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
    places = place_features(sources["places"])
    is_drawn = places["minzoom"].isin(OVERVIEW_ZOOMS)
    return to_geojson(pd.concat([overview, places[is_drawn]], ignore_index=True))


def weld_land(overview: gpd.GeoDataFrame, beyond: BaseGeometry) -> gpd.GeoDataFrame:
    """Unite the land of an overview with the land beyond, so that no seam shows, in EPSG:4326."""
    is_land = overview["kind"] == "land"
    land = polygons_of(overview[is_land].union_all().union(beyond))
    return pd.concat([to_frame("land", OVERVIEW_ZOOMS.start, land, GEOGRAPHIC_CRS), overview[~is_land]])
