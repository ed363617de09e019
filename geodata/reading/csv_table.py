"""Reads CSV with coordinates: longitude and latitude in two columns, or shapes as WKT in one."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from geodata.errors import RefusedError, message
from geodata.reading.geojson import too_many_features
from geodata.reading.limits import Deadline, Limits
from geodata.reading.unique_names import distinct

LON = (
    "lon", "lng", "long", "longitude", "lengtegraad", "längengrad", "laengengrad", "geo_lon", "geo_lng",
    "x", "x_coord", "xcoord", "x_coordinate", "x_coordinaat", "x-coordinaat", "x-koordinate", "point_x",
    "easting", "rechtswert", "ostwert", "rd_x", "x_rd",
)  # fmt: skip
LAT = (
    "lat", "lat", "lat", "latitude", "breedtegraad", "breitengrad", "breitengrad", "geo_lat", "geo_lat",
    "y", "y_coord", "ycoord", "y_coordinate", "y_coordinaat", "y-coordinaat", "y-koordinate", "point_y",
    "northing", "hochwert", "nordwert", "rd_y", "y_rd",
)  # fmt: skip
"""Names of the two columns in English, Dutch and German, at the same places."""

WKT = ("wkt", "wkt_geom", "geometry", "geom", "the_geom", "shape", "geometrie")

DEGREES = LON[: LON.index("x")]
"""Names of columns whose coordinates are WGS 84."""

SEPARATORS = ",;\t|"

WHOLE_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})")
DECIMAL = re.compile(r"-?(0|[1-9]\d*)?[.]\d+([eE][+-]?\d{1,3})?|-?(0|[1-9]\d*)([eE][+-]?\d{1,3})?")
EWKT = re.compile(r"\s*SRID=(\d{1,6});", re.IGNORECASE)


@dataclass(frozen=True)
class CoordinateTable:
    """A table as read: a geometry for each row, and its other cells."""

    geometries: NDArray[np.object_]
    """Shapely geometries, `None` where a row has none that can be read."""
    columns: dict[str, list[int | None] | list[float | None] | list[str | None]]
    """Numbers if all cells of a column are numbers, else texts; `None` for an empty cell."""
    crs: str | None
    """CRS by EWKT or by the names of the columns."""

    def batches(self, size: int) -> Iterator[tuple[NDArray[np.object_], pa.Table]]:
        """Yield geometries and the other cells by batches."""
        for start in range(0, len(self.geometries), size):
            geometries = self.geometries[start : start + size]
            cells = {name: pa.array(column[start : start + size]) for name, column in self.columns.items()}
            # A table without a column has no number of rows.
            yield geometries, pa.table(cells or {"row": pa.nulls(len(geometries))})


def read_coordinate_table(content: bytes, limits: Limits) -> CoordinateTable:
    """Read a CSV file; raises `RefusedError` if it has no coordinates."""
    names, rows = _read_cells(_decode(content), limits)
    folded = [" ".join(name.casefold().split()) for name in names]
    pair = next(
        ((folded.index(a), folded.index(b)) for a, b in zip(LON, LAT, strict=True) if {a, b} <= set(folded)),
        None,
    )
    shape = next((folded.index(name) for name in WKT if name in folded), None)
    if pair is not None:
        x, y = pair
        geometries = _points([row[x] for row in rows], [row[y] for row in rows])
        crs = "OGC:CRS84" if folded[x] in DEGREES or _are_degrees(geometries) else None
        used = {x, y}
    elif shape is not None:
        geometries, crs = _shapes([row[shape] for row in rows], Deadline(limits.max_seconds))
        used = {shape}
    else:
        what = message("has no columns with coordinates; it has {names}", names=", ".join(names))
        mend = message("Name the columns lon and lat, or write shapes as WKT into a column wkt.")
        raise RefusedError(what, mend)
    columns = {
        name: _to_values([row[place] for row in rows])
        for place, name in enumerate(names)
        if place not in used
    }
    return CoordinateTable(geometries, columns, crs)


def _decode(content: bytes) -> str:
    is_utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return content.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError as error:
        what = message("is not UTF-8 (byte {place})", place=error.start)
        raise RefusedError(what, message("Save the file as UTF-8; in a spreadsheet: CSV UTF-8.")) from None


def _read_cells(text: str, limits: Limits) -> tuple[list[str], list[list[str]]]:
    """Return unique names of the columns, and rows of as many cells."""
    head = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=head.count)
    csv.field_size_limit(1 << 27)
    deadline = Deadline(limits.max_seconds)
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        head_cells = next(reader, [])
        names = distinct(cell.strip() or f"column {place}" for place, cell in enumerate(head_cells, 1))
        if len(names) > limits.max_fields:
            count, limit = len(names), limits.max_fields
            what = message("has {count} columns, more than {limit}", count=count, limit=limit)
            raise RefusedError(what, message("Keep only the columns that you need."))
        for row in reader:
            if not row:
                continue
            if len(row) > len(names):
                what = message("has more cells in line {line} than columns", line=reader.line_num)
                raise RefusedError(what, message("Put texts with a separator in them into quotes."))
            rows.append(row + [""] * (len(names) - len(row)))
            if len(rows) > limits.max_features:
                raise too_many_features(limits)
            if len(rows) % 1000 == 0:
                deadline.check()
    except csv.Error as error:
        what = message("is not CSV: {cause} in line {line}", cause=error, line=reader.line_num)
        raise RefusedError(what, message("Correct that place in the file, or export it again.")) from None
    return names, rows


def _points(xs: list[str], ys: list[str]) -> NDArray[np.object_]:
    """Return points; `None` where a cell is empty or not a number."""
    positions = np.array([[_to_number(x), _to_number(y)] for x, y in zip(xs, ys, strict=True)]).reshape(-1, 2)
    points = np.full(len(positions), None, dtype=object)
    known = ~np.isnan(positions).any(axis=1)
    points[known] = shapely.points(positions[known])
    return points


def _to_number(cell: str) -> float:
    try:
        return float(_with_point(cell.strip()))
    except ValueError:
        return float("nan")


def _with_point(cell: str) -> str:
    """Return a number with a decimal point; a comma stands for it if there is none."""
    return cell if "." in cell else cell.replace(",", ".")


def _are_degrees(geometries: NDArray[np.object_]) -> bool:
    """Return whether all coordinates can be longitude and latitude."""
    west, south, east, north = shapely.total_bounds(geometries)
    return bool(west >= -180 and east <= 180 and south >= -90 and north <= 90)


def _shapes(cells: list[str], deadline: Deadline) -> tuple[NDArray[np.object_], str | None]:
    """Return the geometries of WKT, and the CRS that EWKT names; that of degrees if they can be degrees."""
    shapes = np.full(len(cells), None, dtype=object)
    srids = set()
    for place, cell in enumerate(cells):
        if place % 1000 == 0:
            deadline.check()
        match = EWKT.match(cell)
        if match:
            srids.add(match[1])
            cell = cell[match.end() :]
        if cell.strip():
            shapes[place] = shapely.from_wkt(cell, on_invalid="ignore")
    if len(srids) > 1:
        what = message("has shapes in several CRSs: {numbers}", numbers=", ".join(sorted(srids)))
        raise RefusedError(what, message("Convert them to one CRS."))
    if srids:
        return shapes, f"EPSG:{srids.pop()}"
    return shapes, "OGC:CRS84" if _are_degrees(shapes) else None


def _to_values(cells: list[str]) -> list[int | None] | list[float | None] | list[str | None]:
    """Return the cells of a column as numbers if all of them are numbers, else as texts."""
    filled = [cell for cell in cells if cell.strip()]
    if filled and all(WHOLE_NUMBER.fullmatch(cell) for cell in filled):
        return [int(cell) if cell.strip() else None for cell in cells]
    if filled and all(DECIMAL.fullmatch(_with_point(cell)) for cell in filled):
        return [float(_with_point(cell)) if cell.strip() else None for cell in cells]
    return [cell if cell != "" else None for cell in cells]
