"""Builds the overview of the base map from its sources; the same sources give the same bytes."""

import json
import math
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from geopandas.tools import collect
from shapely import GeometryType
from shapely.geometry.base import BaseGeometry

from geodata.basemap_build.frames import (
    GEOGRAPHIC_CRS,
    KINDS,
    OVERVIEW_ZOOMS,
    parts_of,
    polygons_of,
    to_frame,
)
from geodata.basemap_build.overview import build_overview, dissolve_land
from geodata.basemap_build.sources import (
    AREA_SOURCES,
    LABEL_FIELDS,
    LINE_SOURCES,
    drawn_features,
    place_features,
    read_sources,
)

BRIDGE_M = {"railway": 1_000.0, "motorway": 600.0, "trunk": 600.0, "canal": 400.0}
"""Kind → distance up to which loose ends are joined."""

MAX_TURN = math.radians(40)
"""Largest turn of a bridge from the line that it prolongs: ends side by side belong to two lines."""

HEADING_M = 200.0
"""Length over which a heading is measured: the last few meters may point anywhere."""

OVERVIEW_GRID = 0.001
"""In degrees: half a step is a third of a pixel of zoom 9; a tenth would make files a quarter larger."""

PLACE_GRID = 0.0001
"""In degrees: labels are drawn at every zoom, so they keep a more exact position."""


def build_overview_file(folder: Path, land_beyond: Path) -> str:
    """Return the overview as GeoJSON; raises `BasemapSourceError` if sources are missing.

    `folder` holds `base_<name>.geojson` for each of the sources; `land_beyond` is the coarse land around
    their frame.
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


def to_geojson(features: gpd.GeoDataFrame) -> str:
    """Return a FeatureCollection in EPSG:4326, one feature per line, in drawing order.

    `minzoom` is left out of what is drawn from the first zoom on.
    """
    order = features["kind"].map(KINDS.index)
    sorted_features = features.assign(order=order, **features.bounds).sort_values(
        ["order", "minzoom", "minx", "miny", "maxx", "maxy"], kind="stable"
    )
    lines = []
    for row in sorted_features.to_dict("records"):
        geometry = to_grid(row["geometry"], PLACE_GRID if row["kind"] == "place" else OVERVIEW_GRID)
        if geometry is not None:
            zoom = {"minzoom": row["minzoom"]} if row["minzoom"] > OVERVIEW_ZOOMS.start else {}
            label = {name: row[name] for name in LABEL_FIELDS if pd.notna(row.get(name))}
            properties = json.dumps(
                {"kind": row["kind"], **zoom, **label}, ensure_ascii=False, separators=(",", ":"), default=int
            )
            geojson = shapely.to_geojson(geometry)
            lines.append(f'{{"type":"Feature","properties":{properties},"geometry":{geojson}}}')
    joined = ",\n".join(lines)
    return f'{{"type":"FeatureCollection","features":[\n{joined}\n]}}\n'


def to_grid(geometry: BaseGeometry, grid: float) -> BaseGeometry | None:
    """Return polygons, lines or a point rounded to a grid in degrees; `None` if they are too small for it.

    Polygons stay valid and wound as in RFC 7946.
    """
    if geometry.geom_type.endswith("LineString"):
        # Lines keep their crossings and parts; only polygons need noding.
        rounded = shapely.set_precision(geometry, grid, mode="pointwise")
        rounded = shapely.remove_repeated_points(rounded)
    else:
        rounded = shapely.orient_polygons(shapely.set_precision(shapely.make_valid(geometry), grid))
    decimals = math.ceil(-math.log10(grid))
    rounded = shapely.transform(rounded, lambda xy: xy.round(decimals))
    for geometry_type in (GeometryType.POLYGON, GeometryType.LINESTRING, GeometryType.POINT):
        parts = parts_of(rounded, geometry_type)
        if len(parts):
            return collect(list(parts))
    return None


def join_loose_ends(lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add bridges to the lines of the kinds in `BRIDGE_M`."""
    joined = [lines]
    for kind, reach_m in BRIDGE_M.items():
        members = lines[lines["kind"] == kind]
        if not members.empty:
            merged = parts_of(shapely.line_merge(members.union_all()), GeometryType.LINESTRING)
            joined.append(to_frame(kind, members["minzoom"].max(), bridges(list(merged), reach_m)))
    return pd.concat(joined, ignore_index=True)


def bridges(lines: Sequence[shapely.LineString], reach_m: float) -> list[shapely.LineString]:
    """Return straight lines between loose ends that point at each other, shortest first."""
    ends = loose_ends(lines)
    points = np.array([point for point, _ in ends], dtype=object)
    tree = shapely.STRtree(points)
    pairs = []
    for i, j in tree.query(points, predicate="dwithin", distance=reach_m).T.tolist():
        (point, out), (other, back) = ends[i], ends[j]
        heading = math.atan2(other.y - point.y, other.x - point.x)
        turn = max(turn_between(heading, out), turn_between(heading + math.pi, back))
        if i < j and turn <= MAX_TURN:
            pairs.append((point.distance(other), i, j))
    used: set[int] = set()
    found = []
    for _, i, j in sorted(pairs):
        if not used & {i, j}:
            used |= {i, j}
            found.append(shapely.LineString([points[i], points[j]]))
    return found


def loose_ends(lines: Sequence[shapely.LineString]) -> list[tuple[shapely.Point, float]]:
    """Return the ends that touch no other line, each with its heading."""
    ends = [
        (shapely.get_point(line, 0 if at_start else -1), heading_of(line, at_start=at_start))
        for line in lines
        for at_start in (True, False)
        if not line.is_closed
    ]
    points = np.array([point for point, _ in ends], dtype=object)
    touching = shapely.STRtree(lines).query(points, predicate="dwithin", distance=1)[0]
    return [end for end, count in zip(ends, np.bincount(touching), strict=True) if count == 1]


def heading_of(line: shapely.LineString, *, at_start: bool) -> float:
    """Return the direction, in radians, in which a line leaves through one of its ends."""
    reach = min(line.length, HEADING_M)
    end = line.interpolate(0 if at_start else line.length)
    before = line.interpolate(reach if at_start else line.length - reach)
    return math.atan2(end.y - before.y, end.x - before.x)


def turn_between(one: float, other: float) -> float:
    """Return the angle between two headings, from 0 to pi."""
    return abs(math.remainder(one - other, math.tau))
