"""Repairs the geometries of a file for the map, and says which can't be shown and why."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.errors import message
from geodata.reading.geojson_geometry import FLATTENED

Geometries = NDArray[np.object_]
"""Shapely geometries; `None` for a feature without one."""

Mask = NDArray[np.bool_]

MAX_LATITUDE = 85.05
"""Where the square of web map tiles ends, in degrees."""

TYPES = (
    "Point", "LineString", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon",
    "GeometryCollection",
)  # fmt: skip
"""GeoJSON's name of each geometry type, by shapely's number; a ring is a line."""

FAMILIES = tuple(name.removeprefix("Multi") for name in TYPES)
"""Point, LineString, Polygon or GeometryCollection, by shapely's number of a geometry type."""

OUTSIDE = message("it lies outside ±180, ±90")

NO_GEOMETRY = message("it has no geometry")
"""Legal, though there is nothing to draw."""

REPEATED = message("repeated positions")
LEGAL = (FLATTENED, REPEATED)
"""Repairs of what is legal."""

WRAPPED = message("longitudes beyond ±180, brought back")

INVALID = (
    message("self-intersection"),
    message("ring self-intersection"),
    message("hole lies outside shell"),
    message("holes are nested"),
    message("nested shells"),
    message("interior is disconnected"),
    message("too few points in geometry component"),
    message("duplicate rings"),
)
"""Faults of areas in the words of GEOS."""

WORLDS = {turn: shapely.box(turn - 180, -90, turn + 180, 90) for turn in (-360, 0, 360)}
"""Copies of the world side by side: shift in degrees → where the copy lies."""


@dataclass
class Tally:
    """Faults found so far → number of features."""

    repaired: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    """Geometry types of what is shown."""


def repair_geometries(
    geometries: Geometries,
    geometry_types: Sequence[str] | None,
    tally: Tally,
    known: Mapping[int, str] | None = None,
) -> tuple[NDArray[np.intp], Geometries]:
    """Return the places of the geometries that can be shown, and these geometries, repaired if necessary.

    Geometries are in WGS 84 (lon/lat). `geometry_types` are those that the catalog claims, `None` allows all;
    a layer of polygons takes multipolygons too, and the same holds for lines and points. `tally` gets the
    faults that were found; `known` says at which places there is no geometry, and why.
    """
    geometries = geometries.copy()
    kept = np.ones(len(geometries), dtype=bool)

    def leave_out(which: Mask, reason: str) -> None:
        which = which & kept
        count = int(which.sum())
        if count:
            tally.left_out[reason] += count
            kept[which] = False

    for place, reason in (known or {}).items():
        leave_out(np.arange(len(geometries)) == place, reason)
    leave_out(shapely.is_missing(geometries), NO_GEOMETRY)
    leave_out(shapely.is_empty(geometries), message("its geometry is empty"))
    leave_out(
        ~_has_finite_coordinates(geometries),
        message("its coordinates are not numbers, or are outside the area of its CRS"),
    )
    types = shapely.get_type_id(geometries)
    claimed = {FAMILIES[TYPES.index(name)] for name in geometry_types or TYPES}
    for number in np.unique(types[kept]).tolist():
        if geometry_types is not None and FAMILIES[number] not in claimed:
            what = f"it is a {TYPES[number]}, where the catalog claims {' or '.join(geometry_types)}"
            leave_out(types == number, what)
    _wrap(geometries, kept, tally)
    bounds = shapely.bounds(geometries)
    west, south, east, north = bounds.T
    with np.errstate(invalid="ignore"):
        leave_out((west < -180) | (east > 180) | (south < -90) | (north > 90), OUTSIDE)
        beyond = (south < -MAX_LATITUDE) | (north > MAX_LATITUDE)
    leave_out(beyond, message("it lies beyond ±85.05° of latitude, where map tiles end"))
    leave_out(
        (shapely.length(geometries) == 0) & np.isin(types, (1, 2, 5)), message("it is a line without length")
    )
    _drop_repeated(geometries, kept & np.isin(types, (1, 2, 3, 5, 6)), tally)
    _repair(geometries, kept & np.isin(types, (3, 6, 7)), tally)
    leave_out(shapely.is_empty(geometries), message("its shape has no area"))
    for number, count in zip(
        *np.unique(shapely.get_type_id(geometries[kept]), return_counts=True), strict=True
    ):
        tally.types[TYPES[number]] += int(count)
    places = np.flatnonzero(kept)
    return places, geometries[places]


def _wrap(geometries: Geometries, which: Mask, tally: Tally) -> None:
    """Shift longitudes beyond ±180 to where they are on the globe, in place, cut along the 180th meridian."""
    west, south, east, north = shapely.bounds(geometries).T
    with np.errstate(invalid="ignore"):
        beyond = ((west < -180) | (east > 180)) & (west >= -360) & (east <= 360)
        beyond &= (south >= -90) & (north <= 90) & which & (shapely.get_type_id(geometries) != 7)
    for place in np.flatnonzero(beyond).tolist():
        valid = shapely.make_valid(geometries[place])
        parts = [
            shapely.transform(shapely.intersection(valid, WORLDS[turn]), lambda xy, turn=turn: xy - (turn, 0))
            for turn in WORLDS
        ]
        geometries[place] = shapely.union_all(parts)
        tally.repaired[WRAPPED] += 1


def _drop_repeated(geometries: Geometries, which: Mask, tally: Tally) -> None:
    """Remove positions that repeat the one before, in place."""
    single = shapely.remove_repeated_points(geometries[which])
    fewer = shapely.get_num_coordinates(single) < shapely.get_num_coordinates(geometries[which])
    if fewer.any():
        geometries[np.flatnonzero(which)[fewer]] = single[fewer]
        tally.repaired[REPEATED] += int(fewer.sum())


def _repair(geometries: Geometries, which: Mask, tally: Tally) -> None:
    """Repair invalid areas in place; one without an area becomes empty."""
    invalid = np.flatnonzero(which)[~shapely.is_valid(geometries[which])]
    for place in invalid.tolist():
        found = re.sub(r"\[.*", "", shapely.is_valid_reason(geometries[place])).strip().lower()
        reason = next((known for known in INVALID if known == found), message("an invalid shape"))
        geometries[place] = shapely.make_valid(geometries[place], method="structure", keep_collapsed=False)
        if not geometries[place].is_empty:
            tally.repaired[reason] += 1


def _has_finite_coordinates(geometries: Geometries) -> Mask:
    """Tell of each geometry whether all its coordinates are numbers."""
    coordinates, owners = shapely.get_coordinates(geometries, return_index=True)
    result = np.ones(len(geometries), dtype=bool)
    result[owners[~np.isfinite(coordinates).all(axis=1)]] = False
    return result
