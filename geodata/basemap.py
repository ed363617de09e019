"""Generalize a folder of ``base_*.geojson`` into the embedded base map.

The map draws ``overview.geojson`` at zooms 5 to 9 and one file of ``detail/`` per tile beyond.
Run ``python -m geodata.basemap SOURCE_FOLDER [OUTPUT_FOLDER]`` to make both anew.
"""

import argparse
import json
import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geodata.errors import AtlasError

SOURCES = (
    "land_countries",
    "border_nl_de",
    "water",
    "motorways",
    "urban_areas",
    "nature_forest",
    "nature_natura2000_nl",
    "railways_osm",
    "places",
)
LAND_BEYOND = "land_beyond.geojson"
"""Coarse land around the sources' frame, so that no country ends in the sea at low zooms."""

KINDS = (
    "land",
    "nature",
    "wood",
    "wetland",
    "built_up",
    "industrial",
    "water",
    "river",
    "canal",
    "railway",
    "primary",
    "trunk",
    "motorway",
    "border",
    "place",
)
"""The kinds in drawing order, which is the order in the files too."""

SOURCE_KINDS = {
    "forest": "wood",
    "natura2000": "nature",
    "lake": "water",
    "river_area": "water",
    "rail": "railway",
    "state_border": "border",
}
"""What a source calls otherwise; a kind that is in neither list is not drawn."""

LINE_SOURCES = ("water", "motorways", "railways_osm", "border_nl_de")
AREA_SOURCES = ("water", "urban_areas", "nature_forest", "nature_natura2000_nl")

METRIC_CRS = "EPSG:3035"
GEOGRAPHIC_CRS = "EPSG:4326"
LATITUDE = 52.25
"""Where pixels are measured: the middle of the region, in degrees."""

OVERVIEW_ZOOMS = range(5, 10)
DETAIL_ZOOM = 9
"""At zoom 8 the cell around Twente would weigh 320 kB compressed, at zoom 9 it weighs 117 kB."""
DETAIL_MINZOOM = 10

FOCUS = (5.7, 51.65, 8.5, 52.85)
"""The default view with a margin, in degrees; what lies beyond is drawn more coarsely."""
FAR_TOLERANCE = 2.4
FAR_MIN_PIXELS = 6.0
"""Factors on the rules below for what lies beyond `FOCUS`: context, not a subject."""

OVERVIEW_GRID = 0.001
"""In degrees: half a step is a third of a pixel of zoom 9; a tenth would cost a quarter more."""
PLACE_GRID = 0.0001
"""Labels stay on the screen at every zoom, so they keep the closer position."""
DETAIL_GRID = 0.00002
"""Two meters, a sixth of a pixel of zoom 13."""
DETAIL_TOLERANCE_M = 10.0
"""Below a pixel of zoom 13 (11.7 m) and well below the sources' own 20 m."""
CELL_BUFFER = 1 / 64
"""Of a cell's side: 8 pixels at zoom 10, more than half of the widest stroke of every zoom."""
BRIDGE_M = {"railway": 1_000.0, "motorway": 600.0, "trunk": 600.0, "canal": 400.0}
"""Loose ends no farther apart are joined, in meters: the sources leave out tracks in stations."""
BRIDGE_TURN = math.radians(40)
"""How far a bridge may turn from the line it prolongs: ends side by side are not one line."""
BORDER_GAP_M = 1_200.0
"""Outlines of two countries from different sources lie up to a kilometer apart."""
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


OVERVIEW_AREAS = {
    # Coasts carry the picture, so they keep most of their shape.
    "land": AreaRule(tolerance_m=240, closing_m=0, min_pixels=6),
    # Rivers are two pixels wide: closing would fill their bends.
    "water": AreaRule(tolerance_m=160, closing_m=0, min_pixels=14),
    "built_up": AreaRule(tolerance_m=260, closing_m=280, min_pixels=36),
    "wood": AreaRule(tolerance_m=300, closing_m=350, min_pixels=90),
    "wetland": AreaRule(tolerance_m=300, closing_m=350, min_pixels=90),
    "nature": AreaRule(tolerance_m=350, closing_m=500, min_pixels=250),
}
SPUR = 0.7
"""Arms narrower than this part of the gaps that were closed are cut off."""
OVERVIEW_KINDS = {"industrial": "built_up"}
"""Merged in the overview: works at the edge of a town are a few pixels of it."""
OVERVIEW_LINE_TOLERANCE_M = {"river": 220.0, "canal": 180.0}
DEFAULT_LINE_TOLERANCE_M = 140.0
"""Below a pixel of zoom 9; rivers wind more and matter less."""
OVERVIEW_LINE_MAXZOOM = {"river": 9, "canal": 9, "motorway": 9, "trunk": 9, "railway": 9}
"""Lines whose ``minzoom`` is higher, and primary roads, are left to the detail."""
FAR_LINE_MAXZOOM = 8
"""The same beyond `FOCUS`."""

Bounds = tuple[float, float, float, float]
Cell = tuple[int, int, int]


class BasemapSourceError(AtlasError):
    """The source folder cannot be made into a base map."""


@dataclass(frozen=True)
class Feature:
    """One drawn thing: its kind, where it starts to be drawn, and its shape."""

    kind: str
    minzoom: int
    geometry: BaseGeometry
    """In whichever CRS the step at hand works in."""
    properties: dict[str, Any] = field(default_factory=dict)
    """What else drawing needs: the name of a place, its country, population and rank."""


def read_sources(folder: Path) -> dict[str, gpd.GeoDataFrame]:
    """Read ``base_<name>.geojson`` for each of `SOURCES`, in EPSG:3035.

    Raises
    ------
    BasemapSourceError
        If files are missing; the message names all of them.
    """
    paths = {name: folder / f"base_{name}.geojson" for name in SOURCES}
    missing = [path.name for path in paths.values() if not path.is_file()]
    if missing:
        message = f"missing in {folder}: {', '.join(missing)}"
        raise BasemapSourceError(message)
    return {name: gpd.read_file(path).to_crs(METRIC_CRS) for name, path in paths.items()}


def pixel_m(zoom: int) -> float:
    """Return the side of a pixel in meters at `LATITUDE`, of 256-pixel tiles."""
    equator_m = 2 * math.pi * 6_378_137
    pixels = 256 * math.pow(2, zoom)
    return equator_m * math.cos(math.radians(LATITUDE)) / pixels


def minzoom_of_area(area_m2: float, min_pixels: float) -> int | None:
    """Return the first overview zoom at which an area covers `min_pixels`, or None."""
    for zoom in OVERVIEW_ZOOMS:
        if area_m2 >= min_pixels * pixel_m(zoom) ** 2:
            return zoom
    return None


def polygons_of(geometry: BaseGeometry) -> list[shapely.Polygon]:
    """Return the polygons in a geometry of any type, made valid."""
    parts = shapely.get_parts(shapely.make_valid(geometry))
    flat = shapely.get_parts(parts)
    return [part for part in flat if isinstance(part, shapely.Polygon) and not part.is_empty]


def lines_of(geometry: BaseGeometry) -> list[shapely.LineString]:
    """Return the lines in a geometry of any type that have a length."""
    flat = shapely.get_parts(shapely.get_parts(geometry))
    return [part for part in flat if isinstance(part, shapely.LineString) and part.length > 0]


def points_of(geometry: BaseGeometry) -> list[shapely.Point]:
    """Return the points in a geometry of any type."""
    flat = shapely.get_parts(geometry)
    return [part for part in flat if isinstance(part, shapely.Point) and not part.is_empty]


def fill_small_holes(polygon: shapely.Polygon, min_area: float) -> shapely.Polygon:
    """Return the polygon without its holes smaller than `min_area`."""
    holes = [ring for ring in polygon.interiors if shapely.Polygon(ring).area >= min_area]
    return shapely.Polygon(polygon.exterior, holes)


def close_gaps(geometry: BaseGeometry, distance_m: float) -> BaseGeometry:
    """Close gaps narrower than twice the distance, with mitered corners to save points."""
    if distance_m == 0:
        return geometry
    return geometry.buffer(distance_m, join_style="mitre").buffer(-distance_m, join_style="mitre")


def cut_spurs(geometry: BaseGeometry, distance_m: float) -> BaseGeometry:
    """Cut off arms narrower than twice the distance: they cost points and read as noise."""
    if distance_m == 0:
        return geometry
    return geometry.buffer(-distance_m, join_style="mitre").buffer(distance_m, join_style="mitre")


def dissolve_land(countries: Sequence[BaseGeometry]) -> BaseGeometry:
    """Unite countries and fill the gaps between two of them, but no country's own bays."""
    land = shapely.union_all(list(countries))
    gaps = polygons_of(close_gaps(land, BORDER_GAP_M / 2).difference(land))
    between = [gap for gap in gaps if sum(gap.distance(c) < 1 for c in countries) > 1]
    # The meter of buffer welds edges that touch only within rounding.
    return shapely.union_all([land, *(gap.buffer(1) for gap in between)])


def kind_of(source_kind: str) -> str | None:
    """Return the drawn kind of a source's kind, or None where it is not drawn."""
    kind = SOURCE_KINDS.get(source_kind, source_kind)
    return kind if kind in KINDS else None


def features_of(gdf: gpd.GeoDataFrame, *, areas: bool) -> Iterator[Feature]:
    """Yield a source's areas, or its lines, one feature each."""
    take = polygons_of if areas else lines_of
    for row in gdf.itertuples():
        kind = kind_of(row.kind)
        if kind:
            minzoom = int(getattr(row, "minzoom", OVERVIEW_ZOOMS.start))
            for part in take(row.geometry):
                yield Feature(kind, minzoom, part)


def place_features(gdf: gpd.GeoDataFrame) -> list[Feature]:
    """Return the named places with what a label needs."""
    features = []
    for row in gdf.to_crs(GEOGRAPHIC_CRS).itertuples():
        properties = {"name": row.name, "country": row.country, "rank": int(row.pop_class)}
        if not math.isnan(row.population):
            properties["population"] = int(row.population)
        features.append(Feature("place", int(row.minzoom), row.geometry, properties))
    return features


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


def far_rule(rule: AreaRule) -> AreaRule:
    """Return the coarser rule for areas beyond `FOCUS`."""
    return AreaRule(
        rule.tolerance_m * FAR_TOLERANCE,
        rule.closing_m * FAR_TOLERANCE,
        rule.min_pixels * FAR_MIN_PIXELS,
    )


def overview_areas(areas: Iterable[Feature], focus: BaseGeometry) -> list[Feature]:
    """Generalize areas kind by kind, with the coarser rule beyond the focus."""
    groups: dict[tuple[str, bool], list[BaseGeometry]] = {}
    for area in areas:
        kind = OVERVIEW_KINDS.get(area.kind, area.kind)
        groups.setdefault((kind, area.geometry.intersects(focus)), []).append(area.geometry)
    features = []
    for (kind, near), geometries in groups.items():
        rule = OVERVIEW_AREAS[kind] if near else far_rule(OVERVIEW_AREAS[kind])
        features += generalize_areas(kind, geometries, rule)
    return features


def overview_lines(lines: Iterable[Feature], focus: BaseGeometry) -> list[Feature]:
    """Generalize lines kind by kind; those beyond the focus are fewer and coarser.

    A line is cut at the focus' edge and both ends stay where they are, so it remains joined.
    """
    groups: dict[tuple[str, int, bool], list[BaseGeometry]] = {}
    for line in lines:
        maxzoom = OVERVIEW_LINE_MAXZOOM.get(line.kind, OVERVIEW_ZOOMS.start)
        if line.minzoom <= maxzoom:
            inside = groups.setdefault((line.kind, line.minzoom, True), [])
            inside.append(line.geometry.intersection(focus))
        if line.minzoom <= min(maxzoom, FAR_LINE_MAXZOOM):
            outside = groups.setdefault((line.kind, line.minzoom, False), [])
            outside.append(line.geometry.difference(focus))
    features = []
    for (kind, minzoom, near), geometries in groups.items():
        tolerance_m = OVERVIEW_LINE_TOLERANCE_M.get(kind, DEFAULT_LINE_TOLERANCE_M)
        scale = 1.0 if near else FAR_TOLERANCE
        features += generalize_lines(kind, minzoom, geometries, tolerance_m * scale)
    return features


def heading(line: shapely.LineString, *, at_start: bool) -> float:
    """Return the direction, in radians, in which a line leaves through one of its ends."""
    # Over some distance: the last few meters may point anywhere.
    reach = min(line.length, 200.0)
    end = line.interpolate(0 if at_start else line.length)
    before = line.interpolate(reach if at_start else line.length - reach)
    return math.atan2(end.y - before.y, end.x - before.x)


def turn_between(one: float, other: float) -> float:
    """Return the angle between two headings, from 0 to pi."""
    return abs(math.remainder(one - other, math.tau))


def loose_ends(lines: Sequence[shapely.LineString]) -> list[tuple[shapely.Point, float]]:
    """Return the ends that touch no other line, each with the heading there."""
    tree = shapely.STRtree(lines)
    ends = []
    for line in lines:
        for at_start in (True, False):
            point = shapely.get_point(line, 0 if at_start else -1)
            touching = tree.query(point, predicate="dwithin", distance=1)
            if len(touching) == 1 and not line.is_closed:
                ends.append((point, heading(line, at_start=at_start)))
    return ends


def bridges(lines: Sequence[shapely.LineString], reach_m: float) -> list[shapely.LineString]:
    """Return straight pieces that join loose ends pointing at each other, shortest first."""
    ends = loose_ends(lines)
    tree = shapely.STRtree([point for point, _ in ends])
    pairs = []
    for i, (point, out) in enumerate(ends):
        for j in tree.query(point, predicate="dwithin", distance=reach_m):
            other, back = ends[j]
            way = math.atan2(other.y - point.y, other.x - point.x)
            straight = max(turn_between(way, out), turn_between(way + math.pi, back))
            if i < j and straight <= BRIDGE_TURN:
                pairs.append((point.distance(other), i, int(j)))
    used: set[int] = set()
    found = []
    for _, i, j in sorted(pairs):
        if not used & {i, j}:
            used |= {i, j}
            found.append(shapely.LineString([ends[i][0], ends[j][0]]))
    return found


def join_loose_ends(lines: Sequence[Feature]) -> list[Feature]:
    """Bridge short gaps in the lines of one kind that the map should show as continuous."""
    joined = list(lines)
    for kind, reach_m in BRIDGE_M.items():
        members = [f for f in lines if f.kind == kind]
        merged = lines_of(shapely.line_merge(shapely.union_all([f.geometry for f in members])))
        minzoom = max((f.minzoom for f in members), default=0)
        joined += [Feature(kind, minzoom, bridge) for bridge in bridges(merged, reach_m)]
    return joined


def without_water(lines: Iterable[Feature], water: BaseGeometry) -> list[Feature]:
    """Cut rivers and canals where their water is drawn as an area already."""
    return [
        Feature(f.kind, f.minzoom, f.geometry.difference(water))
        if f.kind in ("river", "canal")
        else f
        for f in lines
    ]


def focus_area() -> BaseGeometry:
    """Return `FOCUS` in EPSG:3035."""
    return gpd.GeoSeries([shapely.box(*FOCUS)], crs=GEOGRAPHIC_CRS).to_crs(METRIC_CRS).iloc[0]


def build_overview(
    land: BaseGeometry, areas: Sequence[Feature], lines: Sequence[Feature]
) -> list[Feature]:
    """Return everything drawn at the overview's zooms but places, in EPSG:3035."""
    focus = focus_area()
    return [
        *generalize_areas("land", [land], OVERVIEW_AREAS["land"]),
        *overview_areas(areas, focus),
        *overview_lines(lines, focus),
    ]


def build_detail(
    land: BaseGeometry, areas: Sequence[Feature], lines: Sequence[Feature]
) -> list[Feature]:
    """Return the full detail, in EPSG:3035, not yet cut into cells."""
    drawn = [Feature("land", DETAIL_MINZOOM, land), *areas, *lines]
    return [
        Feature(f.kind, f.minzoom, shapely.make_valid(f.geometry.simplify(DETAIL_TOLERANCE_M)))
        for f in drawn
    ]


def to_geographic(features: Sequence[Feature]) -> list[Feature]:
    """Project features from EPSG:3035 to longitude and latitude."""
    series = gpd.GeoSeries([f.geometry for f in features], crs=METRIC_CRS).to_crs(GEOGRAPHIC_CRS)
    return [
        Feature(f.kind, f.minzoom, geometry, f.properties)
        for f, geometry in zip(features, series, strict=True)
    ]


def cell_bounds(cell: Cell, buffer: float = 0.0) -> Bounds:
    """Return a tile's bounds in degrees, widened by a part of its side."""
    zoom, x, y = cell

    def longitude(column: float) -> float:
        return column / math.pow(2, zoom) * 360 - 180

    def latitude(row: float) -> float:
        return math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / math.pow(2, zoom)))))

    return (
        longitude(x - buffer),
        latitude(y + 1 + buffer),
        longitude(x + 1 + buffer),
        latitude(y - buffer),
    )


def cell_at(longitude: float, latitude: float, zoom: int = DETAIL_ZOOM) -> Cell:
    """Return the tile that holds a point given in degrees."""
    x = (longitude + 180) / 360 * 2**zoom
    y = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * 2**zoom
    return zoom, math.floor(x), math.floor(y)


def cells_within(bounds: Bounds) -> list[Cell]:
    """Return the cells that meet bounds in degrees, column by column."""
    west, south, east, north = bounds
    _, left, top = cell_at(west, north)
    _, right, bottom = cell_at(east, south)
    return [(DETAIL_ZOOM, x, y) for x in range(left, right + 1) for y in range(top, bottom + 1)]


def cell_name(cell: Cell) -> str:
    """Return ``<zoom>_<x>_<y>``."""
    return "_".join(map(str, cell))


def clip_features(features: Sequence[Feature], cell: Cell) -> list[Feature]:
    """Return what of the features lies in a cell and its buffer."""
    geometries = [f.geometry for f in features]
    box = cell_bounds(cell, CELL_BUFFER)
    hits = shapely.STRtree(geometries).query(shapely.box(*box))
    clipped = []
    for i in sorted(hits):
        f = features[i]
        geometry = shapely.clip_by_rect(f.geometry, *box)
        if not geometry.is_empty:
            clipped.append(Feature(f.kind, max(f.minzoom, DETAIL_MINZOOM), geometry))
    return clipped


def round_geometry(geometry: BaseGeometry, grid: float) -> BaseGeometry:
    """Snap a geometry to a grid in degrees; polygons stay valid and wound as in RFC 7946."""
    if geometry.geom_type.endswith("LineString"):
        # Lines keep their crossings and parts; only polygons need noding.
        rounded = shapely.set_precision(geometry, grid, mode="pointwise")
        return shapely.remove_repeated_points(rounded)
    rounded = shapely.set_precision(shapely.make_valid(geometry), grid)
    return shapely.orient_polygons(rounded)


def geojson_geometry(geometry: BaseGeometry, grid: float) -> dict[str, Any]:
    """Return a GeoJSON geometry of polygons, lines or a point; empty if too small for the grid."""
    rounded = round_geometry(geometry, grid)
    parts = polygons_of(rounded) or lines_of(rounded) or points_of(rounded)
    if not parts:
        return {}
    raw = mapping(parts[0] if len(parts) == 1 else collect(parts))
    decimals = math.ceil(-math.log10(grid))
    return {"type": raw["type"], "coordinates": rounded_numbers(raw["coordinates"], decimals)}


def collect(parts: Sequence[BaseGeometry]) -> BaseGeometry:
    """Return polygons, or lines, as one multi geometry."""
    if isinstance(parts[0], shapely.Polygon):
        return shapely.MultiPolygon(list(parts))
    return shapely.MultiLineString(list(parts))


def rounded_numbers(value: Any, decimals: int) -> Any:
    """Round nested coordinates; whole degrees become integers."""
    if isinstance(value, float):
        number = round(value, decimals)
        return int(number) if number.is_integer() else number
    return [rounded_numbers(item, decimals) for item in value]


def to_geojson(features: Iterable[Feature], grid: float, base_zoom: int) -> str:
    """Return a feature collection, one feature per line, in drawing order.

    ``minzoom`` is left out where it says nothing more than `base_zoom`.
    """
    grids = {"place": min(grid, PLACE_GRID)}
    rows = []
    for f in features:
        geometry = geojson_geometry(f.geometry, grids.get(f.kind, grid))
        if geometry:
            zoom = {"minzoom": f.minzoom} if f.minzoom > base_zoom else {}
            properties = {"kind": f.kind, **zoom, **f.properties}
            key = (KINDS.index(f.kind), f.minzoom, f.geometry.bounds)
            feature = {"type": "Feature", "properties": properties, "geometry": geometry}
            rows.append((key, compact(feature)))
    lines = ",\n".join(line for _, line in sorted(rows))
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'


def compact(value: Any) -> str:
    """Return JSON without spaces and with readable letters."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def to_index(cells: Sequence[Cell]) -> str:
    """Return the list of cells with the box they cover, one cell per line."""
    boxes = [cell_bounds(cell) for cell in cells]
    wests, souths, easts, norths = zip(*boxes, strict=True)
    bbox = [round(v, 6) for v in (min(wests), min(souths), max(easts), max(norths))]
    names = ",\n".join(f'    "{cell_name(cell)}"' for cell in cells)
    return (
        f'{{\n  "detail_zoom": {DETAIL_ZOOM},\n  "bbox": {json.dumps(bbox)},\n'
        f'  "cells": [\n{names}\n  ]\n}}\n'
    )


def detailed_cells(sources: dict[str, gpd.GeoDataFrame]) -> list[Cell]:
    """Return the cells that hold built-up areas better than the far, coarse ones."""
    urban = sources["urban_areas"]
    near = urban[urban["tier"] != "wide"].to_crs(GEOGRAPHIC_CRS)
    tree = shapely.STRtree(near.geometry.values)
    west, south, east, north = near.total_bounds
    return [
        cell
        for cell in cells_within((west, south, east, north))
        if len(tree.query(shapely.box(*cell_bounds(cell)), predicate="intersects"))
    ]


def build_basemap(folder: Path, land_beyond: Path) -> dict[str, str]:
    """Return the base map's files by their names, as text.

    Parameters
    ----------
    folder
        Holds ``base_<name>.geojson`` for each of `SOURCES`.
    land_beyond
        The coarse land around the sources' frame.

    Raises
    ------
    BasemapSourceError
        If an input is missing.
    """
    sources = read_sources(folder)
    if not land_beyond.is_file():
        message = f"missing: {land_beyond}"
        raise BasemapSourceError(message)
    near_land = dissolve_land(list(sources["land_countries"].geometry))
    areas = [f for name in AREA_SOURCES for f in features_of(sources[name], areas=True)]
    areas = [keep_on_land(f, near_land) if f.kind == "nature" else f for f in areas]
    water = shapely.union_all([f.geometry for f in areas if f.kind == "water"])
    lines = [f for name in LINE_SOURCES for f in features_of(sources[name], areas=False)]
    lines = without_water(join_loose_ends(lines), water)

    cells = detailed_cells(sources)
    places = place_features(sources["places"])
    overview = to_geographic(build_overview(near_land, areas, lines))
    beyond = [Feature("land", 5, shape) for shape in gpd.read_file(land_beyond).geometry]
    overview = unite_land([*overview, *beyond])
    detail = to_geographic(build_detail(near_land, areas, lines))

    in_cells: dict[Cell, list[Feature]] = {cell: clip_features(detail, cell) for cell in cells}
    for place in places:
        cell = cell_at(place.geometry.x, place.geometry.y)
        if place.minzoom >= DETAIL_MINZOOM and cell in in_cells:
            in_cells[cell].append(place)
        else:
            overview.append(place)

    files = {
        f"detail/{cell_name(cell)}.geojson": to_geojson(found, DETAIL_GRID, DETAIL_MINZOOM)
        for cell, found in in_cells.items()
    }
    base_zoom = OVERVIEW_ZOOMS.start
    files["overview.geojson"] = to_geojson(overview, OVERVIEW_GRID, base_zoom)
    files["index.json"] = to_index(cells)
    return files


def keep_on_land(feature: Feature, land: BaseGeometry) -> Feature:
    """Cut away what of an area lies in the sea, which no color of its own may tint."""
    return Feature(feature.kind, feature.minzoom, feature.geometry.intersection(land))


def unite_land(features: Sequence[Feature]) -> list[Feature]:
    """Weld overlapping pieces of land, so that no seam shows between them."""
    land = shapely.union_all([f.geometry for f in features if f.kind == "land"])
    others = [f for f in features if f.kind != "land"]
    return [*(Feature("land", OVERVIEW_ZOOMS.start, part) for part in polygons_of(land)), *others]


def write_files(files: dict[str, str], folder: Path) -> None:
    """Write files below a folder and remove cells of an earlier run."""
    detail = folder / "detail"
    detail.mkdir(parents=True, exist_ok=True)
    for old in detail.glob("*_*_*.geojson"):
        if f"detail/{old.name}" not in files:
            old.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> str | None:
    """Make the base map; return what went wrong as one line, or None."""
    own_folder = Path(__file__).parent / "basemap"
    parser = argparse.ArgumentParser(prog="python -m geodata.basemap", description=__doc__)
    parser.add_argument("source", type=Path, help="folder of base_*.geojson")
    parser.add_argument("output", type=Path, nargs="?", default=own_folder)
    options = parser.parse_args(arguments)
    try:
        files = build_basemap(options.source, own_folder / LAND_BEYOND)
    except BasemapSourceError as error:
        return str(error)
    write_files(files, options.output)
    return None


if __name__ == "__main__":
    sys.exit(main())
