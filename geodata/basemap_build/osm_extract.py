"""Reads an OpenStreetMap extract (.osm.pbf) as a source of street tiles, if it is whole."""

import sys
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import shapely

from geodata.basemap_build.frames import GEOGRAPHIC_CRS
from geodata.basemap_build.sources import BasemapSourceError
from geodata.basemap_build.street_layers import street_layers
from geodata.basemap_build.street_selection import Bbox
from geodata.basemap_build.street_source import Batch
from geodata.basemap_build.tag_rules import source_rules, to_layers
from geodata.reading.gdal import also_allowed, pyogrio

DATASIZE = 3 << 3
"""Tag of the size of a block in its header: field 3, a number."""

MAX_HEADER_BYTES = 64 * 1024
"""Largest header of a block, by the format's definition."""

COLUMNS = Path(__file__).with_name("osm_extract.ini")
"""Tags that become columns."""

TABLES = ("points", "lines", "multipolygons")
BATCH_ROWS = 5_000
"""Number of features in memory at a time."""

POINTS_MARGIN = 0.5
"""How far, in degrees, streets may reach beyond the points of an extract."""

NO = ("no", "false", "0")


class OsmExtract:
    """An OpenStreetMap extract; raises `BasemapSourceError` where it is none, or is damaged."""

    layers = street_layers()
    attribution = layers.attribution["osm_extract"]

    def __init__(self, path: Path) -> None:
        self.path = path
        require_whole(path)
        try:
            with also_allowed("OSM"):
                self._bounds = pyogrio.read_info(path, layer="points")["total_bounds"]
        except (RuntimeError, ValueError) as error:
            raise _unreadable(path, error) from error

    def boxes(self) -> Iterator[Bbox]:
        """Yield the box that the extract says of itself, or else that of its points, a little larger."""
        if self._bounds is not None:
            west, south, east, north = map(float, self._bounds)
        else:
            with also_allowed("OSM"):
                _, sides = pyogrio.read_bounds(self.path, layer="points")
            if sides.size == 0:
                west, south, east, north = -180.0, -90.0, 180.0, 90.0
            else:
                west, south = map(float, sides[:2].min(axis=1) - POINTS_MARGIN)
                east, north = map(float, sides[2:].max(axis=1) + POINTS_MARGIN)
        yield west, south, east, north

    def batches(self, bbox: Bbox | None) -> Iterator[Batch]:
        """Yield the features of a box; the extract is read three times: for points, lines and areas."""
        for number, table in enumerate(TABLES):
            rules = [rule for rule in source_rules().osm_extract if rule.table == table]
            for features in self._read(table, bbox):
                for layer, found in to_layers(with_attributes(features), rules):
                    yield Batch(layer, found, number / len(TABLES))

    def _read(self, table: str, bbox: Bbox | None) -> Iterator[gpd.GeoDataFrame]:
        query = f"SELECT * FROM {table}"  # noqa: S608 (a name of TABLES); only then the driver skips the other tables
        try:
            with (
                also_allowed("OSM"),
                pyogrio.open_arrow(
                    self.path,
                    sql=query,
                    bbox=bbox,
                    batch_size=BATCH_ROWS,
                    use_pyarrow=True,
                    CONFIG_FILE=str(COLUMNS),
                ) as (_, rows),
            ):
                for batch in rows:
                    yield _to_frame(batch)
        except (RuntimeError, pa.ArrowException) as error:
            raise _unreadable(self.path, error) from error


def _to_frame(batch: pa.RecordBatch) -> gpd.GeoDataFrame:
    names = batch.schema.names
    shapes = shapely.make_valid(shapely.from_wkb(batch.column(names[-1]).to_numpy(zero_copy_only=False)))
    properties = batch.drop_columns([names[-1]]).to_pandas()
    return gpd.GeoDataFrame(properties, geometry=shapes, crs=GEOGRAPHIC_CRS)


def with_attributes(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Add the attributes of the tiles that follow from tags."""
    new = {}
    if "highway" in features and "bridge" in features:
        brunnel = pd.Series(None, features.index, dtype=object)
        for name in ("bridge", "tunnel"):
            brunnel[features[name].notna() & ~features[name].isin(NO)] = name
        is_ramp = features["highway"].str.endswith("_link", na=False)
        new = {"brunnel": brunnel, "ramp": is_ramp.map({True: 1, False: pd.NA}).astype("Int64")}
    for name in ("population", "ele"):
        if name in features:
            digits = features[name].astype("string").str.replace(r"[\s.,'](?=\d{3}\b)", "", regex=True)
            new[name] = pd.to_numeric(digits.str.extract(r"^(-?\d+(?:\.\d+)?)")[0]).round().astype("Int64")
    return features.assign(**new)


def _unreadable(path: Path, error: Exception) -> BasemapSourceError:
    cure = "Fetch or copy it again; extracts must be sorted, as those of Geofabrik are"
    cause = str(error).partition(";")[0]
    return BasemapSourceError(f"{path} can't be read as an OpenStreetMap extract: {cause}. {cure}.")


def require_whole(path: Path) -> None:
    """Raise `BasemapSourceError` where an extract ends within a block, which GDAL does not report."""
    end = path.stat().st_size
    with path.open("rb") as file:
        while head := file.read(4):
            block_end = (
                _block_size(file.read(min(int.from_bytes(head, "big"), MAX_HEADER_BYTES))) + file.tell()
            )
            if block_end > end:
                raise BasemapSourceError(
                    f"{path} is cut off, or no OpenStreetMap extract. Fetch or copy it again."
                )
            file.seek(block_end)


def _block_size(header: bytes) -> int:
    """Return the field `datasize` of a block's header, or more than any file has if there is none."""
    at = 0
    while at < len(header):
        tag, at = header[at], at + 1
        value, shift = 0, 0
        while at < len(header):
            byte, at = header[at], at + 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        if tag == DATASIZE:
            return value
        at += value
    return sys.maxsize
