"""The gate: bytes that somebody brings, under any name, become layers or a list of what is wrong with them.

Nothing of them is executed and nothing that they name is fetched; only formats of the list are read, from
memory, within limits. The layers of a catalog are read by the same modules.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import get_args

import pyarrow as pa

from geodata.catalog.schema import GeometryType, Layer
from geodata.errors import MissingCrsError, Problem, RefusedError, message, quoted
from geodata.features.cleaning import CleanedFeatures, clean_features, to_lines
from geodata.features.feature import name_of
from geodata.features.geometry_repair import NO_GEOMETRY, OUTSIDE
from geodata.features.layer_data import make_layer
from geodata.features.properties import Properties, describe
from geodata.reading.crs import WGS84, in_wgs84, read_crs
from geodata.reading.formats import (
    ENDINGS,
    MAX_SMALL_BYTES,
    MAX_SMALL_COUNT,
    VectorFormat,
    check_beginning,
    file_format,
    format_of,
    unknown_ending,
)
from geodata.reading.geojson import (
    FeatureBatch,
    batch_features,
    features_of,
    parse,
    stated_crs,
    too_many_features,
)
from geodata.reading.limits import Limits
from geodata.reading.source import Source, open_tables
from geodata.reading.vector_file import read_features
from geodata.reading.zip_guard import KMZ, unpack_shapefiles, unwrap
from geodata.uploads.inferred_entry import made_entry
from geodata.uploads.result import Account, Admission, AdmittedLayer

log = logging.getLogger(__name__)

LIMITS = Limits()


def admit(
    name: str, content: bytes, *, limits: Limits = LIMITS, crs: str | None = None, kind: str = "Feature"
) -> Admission:
    """Return the layers in a file, and everything that is wrong with it; never raises.

    Parameters
    ----------
    name
        What the file is called; its ending says which format it is.
    content
        The file.
    limits
        What it may ask of the reader.
    crs
        CRS of the coordinates, such as `EPSG:28992`, where the file does not say, or says it wrong.
    kind
        What a feature is called that has no name, in the reader's language.
    """
    path = _safe_name(name)
    try:
        return _admit(path, content, limits, crs, kind)
    except Exception as error:
        return Admission(problems=(_to_problem(path, content, error),), needs_crs=_lacks_crs(error))


@dataclass(frozen=True)
class Prepared:
    """A large file in a folder, and the layers to build of it."""

    layers: tuple[Layer, ...] = ()
    """For `build_layer(layer, folder, cache)`: their `file` lies in the folder."""
    problems: tuple[Problem, ...] = ()
    needs_crs: bool = False
    """As in `Admission`."""


def prepare_large(
    name: str,
    content: bytes,
    folder: Path,
    *,
    limits: Limits = LIMITS,
    crs: str | None = None,
    kind: str = "Feature",
) -> Prepared:
    """Write a file that is too large for memory into a folder, ready to be built; never raises.

    See `admit` for the parameters; `folder` is the caller's to remove.
    """
    path = _safe_name(name)
    try:
        return _prepare(path, content, folder, limits, crs, kind)
    except Exception as error:
        return Prepared(problems=(_to_problem(path, content, error),), needs_crs=_lacks_crs(error))


def _safe_name(name: str) -> Path:
    """Return the last part of a name, as sentences can repeat it; its ending stays."""
    last = PurePath(name.replace("\\", "/")).name
    ending = next((ending for ending in (*ENDINGS, KMZ) if last.lower().endswith(ending)), "")
    return Path((quoted(last[: len(last) - len(ending)]).replace("/", "_") or "file") + ending)


def _lacks_crs(error: Exception) -> bool:
    return isinstance(error, MissingCrsError) or isinstance(error.__cause__, MissingCrsError)


def _to_problem(path: Path, content: bytes, error: Exception) -> Problem:
    """Return what is to be said of an error; one that nobody foresaw is logged."""
    if isinstance(error, RefusedError):
        return Problem(path.name, None, error.what, error.mend)
    if isinstance(error, MemoryError | pa.ArrowMemoryError):
        what = message("needs more memory than one file may take")
        return Problem(path.name, None, what, message("Use a part of it, or simplify its shapes."))
    log.error("can't read %s of %d bytes", path.name, len(content), exc_info=error)
    mend = message("Open it in the program that made it, and export it again.")
    return Problem(path.name, None, message("can't be read"), mend)


@dataclass(frozen=True)
class _Table:
    """One table of a file, ready to be read."""

    title: str
    rows: Iterable[FeatureBatch]
    crs: str


def _admit(path: Path, content: bytes, limits: Limits, crs: str | None, kind: str) -> Admission:
    path, content, form = _look_at(path, content, limits)
    if len(content) > MAX_SMALL_BYTES:
        return Admission(is_large=True)
    tables, problems = _tables(path, content, form, limits, crs)
    layers: list[AdmittedLayer] = []
    needs_crs = False
    for table in tables:
        try:
            cleaned = clean_features(table.rows, None, limits, MAX_SMALL_COUNT)
            if cleaned is None:
                return Admission(is_large=True)
            properties = describe(cleaned.properties, limits)
        except RefusedError as error:
            problems.append(Problem(path.name, None, error.what, error.mend))
            continue
        problems += _left_out(path.name, cleaned)
        needs_crs |= OUTSIDE in cleaned.tally.left_out
        if cleaned.numbers or set(cleaned.tally.left_out) <= {NO_GEOMETRY}:
            layer_id = f"own_{hashlib.sha256(content).hexdigest()[:10]}_{len(layers) + 1}"
            layers.append(_to_layer(layer_id, path.name, table, cleaned, properties, kind))
    if not layers and not problems:
        raise _nothing_drawn()
    return Admission(tuple(layers), tuple(problems), needs_crs=needs_crs and crs is None)


def _prepare(
    path: Path, content: bytes, folder: Path, limits: Limits, crs: str | None, kind: str
) -> Prepared:
    path, content, form = _look_at(path, content, limits)
    digest = hashlib.sha256(content).hexdigest()[:10]
    layers: list[Layer] = []
    problems: list[Problem] = []
    for title, file in _write(path, content, form, folder, limits, crs):
        crs = None if form.driver == "GeoJSON" else crs
        sources, found = open_tables(path, file, file_format(file), limits, crs=crs)
        problems += found
        _check_count(sources, limits)
        for source in sources:
            rows = next(read_features(source), None)
            properties = describe(rows.properties if rows else [], limits)
            is_one = len(sources) == 1
            layer = made_entry(
                f"own_{digest}_{len(layers) + 1}",
                path.name,
                title if is_one or source.title == file.stem else f"{title}: {source.title}",
                kind,
                properties,
                list(get_args(GeometryType)),
            )
            own = {
                "file": file.name,
                "table": None if is_one else source.title,
                "crs": crs,
                "name_field": properties.name_field,
            }
            layers.append(layer.model_copy(update=own))
    if not layers and not problems:
        raise _nothing_drawn()
    return Prepared(tuple(layers), tuple(problems))


def _write(
    path: Path, content: bytes, form: VectorFormat, folder: Path, limits: Limits, crs: str | None
) -> Iterator[tuple[str, Path]]:
    """Write a file under a name of our own; yield what it is called, and where it is.

    A zip is unpacked, and GeoJSON, which GDAL reads otherwise than we do, written by lines, in WGS 84.
    """
    if form.driver == "GeoJSON":
        file = folder / "file.geojsonl"
        with file.open("w", encoding="utf-8") as lines:
            for rows in _read_geojson(content, limits, crs)[1]:
                lines.writelines(to_lines(rows, limits))
        yield path.stem, file
        return
    if not form.is_archive:
        file = folder / f"file{form.endings[0]}"
        file.write_bytes(content)
        yield path.stem, file
        return
    shapefiles = unpack_shapefiles(content, limits)
    for number, (stem, parts) in enumerate(shapefiles.items(), start=1):
        for ending, part in parts.items():
            (folder / f"file{number}{ending}").write_bytes(part)
        yield (path.stem if len(shapefiles) == 1 else Path(stem).name), folder / f"file{number}.shp"


def _look_at(path: Path, content: bytes, limits: Limits) -> tuple[Path, bytes, VectorFormat]:
    """Return what is to be read of a file, and its format; raises `RefusedError` where it is not read."""
    if len(content) > limits.max_bytes:
        what = message("is larger than {size} MB", size=limits.max_bytes // 1_000_000)
        raise RefusedError(what, message("Use a part of it, or simplify its shapes."))
    path, content = unwrap(path, content, limits)
    form = format_of(path.name)
    if form is None:
        raise unknown_ending(path)
    check_beginning(path, form, content)
    if form.endings == (".shp",):
        mend = message("Pack .shp, .shx, .dbf and .prj together.")
        raise RefusedError(message("is only one of the files of a shapefile"), mend)
    return path, content, form


def _tables(
    path: Path, content: bytes, form: VectorFormat, limits: Limits, crs: str | None
) -> tuple[list[_Table], list[Problem]]:
    """Return the tables of a file, and what is wrong with others."""
    if form.driver == "GeoJSON":
        name, rows = _read_geojson(content, limits, crs)
        return [_Table(path.stem, rows, name)], []
    sources, problems = open_tables(path, content, form, limits, crs=crs)
    _check_count(sources, limits)
    return [_Table(source.title, read_features(source), source.crs.name) for source in sources], problems


def _read_geojson(content: bytes, limits: Limits, crs: str | None) -> tuple[str, Iterator[FeatureBatch]]:
    """Return the name of the CRS of GeoJSON, and its features in WGS 84."""
    document = parse(content, limits)
    stated = crs or stated_crs(document)
    found = read_crs(stated) if stated else WGS84
    return found.name, in_wgs84(batch_features(features_of(document), limits), found)


def _check_count(sources: list[Source], limits: Limits) -> None:
    """Raise `RefusedError` where tables say that they have too many features."""
    if sum(source.count for source in sources) > limits.max_features:
        raise too_many_features(limits)


def _nothing_drawn() -> RefusedError:
    return RefusedError(message("holds no features with a geometry"), message("Use another file."))


def _left_out(label: str, cleaned: CleanedFeatures) -> Iterator[Problem]:
    for reason, count in cleaned.tally.left_out.items():
        what = message(
            "leaves out {count} of {all}: {reason}", count=count, all=cleaned.count_in, reason=reason
        )
        mend = message("Correct the file, or continue without these features.")
        if reason == OUTSIDE:
            mend = message("State the CRS of its coordinates, such as EPSG:28992.")
        yield Problem(label, None, what, mend)


def _to_layer(
    layer_id: str, label: str, table: _Table, cleaned: CleanedFeatures, properties: Properties, kind: str
) -> AdmittedLayer:
    """Return a table as a layer, with the account of its features."""
    layer = made_entry(layer_id, label, table.title, kind, properties, sorted(cleaned.tally.types))
    for number, row in zip(cleaned.numbers, properties.rows, strict=True):
        row["name"] = name_of(layer, number, row.get("name"))
    data = make_layer(layer, [str(number) for number in cleaned.numbers], properties.rows, cleaned.geometries)
    account = Account(
        count_in=cleaned.count_in,
        count=data.count,
        repaired=dict(cleaned.tally.repaired + properties.repaired),
        left_out=dict(cleaned.tally.left_out),
        crs=table.crs,
    )
    return AdmittedLayer(data, account)
