"""Writing the base map: rounded GeoJSON with one feature per line, the same bytes every time."""

import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from geodata.basemap_build.cells import Cell, cell_bounds, cell_name
from geodata.basemap_build.features import KINDS, Feature, lines_of, points_of, polygons_of
from geodata.basemap_build.zooms import DETAIL_ZOOM
from geodata.json_object import JsonObject

OVERVIEW_GRID = 0.001
"""In degrees: half a step is a third of a pixel of zoom 9; a tenth would cost a quarter more."""
PLACE_GRID = 0.0001
"""Labels stay on the screen at every zoom, so they keep the closer position."""
DETAIL_GRID = 0.00002
"""Two meters, a sixth of a pixel of zoom 13."""


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
            rows.append((key, json.dumps(feature, ensure_ascii=False, separators=(",", ":"))))
    lines = ",\n".join(line for _, line in sorted(rows))
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'


def geojson_geometry(geometry: BaseGeometry, grid: float) -> JsonObject:
    """Return a GeoJSON geometry of polygons, lines or a point; empty if too small for the grid."""
    rounded = round_geometry(geometry, grid)
    parts = polygons_of(rounded) or lines_of(rounded) or points_of(rounded)
    if not parts:
        return {}
    raw = mapping(parts[0] if len(parts) == 1 else collect(parts))
    decimals = math.ceil(-math.log10(grid))
    return {"type": raw["type"], "coordinates": rounded_numbers(raw["coordinates"], decimals)}


def round_geometry(geometry: BaseGeometry, grid: float) -> BaseGeometry:
    """Snap a geometry to a grid in degrees; polygons stay valid and wound as in RFC 7946."""
    if geometry.geom_type.endswith("LineString"):
        # Lines keep their crossings and parts; only polygons need noding.
        rounded = shapely.set_precision(geometry, grid, mode="pointwise")
        return shapely.remove_repeated_points(rounded)
    rounded = shapely.set_precision(shapely.make_valid(geometry), grid)
    return shapely.orient_polygons(rounded)


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


def write_files(files: dict[str, str], folder: Path) -> None:
    """Write files below a folder and remove cells of an earlier run."""
    detail = folder / "detail"
    detail.mkdir(parents=True, exist_ok=True)
    for old in detail.glob("*_*_*.geojson"):
        if f"detail/{old.name}" not in files:
            old.unlink()
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
