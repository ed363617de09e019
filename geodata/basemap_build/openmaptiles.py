"""Reads vector tiles in the OpenMapTiles schema as a source of street tiles, and joins what they cut."""

import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geodata.basemap_build.frames import GEOGRAPHIC_CRS
from geodata.basemap_build.sources import BasemapSourceError
from geodata.basemap_build.street_layers import street_layers
from geodata.basemap_build.street_selection import Bbox
from geodata.basemap_build.street_source import Batch
from geodata.basemap_build.tag_rules import source_rules, to_layers
from geodata.large.pmtiles_reader import TileArchive
from geodata.reading.gdal import also_allowed, pyogrio

TILE_CRS = "EPSG:3857"

HALF_WORLD = math.pi * 6_378_137
"""Half the width of the world in `TILE_CRS`, in its units."""

BLOCK_ZOOMS = 4
"""A block of 16 × 16 tiles is read at a time; what tiles cut is joined within it."""

EDGE = 0.01
"""Distance from the edges of a block, in units of `TILE_CRS`, so that its neighbors are not read."""

SQLITE_HEADER_BYTES = 100

JOIN_GRID = 0.1
"""Grid on which the cut ends of lines and areas meet, in units of the tiles' CRS."""

NAME_DISTANCE = 3.0
"""Largest distance of a road and the line that carries its name, in units of the tiles' CRS."""

DRIVERS = ("PMTiles", "MBTiles", "MVT", "SQLite")
ROADS, ROAD_NAMES = "transportation", "transportation_name"
"""Layers of the schema."""


class OpenMapTiles:
    """An archive of vector tiles; raises `BasemapSourceError` if it is damaged or of another schema."""

    layers = street_layers()
    attribution = layers.attribution["openmaptiles"]

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            require_whole(path)
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
        yield to_degrees(self._bounds)

    def batches(self, bbox: Bbox | None) -> Iterator[Batch]:
        """Yield the features of the last zoom in a box, block by block; within a block nothing is cut."""
        blocks = list(blocks_in(self._bounds, bbox, self._zoom))
        rules = source_rules().openmaptiles
        for number, block in enumerate(blocks, 1):
            for table in dict.fromkeys(rule.table for rule in rules if rule.table in self._tables):
                features = self._read(table, block)
                if table == ROADS:
                    features = features[shapely.get_dimensions(features.geometry.to_numpy()) == 1]
                    if ROAD_NAMES in self._tables:
                        features = with_names(features, self._read(ROAD_NAMES, block))
                for layer, found in to_layers(features, [rule for rule in rules if rule.table == table]):
                    joined = join_parts(found, self.layers.layers[layer].columns)
                    yield Batch(layer, joined.to_crs(GEOGRAPHIC_CRS), number / len(blocks))

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


def _unreadable(path: Path, error: Exception) -> BasemapSourceError:
    cause = str(error).partition(";")[0]
    return BasemapSourceError(f"{path} can't be read as vector tiles: {cause}. Fetch or copy it again.")


def with_names(roads: gpd.GeoDataFrame, lines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return roads with the name and the number of the line of their class that runs along them."""
    lines = lines[lines.geom_type.isin(["LineString", "MultiLineString"])].reset_index(drop=True)
    if roads.empty or lines.empty:
        return roads
    middles = shapely.line_interpolate_point(_longest_parts(roads), 0.5, normalized=True)
    found_road, found_line = shapely.STRtree(lines.geometry.to_numpy()).query(
        middles, predicate="dwithin", distance=NAME_DISTANCE
    )
    pairs = pd.DataFrame({"road": found_road, "line": found_line})
    classes = roads["class"].to_numpy()[found_road] == lines["class"].to_numpy()[found_line]
    first = pairs[classes].drop_duplicates("road").set_index("road")["line"]
    roads = roads.reset_index(drop=True)
    for name in ("name", "ref"):
        if name in lines:
            roads[name] = first.map(lines[name]).reindex(roads.index)
    return roads


def _longest_parts(roads: gpd.GeoDataFrame) -> NDArray[np.object_]:
    parts = roads.geometry.reset_index(drop=True).explode()
    numbers = pd.Series(parts.length.to_numpy(), range(len(parts))).groupby(parts.index).idxmax()
    return np.asarray(parts.to_numpy()[numbers.to_numpy()])


def join_parts(features: gpd.GeoDataFrame, columns: list[str]) -> gpd.GeoDataFrame:
    """Return areas and lines with equal values joined where tiles cut them; points stay as they are."""
    names = ["kind", *(name for name in columns if name in features and name != "kind")]
    rows = []
    for values, group in features.groupby(names, dropna=False, sort=True):
        shapes = shapely.set_precision(group.geometry.to_numpy(), JOIN_GRID, mode="pointwise")
        dimension = shapely.get_dimensions(shapes)
        # Rounded point by point, an area may cross itself.
        valid = shapely.make_valid(shapes[dimension == 2])
        areas = shapely.get_parts(shapely.union_all(valid, grid_size=JOIN_GRID))
        lines = shapely.get_parts(
            shapely.line_merge(shapely.multilinestrings(shapely.get_parts(shapes[dimension == 1])))
        )
        parts = [*shapely.get_parts(shapes[dimension == 0]), *lines, *areas]
        rows += [(*values, part) for part in parts]
    joined = pd.DataFrame(rows, columns=[*names, "geometry"])
    return gpd.GeoDataFrame(joined, geometry="geometry", crs=features.crs)


def blocks_in(bounds: Bbox, bbox: Bbox | None, zoom: int) -> Iterator[Bbox]:
    """Yield the boxes of the blocks of tiles that touch bounds in `TILE_CRS` and a box in degrees."""
    if bbox is not None:
        transformer = Transformer.from_crs(GEOGRAPHIC_CRS, TILE_CRS, always_xy=True)
        west, south, east, north = transformer.transform_bounds(*bbox)
        bounds = (
            max(west, bounds[0]), max(south, bounds[1]), min(east, bounds[2]), min(north, bounds[3]),
        )  # fmt: skip
    side = 2 * HALF_WORLD / 2 ** max(0, zoom - BLOCK_ZOOMS)
    first_x, first_y, last_x, last_y = (math.floor((value + HALF_WORLD) / side) for value in bounds)
    for x in range(first_x, last_x + 1):
        for y in range(first_y, last_y + 1):
            west, south = x * side - HALF_WORLD, y * side - HALF_WORLD
            yield west + EDGE, south + EDGE, west + side - EDGE, south + side - EDGE


def to_degrees(bounds: Bbox) -> Bbox:
    """Return bounds in `TILE_CRS` as a box in degrees."""
    transformer = Transformer.from_crs(TILE_CRS, GEOGRAPHIC_CRS, always_xy=True)
    west, south, east, north = transformer.transform_bounds(*bounds)
    return west, south, east, north


def require_whole(path: Path) -> None:
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
