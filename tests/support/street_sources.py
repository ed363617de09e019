"""A folder of layers of an invented quarter of 0.02°, from which street tiles are made."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

BBOX = (6.88, 52.21, 6.90, 52.23)
"""Box of the quarter: west, south, east, north."""

Features = list[tuple[BaseGeometry, dict[str, Any]]]


def across(lat: float, west: float = 6.881, east: float = 6.899) -> shapely.LineString:
    """A line from west to east."""
    return shapely.LineString([(west, lat), (east, lat)])


def square(lon: float, lat: float, side: float = 0.002) -> shapely.Polygon:
    """An area of some 30,000 m², unless its side in degrees is given."""
    return shapely.box(lon, lat, lon + side, lat + side)


LINES_AND_AREAS: dict[str, Features] = {
    "roads_main": [
        (across(52.212), {"kind": "motorway", "ref": "A35", "m": 1200}),
        (across(52.213), {"kind": "motorway", "ramp": 1, "m": 1200}),
        (across(52.214), {"kind": "secondary", "name": "Größestraße", "brunnel": "bridge", "m": 1200}),
    ],
    "roads_minor": [
        (across(52.215), {"kind": "residential", "name": "Dorpsstraat"}),
        (across(52.216), {"kind": "road"}),
        (across(52.216, 6.95, 6.99), {"kind": "residential", "name": "Far away"}),
    ],
    "cycleways": [
        (across(52.217), {"kind": "cycleway", "name": "F35"}),
        (across(52.218), {"kind": "cycleway"}),
    ],
    "railways": [
        (across(52.219), {"kind": "rail", "brunnel": "bridge"}),
        (across(52.2191), {"kind": "rail", "service": "siding"}),
        (across(52.2192), {"kind": "razed"}),
    ],
    "platforms": [(across(52.2193, 6.889, 6.891), {"kind": "rail_platform"})],
    "building_blocks": [(square(6.882, 52.222), {"city": "Quarter"})],
    "buildings": [
        (square(6.8825, 52.2225, 0.001), {"h": 7.5}),
        (square(6.888, 52.222, 0.001), {}),
        (square(6.889, 52.224, 0.0001), {}),
    ],
    "landuse": [(shapely.box(6.87, 52.2, 6.91, 52.24), {"kind": "residential", "m2": 12000000})],
    "green": [(square(6.890, 52.222), {"kind": "park", "m2": 30000})],
    "woods": [(square(6.893, 52.222), {"m2": 30000})],
    "water": [(square(6.896, 52.222), {"kind": "water", "m2": 30000})],
    "waterways": [
        (across(52.225), {"kind": "canal", "name": "Kanaal"}),
        (across(52.226), {"kind": "stream", "name": "Beek"}),
        (across(52.227), {"kind": "stream", "name": "Duiker", "brunnel": "tunnel"}),
    ],
    "nature_reserves": [
        (
            shapely.MultiPolygon([square(6.882, 52.227), square(6.888, 52.227, 0.0015)]),
            {"kind": "nature_reserve", "name": "Veen", "ha": 4},
        )
    ],
    "aeroways": [(across(52.2295), {"kind": "runway", "ref": "05/23"})],
}

POINTS = {
    "places": "kind,name,lon,lat\ntown,Größe,6.890,52.220\nquarter,Buurt,6.886,52.216\n",
    "pois": "kind,name,lon,lat\nmuseum,Muséum,6.891,52.221\n",
    "peaks": "name,ele,lon,lat\nBerg,85.0,6.892,52.228\n",
    "labels": "kind,name,lon,lat\nlake,Het Meer,6.897,52.223\nwater_park,Bad,6.897,52.224\n",
}


def write_layers(folder: Path) -> Path:
    """Write the folder of layers."""
    folder.mkdir(exist_ok=True)
    for name, features in LINES_AND_AREAS.items():
        with gzip.open(folder / f"{name}.geojsonl.gz", "wt", encoding="utf-8") as file:
            for shape, properties in features:
                feature = {"type": "Feature", "properties": properties, "geometry": mapping(shape)}
                file.write(json.dumps(feature, ensure_ascii=False) + "\n")
    for name, text in POINTS.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder
