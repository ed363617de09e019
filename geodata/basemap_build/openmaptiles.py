"""Reads vector tiles in the OpenMapTiles schema (PMTiles, MBTiles) as a source of street tiles."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import shapely

from geodata.basemap_build.frames import GEOGRAPHIC_CRS
from geodata.basemap_build.sources import BasemapSourceError
from geodata.basemap_build.street_layers import street_layers
from geodata.basemap_build.street_selection import Bbox
from geodata.basemap_build.street_source import Batch
from geodata.basemap_build.tag_rules import source_rules, to_layers
from geodata.basemap_build.tile_blocks import blocks_in, require_whole, to_degrees
from geodata.basemap_build.tile_parts import join_parts, with_names
from geodata.reading.gdal import also_allowed, pyogrio

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
