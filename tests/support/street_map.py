"""A small catalog whose base map has street tiles of a made-up town, to be drawn and broken."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from geodata.large.tippecanoe import find_tippecanoe
from tests.support.browser_page import BrowserPage
from tests.support.small_catalog import BASEMAP, SmallCatalog

CENTER = (6.5, 52.3)
"""Middle of the town, longitude and latitude."""

VIEW = f"{CENTER[1]}/{CENTER[0]}"

STEP = 0.004
"""Distance of neighboring streets, in degrees."""


def write_street_catalog(folder: Path) -> Path:
    """Write the catalog with its base map, and return its path."""
    small = SmallCatalog(folder)
    online = 'online_basemaps = [{ title = "OpenStreetMap", provider = "OpenStreetMap.Mapnik" }]'
    small.toml = small.toml.replace("[overview]", f"{online}\n{BASEMAP}\n[overview]", 1)
    basemap = folder / "basemap"
    basemap.mkdir()
    land = {"kind": "land", "minzoom": 0}
    (basemap / "overview.geojson").write_text(
        json.dumps(_collection([_feature(land, _square(6, 52, 7, 53))]))
    )
    write_street_tiles(basemap / "streets.pmtiles")
    return small.write()


def write_street_tiles(path: Path) -> None:
    """Cut the town into tiles, with the layers that the catalog's street tiles have."""
    layers = {"roads": _roads(), "landuse": _landuse(), "places": _places(), "railways": _railways()}
    options = []
    for name, features in layers.items():
        file = path.with_name(f"{name}.geojson")
        file.write_text(json.dumps(_collection(features)))
        options.append(f"--named-layer={name}:{file}")
    zooms = ["--minimum-zoom=9", "--maximum-zoom=13"]
    command = [str(find_tippecanoe()), "--quiet", "--force", f"--output={path}", *zooms, *options]
    subprocess.run(command, check=True)
    for name in layers:
        path.with_name(f"{name}.geojson").unlink()


def _roads() -> list[dict[str, Any]]:
    """A grid of streets with names, and a motorway with a number around the corner."""
    west, south = CENTER[0] - 5 * STEP, CENTER[1] - 5 * STEP
    ways = [[[west, south + n * STEP], [west + 10 * STEP, south + n * STEP]] for n in range(11)]
    ways += [[[west + n * STEP, south], [west + n * STEP, south + 10 * STEP]] for n in range(11)]
    streets = [
        _feature({"kind": "tertiary" if n % 2 else "residential", "name": f"Weverstraat {n}"}, _line(way))
        for n, way in enumerate(ways)
    ]
    motorway = [[west, south - STEP], [west + 11 * STEP, south - STEP], [west + 11 * STEP, south + 10 * STEP]]
    return [*streets, _feature({"kind": "motorway", "ref": "A35"}, _line(motorway))]


def _landuse() -> list[dict[str, Any]]:
    west, south = CENTER[0] - 5 * STEP, CENTER[1] - 5 * STEP
    return [_feature({"kind": "residential"}, _square(west, south, west + 10 * STEP, south + 10 * STEP))]


def _places() -> list[dict[str, Any]]:
    point = {"type": "Point", "coordinates": [CENTER[0] + STEP / 2, CENTER[1] + STEP / 2]}
    return [_feature({"kind": "suburb", "name": "Weverswijk"}, point)]


def _railways() -> list[dict[str, Any]]:
    west, south = CENTER[0] - 5 * STEP, CENTER[1] - 4.5 * STEP
    return [_feature({"kind": "rail"}, _line([[west, south], [west + 10 * STEP, south]]))]


def _collection(features: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": features}


def _feature(properties: dict[str, Any], geometry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def _line(coordinates: list[list[float]]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": coordinates}


def _square(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


STREETS_DRAWN = 'performance.getEntriesByName("atlas-streets-drawn").length > 0'


def open_streets(visited: BrowserPage, path: str) -> BrowserPage:
    """Open an address, and wait until its streets are drawn and named."""
    visited.open(path)
    visited.wait_until(STREETS_DRAWN, document=visited.map_frame)
    visited.draw_frames()
    return visited


def label_boxes(visited: BrowserPage) -> list[list[Any]]:
    """Return the boxes of all names: left, top, right, bottom, text; a street has one for each letter."""
    boxes: list[list[Any]] = visited.map.locator(".atlas-label").evaluate_all(
        """labels => labels.flatMap(label => {
            if (!(label instanceof SVGTextElement)) {
                const box = label.getBoundingClientRect();
                return [[box.x, box.y, box.right, box.bottom, label.textContent]];
            }
            const matrix = label.getScreenCTM();
            const text = `${label.textContent} (${Math.random()})`;
            return Array.from({ length: label.getNumberOfChars() }, (_, at) => {
                const middle = label.getStartPositionOfChar(at).matrixTransform(matrix);
                return [middle.x - 2, middle.y - 2, middle.x + 2, middle.y + 2, text];
            });
        })"""
    )
    return boxes
