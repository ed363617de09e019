"""Layers of any size beside the atlas's own: their files and catalogs, their builds, and what to click on."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyogrio
import shapely

from geodata import DEFAULT_CATALOG
from geodata.cache import CACHE_VARIABLE
from tests.benchmarks.generate import write
from tests.benchmarks.servers import ATLAS, memory_mb

LAYER_ID = "sized"
TYPES = {"points": "Point", "lines": "LineString", "polygons": "Polygon"}
BUILD_TIMEOUT_SECONDS = 400
SAMPLE_SECONDS = 0.1

CELL_DEGREES = 0.01
CANDIDATES = 400
TARGETS = 12
CLEAR_DEGREES = 0.00012
"""No other feature is as near to one that is clicked: 13 m, or 18 pixels at zoom 17."""
COS_LATITUDE = 0.615

LAYER = """
[layers.{layer_id}]
title = "Generated {kind}"
kind = "Generated feature"
description = "Features drawn by lot."
file = "{file}"
geometry_types = ["{type}"]
key_fields = ["town", "built"]
visible = true
license = {{ name = "CC0", url = "https://creativecommons.org/publicdomain/zero/1.0/" }}
attribution = "Generated"
vintage = "2026"
retrieved = 2026-01-01
method = "Drawn by lot."
sources = [{{ name = "The benchmark" }}]
style = {{ color = "#d81b60", radius = 4, weight = 1.5, fill_opacity = 0.6 }}

[layers.{layer_id}.fields]
town = {{ label = "Town", type = "string" }}
use = {{ label = "Use", type = "string" }}
built = {{ label = "Built in", type = "year" }}
floors = {{ label = "Floors", type = "integer" }}
area_m2 = {{ label = "Area", type = "number", unit = "m²" }}
"""


@dataclass(frozen=True)
class Target:
    """A feature that can be clicked, as no other is near."""

    name: str
    lon: float
    lat: float

    def view(self, zoom: int) -> str:
        """Return the view with this feature in the middle, as addresses have it."""
        return f"{zoom}/{self.lat:.5f}/{self.lon:.5f}"


@dataclass(frozen=True)
class SizedLayer:
    """A generated file, and a catalog that has it beside the atlas's own layers."""

    kind: str
    count: int
    file: Path
    catalog: Path
    cache: Path
    targets: list[Target]
    """In places with many features, where there are any."""

    @property
    def environment(self) -> dict[str, str]:
        """What the dashboard's own command is told."""
        return {CACHE_VARIABLE: str(self.cache)}


@dataclass(frozen=True)
class Built:
    """What a first build took."""

    seconds: float
    peak_mb: float
    """Of the process and all that it started, at the same time."""


def write_sized(folder: Path, kind: str, count: int) -> SizedLayer:
    """Write file and catalog into a folder of their own."""
    catalog = folder / "catalog"
    catalog.mkdir(parents=True)
    for part in DEFAULT_CATALOG.parent.iterdir():
        if part.suffix in {".toml", ""} and part != DEFAULT_CATALOG and part.name != "__pycache__":
            (catalog / part.name).symlink_to(part)
    file = folder / f"{kind}.fgb"
    write(kind, count, file)
    entry = LAYER.format(layer_id=LAYER_ID, kind=kind, file=file, type=TYPES[kind])
    path = catalog / "catalog.toml"
    path.write_text(DEFAULT_CATALOG.read_text(encoding="utf-8") + entry, encoding="utf-8")
    return SizedLayer(kind, count, file, path, folder / "cache", find_targets(file))


def find_targets(file: Path) -> list[Target]:
    """Return features in the densest places of a file that have room around them."""
    features = pyogrio.read_dataframe(file, columns=["name"])
    shapes = shapely.transform(features.geometry.to_numpy(), lambda xy: xy * (COS_LATITUDE, 1))
    is_line = features.geom_type.iloc[0] == "LineString"
    middles = (
        shapely.line_interpolate_point(shapes, 0.5, normalized=True) if is_line else shapely.centroid(shapes)
    )
    cells = np.floor(shapely.get_coordinates(middles) / CELL_DEGREES)
    _, cell, sizes = np.unique(cells, axis=0, return_inverse=True, return_counts=True)
    densest = np.argsort(-sizes[cell.ravel()], kind="stable")[:CANDIDATES]
    tree = shapely.STRtree(shapes)
    targets: dict[str, Target] = {}
    for number in densest:
        if len(tree.query(middles[number], "dwithin", CLEAR_DEGREES)) == 1:
            x, y = shapely.get_coordinates(middles[number])[0]
            name = features["name"].iloc[number]
            targets.setdefault(name, Target(name, x / COS_LATITUDE, y))
    return list(targets.values())[:TARGETS]


def measure_build(layer: SizedLayer) -> Built:
    """Build with the atlas's own command, as a process of its own."""
    began, peak = time.monotonic(), 0.0
    process = subprocess.Popen(
        [ATLAS, "build", "--catalog", str(layer.catalog)],
        env={**os.environ, **layer.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        if time.monotonic() - began > BUILD_TIMEOUT_SECONDS:
            os.kill(process.pid, signal.SIGTERM)
        peak = max(peak, memory_mb(process.pid))
        time.sleep(SAMPLE_SECONDS)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{layer.count:,} {layer.kind}: the build ended with {process.returncode}")
    return Built(time.monotonic() - began, max(peak, usage.ru_maxrss * 1024 / 1e6))
