"""CSV with coordinates: longitude and latitude in two columns, or shapes as WKT in one."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

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
"""Names of the two columns in English, Dutch and German, each beside its other."""

WKT = ("wkt", "wkt_geom", "geometry", "geom", "the_geom", "shape", "geometrie")

DEGREES = LON[: LON.index("x")]
"""Names that say that the coordinates are WGS 84."""

SEPARATORS = ",;\t|"

WHOLE = re.compile(r"-?(0|[1-9]\d{0,14})")
DECIMAL = re.compile(r"-?(0|[1-9]\d*)?[.]\d+([eE][+-]?\d{1,3})?|-?(0|[1-9]\d*)([eE][+-]?\d{1,3})?")
EWKT = re.compile(r"\s*SRID=(\d{1,6});", re.IGNORECASE)


@dataclass(frozen=True)
class CoordinateTable:
    """A table as read: a shape per row, and its other cells."""

    geometries: Any
    """Array of shapely geometries, `None` where a row has none that can be read."""
    columns: dict[str, list[Any]]
    """Numbers where all cells of a column are some, else texts; `None` for an empty cell."""
    crs: str | None
    """What the table says of its CRS, by EWKT or by the names of its columns."""

    def batches(self, size: int) -> Iterator[tuple[Any, pa.Table]]:
        """Yield shapes and the other cells by batches."""
        for start in range(0, len(self.geometries), size):
            cells = {name: column[start : start + size] for name, column in self.columns.items()}
            geometries = self.geometries[start : start + size]
            rows = pa.table({name: pa.array(column) for name, column in cells.items()})
            # Of a table without another column, Arrow would not know how many rows it has.
            yield geometries, rows if cells else pa.table({"row": pa.nulls(len(geometries))})


def read_coordinate_table(content: bytes, limits: Limits) -> CoordinateTable:
    """Read a CSV file; raises `RefusedError` where it has no coordinates."""
    names, rows = _read_cells(_decode(content), limits)
    folded = [" ".join(name.casefold().split()) for name in names]
    pair = next(
        ((folded.index(a), folded.index(b)) for a, b in zip(LON, LAT, strict=True) if {a, b} <= set(folded)),
        None,
    )
    shape = next((folded.index(name) for name in WKT if name in folded), None)
    deadline = Deadline(limits.max_seconds)
    if pair is not None:
        geometries = _points([row[pair[0]] for row in rows], [row[pair[1]] for row in rows])
        crs = "OGC:CRS84" if folded[pair[0]] in DEGREES or _are_degrees(geometries) else None
        own = set(pair)
    elif shape is not None:
        geometries, crs = _shapes([row[shape] for row in rows], deadline)
        own = {shape}
    else:
        raise RefusedError(
            message("has no columns with coordinates; it has {names}", names=", ".join(names)),
            message("Call them lon and lat, or write shapes as WKT into a column wkt."),
        )
    columns = {
        name: _to_values([row[place] for row in rows]) for place, name in enumerate(names) if place not in own
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
    """Return the names of the columns, each its own, and rows of as many cells."""
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
            what = message(
                "has {count} columns, more than {limit}", count=len(names), limit=limits.max_fields
            )
            raise RefusedError(what, message("Keep those that matter."))
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


def _points(xs: list[str], ys: list[str]) -> Any:
    """Return points; none where a cell is empty or no number."""
    positions = np.array([[_to_number(x), _to_number(y)] for x, y in zip(xs, ys, strict=True)]).reshape(-1, 2)
    points = np.full(len(positions), None, dtype=object)
    known = ~np.isnan(positions).any(axis=1)
    points[known] = shapely.points(positions[known])
    return points


def _to_number(cell: str) -> float:
    """Return a cell as a number; a comma stands for a point where there is no point."""
    text = cell.strip()
    try:
        return float(text if "." in text else text.replace(",", "."))
    except ValueError:
        return float("nan")


def _are_degrees(points: Any) -> bool:
    """Tell whether all coordinates can be longitude and latitude."""
    west, south, east, north = shapely.total_bounds(points)
    return bool(west >= -180 and east <= 180 and south >= -90 and north <= 90)


def _shapes(cells: list[str], deadline: Deadline) -> tuple[Any, str | None]:
    """Return the shapes of WKT, and the CRS that EWKT names if it is one for all; else that of degrees."""
    shapes = np.full(len(cells), None, dtype=object)
    numbers = set()
    for start in range(0, len(cells), 1000):
        deadline.check()
        for place, cell in enumerate(cells[start : start + 1000], start):
            match = EWKT.match(cell)
            if match:
                numbers.add(match[1])
                cell = cell[match.end() :]
            if cell.strip():
                shapes[place] = shapely.from_wkt(cell, on_invalid="ignore")
    if len(numbers) > 1:
        what = message("has shapes of several CRS: {numbers}", numbers=", ".join(sorted(numbers)))
        raise RefusedError(what, message("Bring them to one."))
    if numbers:
        return shapes, f"EPSG:{numbers.pop()}"
    return shapes, "OGC:CRS84" if _are_degrees(shapes) else None


def _to_values(cells: list[str]) -> list[Any]:
    """Return the cells of a column as numbers where all of them are some."""
    filled = [cell for cell in cells if cell.strip()]
    decimals = [cell if "." in cell else cell.replace(",", ".") for cell in filled]
    if filled and all(WHOLE.fullmatch(cell) for cell in filled):
        return [int(cell) if cell.strip() else None for cell in cells]
    if filled and all(DECIMAL.fullmatch(cell) for cell in decimals):
        return [
            float(cell if "." in cell else cell.replace(",", ".")) if cell.strip() else None for cell in cells
        ]
    return [cell if cell != "" else None for cell in cells]
