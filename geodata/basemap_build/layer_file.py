"""Reads a file of a folder of layers in batches: GeoJSON features line by line in gzip, or points as CSV."""

import csv
import gzip
import json
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geodata.basemap_build.frames import GEOGRAPHIC_CRS
from geodata.basemap_build.sources import BasemapSourceError
from geodata.errors import quoted

BATCH_LINES = 5_000
"""Number of features in memory at a time."""


def read_layer(path: Path) -> Iterator[tuple[int, gpd.GeoDataFrame]]:
    """Yield the features of a file in batches, each with the position in the file up to which it was read."""
    reader = _read_points if path.suffix == ".csv" else _read_features
    try:
        yield from reader(path)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        what = f"{path} is cut off or no gzip file: {error}"
        raise BasemapSourceError(f"{what}. Fetch or copy it again.") from error
    except UnicodeDecodeError as error:
        raise BasemapSourceError(f"{path} is not UTF-8: {error}. Fetch or copy it again.") from error


def _read_features(path: Path) -> Iterator[tuple[int, gpd.GeoDataFrame]]:
    with path.open("rb") as file, gzip.open(file, "rt", encoding="utf-8") as lines:
        first = 1
        while batch := list(islice(lines, BATCH_LINES)):
            shapes = shapely.from_geojson(batch, on_invalid="ignore")
            properties = []
            for number, (line, shape) in enumerate(zip(batch, shapes, strict=True), first):
                try:
                    properties.append(dict(json.loads(line)["properties"]))
                except (ValueError, TypeError, LookupError):
                    shape = None
                if shape is None or shape.is_empty:
                    what = f"line {number} of {path} is no GeoJSON feature with a shape: {quoted(line)}"
                    raise BasemapSourceError(f"{what}. Correct or remove the line.")
            first += len(batch)
            yield file.tell(), gpd.GeoDataFrame(properties, geometry=shapes, crs=GEOGRAPHIC_CRS)


def _read_points(path: Path) -> Iterator[tuple[int, gpd.GeoDataFrame]]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        while batch := list(islice(rows, BATCH_LINES)):
            points = pd.DataFrame(batch).replace("", None)
            try:
                places = gpd.points_from_xy(points.pop("lon").astype(float), points.pop("lat").astype(float))
            except (LookupError, ValueError, TypeError) as error:
                what = f"up to line {rows.line_num}, {path} has no numbers in its columns `lon` and `lat`"
                raise BasemapSourceError(f"{what} ({quoted(error)}). Correct the file.") from error
            for name in {"ele", "population"} & set(points):
                points[name] = pd.to_numeric(points[name], errors="coerce").round().astype("Int64")
            yield path.stat().st_size, gpd.GeoDataFrame(points, geometry=places, crs=GEOGRAPHIC_CRS)
