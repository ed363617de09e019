"""Opens the tables of any supported vector file, after its content passed the guards.

GDAL reads only local files or bytes in memory, only with the drivers that the endings stand for; a virtual
file, an address on another host or a stored query is refused.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyproj
from pyogrio.errors import DataLayerError, DataSourceError

from geodata.catalog.schema import Layer
from geodata.errors import Problem, RefusedError, SourceError, message
from geodata.reading import geoparquet
from geodata.reading.crs import named_crs
from geodata.reading.csv_table import CoordinateTable, read_coordinate_table
from geodata.reading.formats import VectorFormat, check_beginning, file_format, is_large
from geodata.reading.gdal import pyogrio
from geodata.reading.geojson import check_nesting
from geodata.reading.geopackage_guard import stored_queries
from geodata.reading.limits import UNLIMITED, Limits
from geodata.reading.xml_guard import check_markup
from geodata.reading.zip_guard import check_archive, pack, unpack_shapefiles


@dataclass(frozen=True)
class Source:
    """One table of a vector file, checked and not yet read."""

    path: Path
    """Name of the file, for messages."""
    target: Path | bytes
    """What is read: the file, or its content."""
    form: VectorFormat
    table: str | int | None
    """Name or place of the table, where the file may have several."""
    title: str
    """Name of the table; the file's name without ending if it is the only one."""
    crs: pyproj.CRS
    count: int
    """Number of features that the file states; -1 if it states none."""
    columns: dict[str, str] = field(default_factory=dict)
    """The file's name of a property → the layer's, where they differ."""
    cells: CoordinateTable | None = None
    """The content of the table, for formats that are read as a whole."""
    problems: tuple[Problem, ...] = ()
    """What the file holds that is not read."""

    @property
    def gdal_target(self) -> str | bytes:
        """What GDAL opens."""
        return self.form.gdal_target(self.target)


def open_source(layer: Layer, folder: Path) -> Source:
    """Open a layer's file: check its content, and find its table, CRS and count; raises `SourceError`."""
    path = folder / layer.path
    form = file_format(path)
    check_beginning(path, form)
    target = path if form.endings == (".shp",) or is_large(path, form) else path.read_bytes()
    sources, problems = open_tables(path, target, form, UNLIMITED, crs=layer.crs, table=layer.table)
    if not sources:
        what = problems[0].what if problems else message("holds no features with a geometry")
        raise SourceError(path, what, problems[0].mend if problems else message("Use another file."))
    if len(sources) > 1:
        raise _which_table(path, [source.title for source in sources])
    columns = {field.column: name for name, field in layer.fields.items() if field.column is not None}
    return replace(sources[0], columns=columns, problems=tuple(problems))


def open_tables(
    path: Path,
    target: Path | bytes,
    form: VectorFormat,
    limits: Limits,
    *,
    crs: str | None,
    table: str | None = None,
) -> tuple[list[Source], list[Problem]]:
    """Open the tables of a file, and report those that are not read.

    `target` is the file at `path`, or its content. `crs` is the CRS of its coordinates, if the file states
    none or a wrong one. `table` is the name of the table to open; all are opened unless it is given.

    Raises `SourceError` if nothing of it can be read, caused by `MissingCrsError` if only the CRS is unknown.
    """
    with errors_named(path, form):
        if form.driver == "Parquet":
            info = geoparquet.read_info(path, target)
            found = named_crs(crs or info.crs)
            return [Source(path, target, form, None, path.stem, found, info.count)], []
        if form.driver == "CSV":
            with opened(target) as file:
                cells = read_coordinate_table(file.read(), limits)
            found = named_crs(crs or cells.crs)
            count = len(cells.geometries)
            return [Source(path, target, form, None, path.stem, found, count, cells=cells)], []
        problems, left_out = _check_content(path, target, form, limits)
        sources: list[Source] = []
        for inner, content in _parts(path, target, form, limits):
            sources += _open_layers(inner, content, form, crs, table, left_out)
    if len(sources) > limits.max_tables:
        what = message("has {count} tables, more than {limit}", count=len(sources), limit=limits.max_tables)
        raise SourceError(path, what, message("Export only the tables that you need."))
    return sources, problems


def _parts(
    path: Path, target: Path | bytes, form: VectorFormat, limits: Limits
) -> Iterator[tuple[Path, Path | bytes]]:
    """Yield what GDAL reads: the file as it is, or each shapefile of a zip, packed again."""
    if not form.is_archive:
        yield path, target
    elif isinstance(target, Path):
        check_archive(target, limits)
        yield path, target
    else:
        shapefiles = unpack_shapefiles(target, limits)
        for stem, parts in shapefiles.items():
            yield (path if len(shapefiles) == 1 else path.with_name(f"{Path(stem).name}.shp")), pack(parts)


def _check_content(
    path: Path, target: Path | bytes, form: VectorFormat, limits: Limits
) -> tuple[list[Problem], list[str]]:
    """Check a file before GDAL opens it; return problems, and names of the tables that are not read."""
    if form.driver == "GPKG":
        views = stored_queries(target)
        mend = message("Save its result as a table.")
        whats = [message("has the stored query `{table}`, which is not run", table=view) for view in views]
        return [Problem(path.name, None, what, mend) for what in whats], views
    if form.driver == "GeoJSON" and isinstance(target, Path) and target.stat().st_size <= Limits.max_bytes:
        check_nesting(target.read_bytes(), limits)  # in a larger file, GDAL itself limits the depth
    if form.driver in ("LIBKML", "GPX"):
        with opened(target) as file:
            links = check_markup(file, limits)
        if links:
            what = message("links to other files, which are not fetched: {count}", count=links)
            return [Problem(path.name, None, what, message("Use those files too."))], []
    return [], []


def _open_layers(
    path: Path,
    target: Path | bytes,
    form: VectorFormat,
    crs: str | None,
    table: str | None,
    left_out: list[str],
) -> Iterator[Source]:
    gdal_target = form.gdal_target(target)
    names = [(str(name), kind) for name, kind in pyogrio.list_layers(gdal_target)]
    drawn = [
        (place, name)
        for place, (name, kind) in enumerate(names)
        if kind is not None and name not in (*left_out, *form.ignored_tables)
    ]
    if table is not None and table not in (name for _, name in drawn):
        raise _which_table(path, [name for _, name in drawn])
    for place, name in drawn:
        if table is not None and name != table:
            continue
        info = pyogrio.read_info(gdal_target, layer=place, force_feature_count=form.may_be_empty)
        if info["driver"] not in form.drivers:
            driver = info["driver"]
            what = message("has the extension of {other}, but is {driver}", driver=driver, other=form.driver)
            raise SourceError(path, what, message("Correct its extension, or convert it."))
        if form.may_be_empty and not info["features"]:
            continue
        title = name if len(drawn) > 1 and not name.startswith("pyogrio_") else path.stem
        found = named_crs(crs or info["crs"])
        yield Source(path, target, form, place, title, found, int(info["features"]))


def _which_table(path: Path, names: list[str]) -> SourceError:
    tables = ", ".join(f"`{name}`" for name in names)
    return SourceError(path, f"has the tables {tables}", "Name one of them with `table`.")


def opened(target: Path | bytes) -> BinaryIO:
    """Open a file or its content for reading."""
    return target.open("rb") if isinstance(target, Path) else io.BytesIO(target)


@contextmanager
def errors_named(path: Path, form: VectorFormat) -> Iterator[None]:
    """Turn the errors of GDAL, Arrow and the system into a `SourceError` that names the file."""
    try:
        yield
    except SourceError:
        raise
    except RefusedError as error:
        raise SourceError(path, error.what, error.mend) from error
    except (DataSourceError, DataLayerError, pa.ArrowException, OSError, ValueError) as error:
        cause = re.sub(r"'?/vsi\S*", "", " ".join(str(error).split())).removesuffix(".").strip()
        if "not recognized as being in a supported file format" in cause:
            cause = message("it is not in this format")
        what = message("can't be read as {format}: {cause}", format=form.title, cause=cause)
        raise SourceError(path, what, message("Open and export it again.")) from error
