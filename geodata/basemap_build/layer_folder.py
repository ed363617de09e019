"""Reads a folder of layers (GeoJSON lines in gzip, points as CSV) as a source of street tiles, in batches."""

import csv
import gzip
import json
import zlib
from collections.abc import Iterator
from itertools import accumulate, islice
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from shapely import STRtree

from geodata.basemap_build.frames import GEOGRAPHIC_CRS
from geodata.basemap_build.sources import BasemapSourceError
from geodata.basemap_build.street_layers import FolderFile, far_layers, street_layers
from geodata.basemap_build.street_selection import Bbox
from geodata.basemap_build.street_shapes import label_points
from geodata.basemap_build.street_source import Batch
from geodata.errors import quoted

BATCH_LINES = 5_000
"""Number of features in memory at a time."""

IN_BLOCK = "part of a block"
"""Kind of buildings that lie in a block."""


class LayerFolder:
    """A folder with some of the files that `street_layers.toml` or `far_layers.toml` names.

    Raises `BasemapSourceError` if it has none of them, and from `batches` and `boxes` if one is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        known = (street_layers(), far_layers())
        found = [[file for file in layers.folder if (path / file.file).is_file()] for layers in known]
        self.files, self.layers = max(zip(found, known, strict=True), key=lambda pair: len(pair[0]))
        self.attribution = self.layers.attribution["folder"]
        if not self.files:
            names = ", ".join(dict.fromkeys(file.file for layers in known for file in layers.folder))
            raise BasemapSourceError(f"{path} has none of the files of a folder of layers: {names}")

    def boxes(self) -> Iterator[Bbox]:
        """Yield the boxes of the parts of the files, small files first."""
        paths = {self.path / file.file for file in self.files}
        for path in sorted(paths, key=lambda path: path.stat().st_size):
            for _, features in read_layer(path):
                west, south, east, north = map(float, features.total_bounds)
                yield west, south, east, north

    def batches(self, bbox: Bbox | None) -> Iterator[Batch]:
        """Yield the features of all files in batches."""
        ends = list(accumulate((self.path / file.file).stat().st_size for file in self.files))
        for file, begin in zip(self.files, [0, *ends], strict=False):
            blocks = self._blocks(file)
            for position, features in read_layer(self.path / file.file):
                yield Batch(file.layer, _prepare(features, file, blocks), (begin + position) / ends[-1])

    def _blocks(self, file: FolderFile) -> STRtree | None:
        if file.blocks is None or not (self.path / file.blocks).is_file():
            return None
        blocks = [block for _, batch in read_layer(self.path / file.blocks) for block in batch.geometry]
        return STRtree(blocks)


def _prepare(features: gpd.GeoDataFrame, file: FolderFile, blocks: STRtree | None) -> gpd.GeoDataFrame:
    """Return the features with the kinds of the tiles, as points if the file's table says so."""
    if file.kind is not None:
        features["kind"] = file.kind
    elif file.kinds:
        features["kind"] = features["kind"].replace(file.kinds)
    if file.without is not None:
        features.geometry = features.difference(shapely.from_wkt(file.without))
    if blocks is not None:
        inside, _ = blocks.query(features.representative_point(), predicate="within")
        features.iloc[inside, features.columns.get_loc("kind")] = IN_BLOCK
    return label_points(features) if file.as_points else features


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
