"""Reads vector tiles in the OpenMapTiles schema (PMTiles, MBTiles) as a source of street tiles."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geodata.basemap_build.frames import GEOGRAPHIC_CRS
from geodata.basemap_build.sources import BasemapSourceError
from geodata.basemap_build.street_layers import street_layers
from geodata.basemap_build.street_selection import Bbox
from geodata.basemap_build.street_source import Batch
from geodata.basemap_build.tag_rules import source_rules, to_layers
from geodata.basemap_build.tile_parts import join_parts, with_names
from geodata.large.pmtiles_reader import TileArchive
from geodata.reading.gdal import also_allowed, pyogrio

TILE_CRS = "EPSG:3857"
HALF_WORLD = math.pi * 6_378_137
"""Half the width of the world in `TILE_CRS`, in its units."""

BLOCK_ZOOMS = 4
"""A block of 16 × 16 tiles is read at a time; what tiles cut is joined within it."""

EDGE = 0.01
"""Distance from the edges of a block, in units of `TILE_CRS`, so that its neighbors are not read."""

DRIVERS = ("PMTiles", "MBTiles", "MVT", "SQLite")
SQLITE_HEADER_BYTES = 100
ROADS, ROAD_NAMES = "transportation", "transportation_name"
"""Layers of the schema."""


class OpenMapTiles:
    """An archive of vector tiles; raises `BasemapSourceError` if it is damaged or of another schema."""

    attribution = street_layers().attribution["openmaptiles"]

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            _require_whole(path)
            with also_allowed(*DRIVERS):
                self._tables = {str(name) for name, _ in pyogrio.list_layers(path)}
                if ROADS not in self._tables:
                    found = ", ".join(sorted(self._tables)) or "none"
                    what = f"it lacks the layer {ROADS} and has {found}"
                    raise BasemapSourceError(f"{path} is of another schema than OpenMapTiles: {what}.")
                info = pyogrio.read_info(path, layer=ROADS)
        except (OSError, RuntimeError, ValueError) as error:
            raise _unreadable(path, error) from error
        west, south, east, north = map(float, info["total_bounds"])
        self._bounds = (west, south, east, north)
        self._zoom = int(info["dataset_metadata"]["ZOOM_LEVEL"])

    def boxes(self) -> Iterator[Bbox]:
        """Yield the box that the archive says of itself."""
        west, south, east, north = shapely.transform(shapely.box(*self._bounds), _to_degrees).bounds
        yield west, south, east, north

    def batches(self, bbox: Bbox | None) -> Iterator[Batch]:
        """Yield the features of the last zoom in a box, block by block; within a block nothing is cut."""
        blocks = list(self._blocks(bbox))
        rules = source_rules().openmaptiles
        for number, block in enumerate(blocks, 1):
            for table in dict.fromkeys(rule.table for rule in rules if rule.table in self._tables):
                features = self._read(table, block)
                if table == ROADS:
                    features = features[shapely.get_dimensions(features.geometry.to_numpy()) == 1]
                    if ROAD_NAMES in self._tables:
                        features = with_names(features, self._read(ROAD_NAMES, block))
                for layer, found in to_layers(features, [rule for rule in rules if rule.table == table]):
                    joined = join_parts(found, street_layers().layers[layer].columns)
                    yield Batch(layer, joined.to_crs(GEOGRAPHIC_CRS), number / len(blocks))

    def _blocks(self, bbox: Bbox | None) -> Iterator[Bbox]:
        """Yield the boxes of blocks of tiles in a box, in `TILE_CRS`."""
        wanted = self._bounds
        if bbox is not None:
            box = shapely.intersection(
                shapely.transform(shapely.box(*bbox), _to_meters), shapely.box(*wanted)
            )
            west, south, east, north = box.bounds
            wanted = (west, south, east, north)
        side = 2 * HALF_WORLD / 2 ** max(0, self._zoom - BLOCK_ZOOMS)
        first_x, first_y, last_x, last_y = (math.floor((value + HALF_WORLD) / side) for value in wanted)
        for x in range(first_x, last_x + 1):
            for y in range(first_y, last_y + 1):
                west, south = x * side - HALF_WORLD, y * side - HALF_WORLD
                yield west + EDGE, south + EDGE, west + side - EDGE, south + side - EDGE

    def _read(self, table: str, block: Bbox) -> gpd.GeoDataFrame:
        """Return the features of a layer in a block, cut at the edges of tiles."""
        try:
            with also_allowed(*DRIVERS):
                features = pyogrio.read_dataframe(
                    self.path, layer=table, bbox=block, ZOOM_LEVEL=str(self._zoom)
                )
        except (RuntimeError, ValueError) as error:
            raise _unreadable(self.path, error) from error
        features = features.set_geometry(features.make_valid()).drop(columns="mvt_id", errors="ignore")
        if "brunnel" in features:
            features["brunnel"] = features["brunnel"].where(
                features["brunnel"].isin(["bridge", "tunnel"]), None
            )
        if "ramp" in features:
            features["ramp"] = features["ramp"].where(features["ramp"] == 1).astype("Int64")
        return features


def _to_degrees(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(Transformer.from_crs(TILE_CRS, GEOGRAPHIC_CRS, always_xy=True).transform(*xy.T))


def _to_meters(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack(Transformer.from_crs(GEOGRAPHIC_CRS, TILE_CRS, always_xy=True).transform(*xy.T))


def _require_whole(path: Path) -> None:
    """Raise `OSError` where an archive ends too early, which GDAL reports late or not at all."""
    if path.suffix.lower() == ".pmtiles":
        with closing(TileArchive(path)) as archive:
            archive.require_whole()
        return
    with path.open("rb") as file:
        header = file.read(SQLITE_HEADER_BYTES)
    page_bytes = int.from_bytes(header[16:18], "big")
    pages = int.from_bytes(header[28:32], "big")
    if not header.startswith(b"SQLite format 3\0") or page_bytes * pages > path.stat().st_size:
        raise OSError("it is no database, or is cut off")


def _unreadable(path: Path, error: Exception) -> BasemapSourceError:
    cause = str(error).partition(";")[0]
    return BasemapSourceError(f"{path} can't be read as vector tiles: {cause}. Fetch or copy it again.")
