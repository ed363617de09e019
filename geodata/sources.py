"""Any vector file that a catalog may name, as a stream of batches in WGS 84.

Only local files, and only the drivers that their endings stand for: what GDAL would make of the content
otherwise (a virtual file, an address on another host) is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from geodata import geoparquet
from geodata.errors import SourceError
from geodata.formats import check_beginning, file_format
from geodata.schema import Layer

BATCH_SIZE = 16_384
"""Features that are in memory at a time: the most of a build's memory follows from it."""

WGS84 = pyproj.CRS("OGC:CRS84")


@dataclass(frozen=True)
class Source:
    """A vector file, looked at and not yet read."""

    path: Path
    driver: str
    table: str | None
    """The table of it, where it has several."""
    crs: pyproj.CRS
    count: int
    """How many features it says that it has; -1 where it does not."""


@dataclass(frozen=True)
class Batch:
    """Some features in a row."""

    first: int
    """Number of the first one in the file, counted from 1."""
    geometries: Any
    """Array of shapely geometries in WGS 84 (lon/lat), 2D; `None` where there is none."""
    table: pa.Table
    """Their properties, a column each."""


def open_source(layer: Layer, folder: Path) -> Source:
    """Look at a layer's file: its driver, table, CRS and count.

    Raises
    ------
    SourceError
        If there is no such file, or it is none that can be read; says what to do.
    """
    path = folder / layer.path
    form = file_format(path)
    check_beginning(path, form)
    if form.driver == "Parquet":
        info = geoparquet.read_info(path)
        return Source(path, form.driver, None, _read_crs(layer, path, info.crs), info.count)
    with _naming(path, form.driver):
        tables = [str(name) for name, kind in pyogrio.list_layers(form.gdal_path(path)) if kind is not None]
        if not tables:
            raise SourceError(path, "holds no features with a geometry", "Give another file.")
        table = layer.table or tables[0]
        if table not in tables or (len(tables) > 1 and layer.table is None):
            names = ", ".join(f"`{name}`" for name in tables)
            raise SourceError(path, f"has the tables {names}", "Name one of them with `table`.")
        info = pyogrio.read_info(form.gdal_path(path), layer=table)
    if info["driver"] != form.driver:
        what = f"is {info['driver']} inside, where its ending stands for {form.driver}"
        raise SourceError(path, what, "Give it its own ending, or convert it.")
    crs = _read_crs(layer, path, info["crs"])
    return Source(path, form.driver, table, crs, int(info["features"]))


def read_batches(source: Source) -> Iterator[Batch]:
    """Read a file from its first feature to its last, in WGS 84.

    Raises
    ------
    SourceError
        If it can't be read to its end.
    """
    to_wgs84 = None
    if not source.crs.equals(WGS84, ignore_axis_order=True):
        to_wgs84 = pyproj.Transformer.from_crs(source.crs, WGS84, always_xy=True)
    first = 1
    if source.driver == "GeoJSONSeq":
        _require_whole_lines(source.path)
    with _naming(source.path, source.driver):
        for wkb, table in _read_raw(source):
            geometries = shapely.force_2d(shapely.from_wkb(_to_bytes(wkb), on_invalid="ignore"))
            if to_wgs84 is not None:
                geometries = _reproject(geometries, to_wgs84)
            yield Batch(first, geometries, table)
            first += len(table)


def _require_whole_lines(path: Path) -> None:
    """Raise `SourceError` where a line is no JSON: GDAL skips it, or fills it up with another."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            text = line.strip(b" \t\r\n\x1e")
            try:
                if text:
                    json.loads(text)
            except ValueError:
                what = f"has no whole feature in line {number}"
                raise SourceError(path, what, "Write one feature per line, or as GeoJSON.") from None


def _read_raw(source: Source) -> Iterator[tuple[pa.Array, pa.Table]]:
    """Yield geometries (WKB) and properties as the file has them."""
    if source.driver == "Parquet":
        yield from geoparquet.read_batches(source.path, BATCH_SIZE)
        return
    path = file_format(source.path).gdal_path(source.path)
    with pyogrio.open_arrow(path, layer=source.table, batch_size=BATCH_SIZE, use_pyarrow=True) as (
        meta,
        reader,
    ):
        geometry_name = meta["geometry_name"] or "wkb_geometry"
        for batch in reader:
            yield batch.column(geometry_name), pa.table(batch).drop_columns([geometry_name])


def _to_bytes(wkb: pa.Array) -> Any:
    """Return an array of Python bytes out of an Arrow array, which may be of an extension type."""
    storage = wkb.storage if isinstance(wkb, pa.ExtensionArray) else wkb
    return storage.to_numpy(zero_copy_only=False)


def _reproject(geometries: Any, transformer: pyproj.Transformer) -> Any:
    """Bring geometries to WGS 84; coordinates that can't be brought there become infinite."""

    def transform(x: Any, y: Any) -> tuple[Any, Any]:
        lon, lat = transformer.transform(x, y)
        return np.asarray(lon), np.asarray(lat)

    return shapely.transform(geometries, transform, interleaved=False)


def _read_crs(layer: Layer, path: Path, text: str | None) -> pyproj.CRS:
    """Return the CRS that a file names, or the catalog does."""
    stated = layer.crs or text
    if not stated:
        mend = 'Add it to the file (a .prj beside a shapefile), or say it in the catalog: crs = "EPSG:28992".'
        raise SourceError(path, "names no CRS", mend)
    try:
        return pyproj.CRS.from_user_input(stated)
    except pyproj.exceptions.CRSError:
        what = f"names the CRS {str(stated)[:60]!r}, which is not known"
        raise SourceError(path, what, 'Say it in the catalog: crs = "EPSG:28992".') from None


class _naming:  # noqa: N801 (reads as a statement: with _naming(path, driver))
    """Turn what GDAL, Arrow and the system complain of into an error that names the file."""

    def __init__(self, path: Path, driver: str) -> None:
        self.path = path
        self.driver = driver

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, DataSourceError | DataLayerError | pa.ArrowException | OSError | ValueError):
            cause = " ".join(str(error).split()).removesuffix(".")[:200]
            what = f"can't be read as {self.driver}: {cause}"
            raise SourceError(self.path, what, "Open and export it again.") from error
