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
from geodata.large.cache import CACHE_VARIABLE
from tests.benchmarks.generate import features, write
from tests.benchmarks.servers import ATLAS, memory_mb

LAYER_ID = "sized"
TYPES = {"points": "Point", "lines": "LineString", "polygons": "Polygon"}
BUILD_TIMEOUT_SECONDS = 400
SAMPLE_SECONDS = 0.5

SAMPLE_COUNT = 50_000
"""So many features show where the densest place is."""
CELL_DEGREES = 0.01
TARGETS = 10
CLEAR_DEGREES = 0.00009
"""No other feature is as near to one that is clicked: 10 m, or 14 pixels at zoom 17."""
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
        """Arguments of the dashboard's own command."""
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
    return SizedLayer(kind, count, file, path, folder / "cache", find_targets(file, kind, count))


def find_targets(file: Path, kind: str, count: int) -> list[Target]:
    """Return features in the densest place of a file, as far as they have room around them."""
    sample = next(features(kind, SAMPLE_COUNT))
    middles = shapely.get_coordinates(shapely.centroid(shapely.from_wkb(sample["geometry"])))
    cells, sizes = np.unique(np.floor(middles / CELL_DEGREES), axis=0, return_counts=True)
    place = (cells[sizes.argmax()] + 0.5) * CELL_DEGREES
    bbox = None if count <= SAMPLE_COUNT else (*(place - CELL_DEGREES), *(place + CELL_DEGREES))
    near = pyogrio.read_dataframe(file, columns=["name"], bbox=bbox)
    shapes = shapely.transform(near.geometry.to_numpy(), lambda xy: xy * (COS_LATITUDE, 1))
    where = (
        shapely.line_interpolate_point(shapes, 0.5, normalized=True)
        if kind == "lines"
        else shapely.centroid(shapes)
    )
    offsets = shapely.get_coordinates(where) / (COS_LATITUDE, 1) - place
    tree = shapely.STRtree(shapes)
    targets: dict[str, Target] = {}
    for number in np.hypot(*offsets.T).argsort():
        if len(tree.query(where[number], "dwithin", CLEAR_DEGREES)) == 1:
            lon, lat = (offsets[number] + place).tolist()
            targets.setdefault(near["name"].iloc[number], Target(near["name"].iloc[number], lon, lat))
        if len(targets) == TARGETS:
            break
    return list(targets.values())


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
