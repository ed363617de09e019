"""Any vector file that a catalog may name or somebody may bring, as a stream of batches in WGS 84.

Only the drivers that the endings stand for, on a local file or on bytes in memory, and only once the content
was looked at: what GDAL would make of it otherwise (a virtual file, an address on another host, a stored
query) is refused.
"""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyproj
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from geodata.catalog.schema import Layer
from geodata.errors import Problem, RefusedError, SourceError, message
from geodata.json_object import JsonObject
from geodata.reading import geoparquet
from geodata.reading.columns import Column, to_columns, to_values
from geodata.reading.crs import named_crs, reproject, transformer
from geodata.reading.csv_table import CoordinateTable, read_coordinate_table
from geodata.reading.formats import Format, check_beginning, file_format, is_large
from geodata.reading.gdal import pyogrio
from geodata.reading.geojson import Rows, check_nesting
from geodata.reading.geojson_geometry import FLATTENED
from geodata.reading.geopackage_guard import stored_queries
from geodata.reading.limits import UNLIMITED, Limits
from geodata.reading.row_range import WHOLE, Range, cut
from geodata.reading.unique_names import distinct
from geodata.reading.xml_guard import check_markup
from geodata.reading.zip_guard import check_archive, pack, unpack_shapefiles

BATCH_SIZE = 16_384
"""Features that are in memory at a time: the most of a build's memory follows from it."""


@dataclass(frozen=True)
class Source:
    """One table of a vector file, looked at and not yet read."""

    path: Path
    """What the file is called."""
    target: Path | bytes
    """What is read: the file, or its content."""
    form: Format
    table: str | int | None
    """Name or place of the table, where the file may have several."""
    title: str
    """What the table is called; the file's name without ending where it is the only one."""
    crs: pyproj.CRS
    count: int
    """How many features it says that it has; -1 where it does not."""
    columns: dict[str, str] = field(default_factory=dict)
    """What the file calls a property → what the layer does, where that differs."""
    cells: CoordinateTable | None = None
    """The table itself, where it had to be read as a whole."""
    problems: tuple[Problem, ...] = ()
    """What else there is in the file, and is not read."""


@dataclass(frozen=True)
class Batch:
    """Some features in a row."""

    first: int
    """Number of the first one in the file, counted from 1."""
    geometries: Any
    """Array of shapely geometries in WGS 84 (lon/lat), 2D; `None` where there is none."""
    table: pa.Table
    """Their properties, a column each."""
    flattened: int = 0
    """How many of them had heights or measures."""


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
    target = path if form.endings == (".shp",) or is_large(path, form) else path.read_bytes()
    sources, problems = open_tables(path, target, form, UNLIMITED, crs=layer.crs, table=layer.table)
    if not sources:
        what = problems[0].what if problems else message("holds no features with a geometry")
        raise SourceError(path, what, problems[0].mend if problems else message("Give another file."))
    if len(sources) > 1:
        names = ", ".join(f"`{source.title}`" for source in sources)
        raise SourceError(path, f"has the tables {names}", "Name one of them with `table`.")
    columns = {field.column: name for name, field in layer.fields.items() if field.column is not None}
    return replace(sources[0], columns=columns, problems=tuple(problems))


def open_tables(
    path: Path,
    target: Path | bytes,
    form: Format,
    limits: Limits,
    *,
    crs: str | None,
    table: str | None = None,
) -> tuple[list[Source], list[Problem]]:
    """Look at the tables of a file, and say which of them are not read.

    Parameters
    ----------
    path
        What the file is called; where it is, if `target` is not its content.
    crs
        CRS of its coordinates, if it does not say or says it wrong.
    table
        The one to look at; all of them unless given.

    Raises
    ------
    SourceError
        If none of it can be read; `MissingCrsError` is its cause where only the CRS is not known.
    """
    with _naming(path, form.title):
        if form.driver == "Parquet":
            info = geoparquet.read_info(path, target)
            found = named_crs(crs or info.crs)
            return [Source(path, target, form, None, path.stem, found, info.count)], []
        if form.driver == "CSV":
            with _opened(target) as file:
                cells = read_coordinate_table(file.read(), limits)
            found = named_crs(crs or cells.crs)
            count = len(cells.geometries)
            return [Source(path, target, form, None, path.stem, found, count, cells=cells)], []
        problems, left_out = _look_into(path, target, form, limits)
        sources: list[Source] = []
        for inner, content in _parts(path, target, form, limits):
            sources += _open_layers(inner, content, form, crs, table, left_out)
    if len(sources) > limits.max_tables:
        what = message("has {count} tables, more than {limit}", count=len(sources), limit=limits.max_tables)
        raise SourceError(path, what, message("Export those that matter."))
    return sources, problems


def _parts(
    path: Path, target: Path | bytes, form: Format, limits: Limits
) -> Iterator[tuple[Path, Path | bytes]]:
    """Yield what GDAL is to read: the file as it is, or each shapefile of a zip in one of our own making."""
    if not form.is_archive:
        yield path, target
    elif isinstance(target, Path):
        check_archive(target, limits)
        yield path, target
    else:
        shapefiles = unpack_shapefiles(target, limits)
        for stem, parts in shapefiles.items():
            yield (path if len(shapefiles) == 1 else path.with_name(f"{Path(stem).name}.shp")), pack(parts)


def _look_into(
    path: Path, target: Path | bytes, form: Format, limits: Limits
) -> tuple[list[Problem], list[str]]:
    """Look at a file before GDAL does; return what is wrong, and the tables that are not read."""
    if form.driver == "GPKG":
        views = stored_queries(target)
        problems = [
            Problem(
                path.name,
                None,
                message("has `{table}`, a stored query, which is not run", table=view),
                message("Save its result as a table."),
            )
            for view in views
        ]
        return problems, views
    if form.driver == "GeoJSON" and isinstance(target, Path) and target.stat().st_size <= Limits.max_bytes:
        check_nesting(target.read_bytes(), limits)  # of a larger one, GDAL itself limits the depth
    if form.driver in ("LIBKML", "GPX"):
        with _opened(target) as file:
            links = check_markup(file, limits)
        if links:
            what = message("links to other files, which are not fetched: {count}", count=links)
            return [Problem(path.name, None, what, message("Give those files too."))], []
    return [], []


def _open_layers(
    path: Path, target: Path | bytes, form: Format, crs: str | None, table: str | None, left_out: list[str]
) -> Iterator[Source]:
    gdal_target = form.gdal_path(target) if isinstance(target, Path) else target
    names = [(str(name), kind) for name, kind in pyogrio.list_layers(gdal_target)]
    drawn = [
        (place, name)
        for place, (name, kind) in enumerate(names)
        if kind is not None and name not in (*left_out, *form.ignored_tables)
    ]
    if table is not None and table not in (name for _, name in drawn):
        there = ", ".join(f"`{name}`" for _, name in drawn)
        raise SourceError(path, f"has the tables {there}", "Name one of them with `table`.")
    for place, name in drawn:
        if table is not None and name != table:
            continue
        info = pyogrio.read_info(gdal_target, layer=place, force_feature_count=form.may_be_empty)
        if info["driver"] not in form.drivers:
            what = message(
                "is {driver} inside, where its ending stands for {other}",
                driver=info["driver"],
                other=form.driver,
            )
            raise SourceError(path, what, message("Give it its own ending, or convert it."))
        if form.may_be_empty and not info["features"]:
            continue
        title = name if len(drawn) > 1 and not name.startswith("pyogrio_") else path.stem
        found = named_crs(crs or info["crs"])
        yield Source(path, target, form, place, title, found, int(info["features"]))


def _opened(target: Path | bytes) -> BinaryIO:
    return target.open("rb") if isinstance(target, Path) else io.BytesIO(target)


def read_batches(source: Source, rows: Range = WHOLE) -> Iterator[Batch]:
    """Read a table from its first feature to its last, or some of its rows, in WGS 84.

    Raises
    ------
    SourceError
        If it can't be read to its end.
    """
    to_wgs84 = transformer(source.crs)
    first = rows.skip + 1
    with _naming(source.path, source.form.title):
        if source.form.driver == "GeoJSONSeq":
            _require_whole_lines(source)
        for wkb, table in _read_raw(source, rows):
            geometries = (
                shapely.from_wkb(_to_bytes(wkb), on_invalid="ignore") if source.cells is None else wkb
            )
            flattened = int((shapely.has_z(geometries) | shapely.has_m(geometries)).sum())
            geometries = shapely.force_2d(geometries)
            if to_wgs84 is not None:
                geometries = reproject(geometries, to_wgs84)
            names = distinct(source.columns.get(name, name) for name in table.column_names)
            yield Batch(first, geometries, table.rename_columns(names), flattened)
            first += len(table)


def read_rows(source: Source, columns: list[Column]) -> Iterator[Rows]:
    """Read a table like `read_batches`, with its properties by feature; `columns` takes what they are."""
    for batch in read_batches(source):
        with _naming(source.path, source.form.title):
            columns[:] = to_columns(batch.table.schema)
            names = batch.table.column_names
            values = [to_values(column) for column in batch.table.columns]
            rows: list[JsonObject] = [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]
        repaired: Counter[str] = Counter({FLATTENED: batch.flattened} if batch.flattened else {})
        yield Rows(batch.first, batch.geometries, rows or [{} for _ in batch.geometries], repaired=repaired)


def _require_whole_lines(source: Source) -> None:
    """Raise `SourceError` where a line is no JSON: GDAL skips it, or fills it up with another."""
    with _opened(source.target) as file:
        for number, line in enumerate(file, start=1):
            text = line.strip(b" \t\r\n\x1e")
            try:
                if text:
                    json.loads(text)
            except (ValueError, RecursionError):
                what = message("has no whole feature in line {number}", number=number)
                mend = message("Write one feature per line, or as GeoJSON.")
                raise SourceError(source.path, what, mend) from None


def _read_raw(source: Source, rows: Range) -> Iterator[tuple[Any, pa.Table]]:
    """Yield geometries (WKB, or shapes where they are those already) and properties as the file has them."""
    if source.cells is not None:
        yield from source.cells.batches(BATCH_SIZE)
        return
    if source.form.driver == "Parquet":
        yield from geoparquet.read_batches(source.path, source.target, BATCH_SIZE, rows)
        return
    target, ignored_columns = source.target, source.form.ignored_columns
    gdal_target = source.form.gdal_path(target) if isinstance(target, Path) else target
    with pyogrio.open_arrow(
        gdal_target,
        layer=source.table,
        batch_size=BATCH_SIZE,
        use_pyarrow=True,
        skip_features=rows.skip,
    ) as (meta, reader):
        geometry_name = meta["geometry_name"] or "wkb_geometry"
        end = rows.skip
        for batch in cut(reader, 0, rows.count):
            table = pa.table(batch)
            ignored = [name for name in ignored_columns if name in table.column_names]
            yield batch.column(geometry_name), table.drop_columns([geometry_name, *ignored])
            end += len(batch)
    if source.form.driver == "FlatGeobuf" and rows.count is None and end < source.count:
        # GDAL takes the end of the file for the end of the features.
        what = message("ends after {count} of {all} features", count=end, all=source.count)
        raise SourceError(source.path, what, message("Get the whole file, or write it again."))


def _to_bytes(wkb: pa.Array) -> Any:
    """Return an array of Python bytes out of an Arrow array, which may be of an extension type.

    Where FlatGeobuf has no geometry, GDAL gives no bytes instead of null, which is no WKB.
    """
    storage = wkb.storage if isinstance(wkb, pa.ExtensionArray) else wkb
    is_missing = pc.equal(pc.binary_length(storage), 0)
    return pc.if_else(is_missing, None, storage).to_numpy(zero_copy_only=False)


class _naming:  # noqa: N801 (reads as a statement: with _naming(path, title))
    """Turn what GDAL, Arrow and the system complain of into an error that names the file."""

    def __init__(self, path: Path, title: str) -> None:
        self.path = path
        self.title = title

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, SourceError):
            return
        if isinstance(error, RefusedError):
            raise SourceError(self.path, error.what, error.mend) from error
        if isinstance(error, DataSourceError | DataLayerError | pa.ArrowException | OSError | ValueError):
            cause = re.sub(r"'?/vsi\S*", "", " ".join(str(error).split())).removesuffix(".").strip()
            if "not recognized as being in a supported file format" in cause:
                cause = message("it looks like none")
            what = message("can't be read as {format}: {cause}", format=self.title, cause=cause)
            raise SourceError(self.path, what, message("Open and export it again.")) from error
