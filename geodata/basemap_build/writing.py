"""Writes the base map as rounded GeoJSON with one feature per line; the same sources give the same bytes."""

import json
import math

import geopandas as gpd
import pandas as pd
import shapely
from geopandas.tools import collect
from shapely import GeometryType
from shapely.geometry.base import BaseGeometry

from geodata.basemap_build.frames import KINDS, OVERVIEW_ZOOMS, parts_of
from geodata.basemap_build.sources import LABEL_FIELDS

OVERVIEW_GRID = 0.001
"""In degrees: half a step is a third of a pixel of zoom 9; a tenth would make files a quarter larger."""
PLACE_GRID = 0.0001
"""In degrees: labels are drawn at every zoom, so they keep a more exact position."""


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
