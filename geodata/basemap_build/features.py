"""What is drawn, as values: a kind, a first zoom and a shape."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.json_object import JsonObject

METRIC_CRS = "EPSG:3035"
GEOGRAPHIC_CRS = "EPSG:4326"

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


@dataclass(frozen=True)
class Feature:
    """One drawn thing: its kind, where it starts to be drawn, and its shape."""

    kind: str
    minzoom: int
    geometry: BaseGeometry
    """In whichever CRS the step at hand works in."""
    properties: JsonObject = field(default_factory=dict)
    """What else drawing needs: the name of a place, its country, population and rank."""


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


def to_geographic(features: Sequence[Feature]) -> list[Feature]:
    """Project features from EPSG:3035 to longitude and latitude."""
    series = gpd.GeoSeries([f.geometry for f in features], crs=METRIC_CRS).to_crs(GEOGRAPHIC_CRS)
    return [
        Feature(f.kind, f.minzoom, geometry, f.properties)
        for f, geometry in zip(features, series, strict=True)
    ]
