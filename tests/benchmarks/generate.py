"""Seeded layers of any size: points, lines and polygons as maps have them, in clusters over the region.

`python -m tests.benchmarks.generate points 1000000 /tmp/points.fgb`
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely

REGION = (6.05, 51.86, 8.2, 52.66)
"""West, south, east, north, in degrees (WGS 84): the EUREGIO."""

CLUSTERS = 40
"""Places where people live; one in ten features lies between them."""

BATCH_SIZE = 50_000
SEED = 20_261_123

DRIVERS = {".fgb": "FlatGeobuf", ".gpkg": "GPKG", ".geojson": "GeoJSON", ".shp": "ESRI Shapefile"}

STREETS = ("Dorps", "Molen", "Kerk", "School", "Hengelose", "Almelose", "Markt", "Spoor", "Beuken", "Linden")
ENDS = ("straat", "weg", "laan", "plein", "pad", "dijk")
TOWNS = ("Enschede", "Hengelo", "Almelo", "Münster", "Gronau", "Oldenzaal", "Borne", "Rheine", "Nordhorn")
CATEGORIES = ("home", "shop", "office", "farm", "school")


def features(kind: str, count: int, seed: int = SEED) -> Iterator[pa.RecordBatch]:
    """Yield features as Arrow batches: geometry (WKB, lon/lat), name, town, use, floors, area, built."""
    rng = np.random.default_rng(seed)
    west, south, east, north = REGION
    centers = rng.uniform((west + 0.1, south + 0.1), (east - 0.1, north - 0.1), (CLUSTERS, 2))
    spreads = rng.uniform(0.008, 0.035, CLUSTERS)
    weights = rng.dirichlet(np.full(CLUSTERS, 1.5))
    for start in range(0, count, BATCH_SIZE):
        size = min(BATCH_SIZE, count - start)
        cluster = rng.choice(CLUSTERS, size, p=weights)
        near = centers[cluster] + rng.normal(size=(size, 2)) * spreads[cluster][:, None] * (1, 0.6)
        far = rng.uniform((west, south), (east, north), (size, 2))
        places = np.where(rng.random(size)[:, None] < 0.1, far, near)
        places = np.clip(places, (west, south), (east, north))
        yield pa.record_batch(
            {
                "name": _names(rng, size),
                "town": np.array(TOWNS)[cluster % len(TOWNS)],
                "use": rng.choice(CATEGORIES, size, p=(0.7, 0.1, 0.1, 0.06, 0.04)),
                "floors": rng.integers(1, 9, size),
                "area_m2": rng.lognormal(4.6, 0.6, size).round(1),
                "built": rng.integers(1750, 2026, size),
                "geometry": pa.array(shapely.to_wkb(_SHAPES[kind](rng, places)), pa.binary()),
            }
        )


def write(kind: str, count: int, path: Path, seed: int = SEED) -> None:
    """Write features to a file in the format of its ending, without ever holding them all."""
    batches = features(kind, count, seed)
    first = next(batches)

    def all_batches() -> Iterator[pa.RecordBatch]:
        yield first
        yield from batches

    pyogrio.write_arrow(
        pa.RecordBatchReader.from_batches(first.schema, all_batches()),
        path,
        driver=DRIVERS[path.suffix],
        geometry_name="geometry",
        geometry_type={"points": "Point", "lines": "LineString", "polygons": "Polygon"}[kind],
        crs="EPSG:4326",
    )


def _names(rng: np.random.Generator, size: int) -> list[str]:
    firsts, ends = rng.integers(len(STREETS), size=size), rng.integers(len(ENDS), size=size)
    numbers = rng.integers(1, 400, size)
    return [
        f"{STREETS[first]}{ENDS[end]} {number}"
        for first, end, number in zip(firsts.tolist(), ends.tolist(), numbers.tolist(), strict=True)
    ]


def _points(rng: np.random.Generator, places: Any) -> Any:
    return shapely.points(places)


def _lines(rng: np.random.Generator, places: Any) -> Any:
    """Streets: 2 to 30 vertices, some 20 m apart, that turn a little at each."""
    counts = np.clip(rng.geometric(0.15, len(places)) + 1, 2, 30)
    owners = np.repeat(np.arange(len(places)), counts)
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    turns = np.cumsum(rng.normal(0, 0.3, len(owners)))
    angles = turns - turns[first][owners] + rng.uniform(0, 2 * np.pi, len(places))[owners]
    steps = np.column_stack([np.cos(angles) * 0.0003, np.sin(angles) * 0.00018])
    steps[first] = 0
    walked = np.cumsum(steps, axis=0)
    return shapely.linestrings(places[owners] + walked - walked[first][owners], indices=owners)


def _polygons(rng: np.random.Generator, places: Any) -> Any:
    """Buildings: 5 to 13 vertices, 6 to 30 m across."""
    corners = rng.choice((4, 6, 8, 12), len(places), p=(0.5, 0.25, 0.15, 0.1))
    owners = np.repeat(np.arange(len(places)), corners + 1)
    first = np.concatenate([[0], np.cumsum(corners + 1)[:-1]])
    step = np.arange(len(owners)) - first[owners]
    step = np.where(step == corners[owners], 0, step)  # a ring ends where it began
    angles = 2 * np.pi * step / corners[owners] + rng.uniform(0, 1, len(places))[owners]
    radius = rng.uniform(3, 15, len(places))[owners] * (1 - 0.25 * (step % 2))
    offsets = np.column_stack([np.cos(angles) / 68_000, np.sin(angles) / 111_000]) * radius[:, None]
    return shapely.polygons(shapely.linearrings(places[owners] + offsets, indices=owners))


_SHAPES = {"points": _points, "lines": _lines, "polygons": _polygons}


def main() -> None:
    """Write a file as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=sorted(_SHAPES))
    parser.add_argument("count", type=int)
    parser.add_argument("path", type=Path)
    options = parser.parse_args()
    write(options.kind, options.count, options.path)


if __name__ == "__main__":
    main()
