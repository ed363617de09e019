"""Admits an uploaded file: turns its tables into layers, or reports what is wrong with them.

Nothing in the file is executed, and no address in it is requested. Only known formats are read, from memory
and within limits, by the modules that read the layers of a catalog.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from geodata.errors import Problem, RefusedError, message
from geodata.features.cleaning import CleanedFeatures, clean_features
from geodata.features.feature import name_of
from geodata.features.geometry_repair import NO_GEOMETRY, OUTSIDE
from geodata.features.layer_data import make_layer
from geodata.features.properties import Properties, describe
from geodata.reading.formats import MAX_SMALL_BYTES, MAX_SMALL_COUNT
from geodata.reading.geojson import FeatureBatch
from geodata.reading.limits import LIMITS, Limits
from geodata.reading.vector_file import read_features
from geodata.uploads.inferred_entry import infer_entry
from geodata.uploads.result import Account, Admission, AdmittedLayer
from geodata.uploads.uploaded_file import (
    UploadedFile,
    lacks_crs,
    nothing_drawn,
    open_upload,
    safe_name,
    to_problem,
)


def admit(
    name: str, content: bytes, *, limits: Limits = LIMITS, crs: str | None = None, kind: str = "Feature"
) -> Admission:
    """Return the layers in a file, and everything that is wrong with it; never raises.

    The ending of `name` states the format. `crs` is the CRS of the coordinates, such as `EPSG:28992`, if the
    file states none or a wrong one. `kind` names features without a name, in the visitor's language.
    """
    path = safe_name(name)
    try:
        return _admit(path, content, limits, crs, kind)
    except Exception as error:
        return Admission(problems=(to_problem(path, content, error),), needs_crs=lacks_crs(error))


@dataclass(frozen=True)
class _Table:
    """One table of a file, ready to be read."""

    title: str
    batches: Iterable[FeatureBatch]
    crs: str


def _admit(path: Path, content: bytes, limits: Limits, crs: str | None, kind: str) -> Admission:
    upload = open_upload(path, content, limits, crs)
    if len(upload.content) > MAX_SMALL_BYTES:
        return Admission(is_large=True)
    tables, problems = _tables(upload)
    layers: list[AdmittedLayer] = []
    needs_crs = False
    for table in tables:
        try:
            cleaned = clean_features(table.batches, None, limits, MAX_SMALL_COUNT)
            if cleaned is None:
                return Admission(is_large=True)
            properties = describe(cleaned.properties, limits)
        except RefusedError as error:
            problems.append(Problem(upload.path.name, None, error.what, error.mend))
            continue
        problems += _left_out(upload.path.name, cleaned)
        needs_crs |= OUTSIDE in cleaned.tally.left_out
        if cleaned.numbers or set(cleaned.tally.left_out) <= {NO_GEOMETRY}:
            layer_id = upload.layer_id(len(layers) + 1)
            layers.append(_to_layer(layer_id, upload.path.name, table, cleaned, properties, kind))
    if not layers and not problems:
        raise nothing_drawn()
    return Admission(tuple(layers), tuple(problems), needs_crs=needs_crs and crs is None)


def _tables(upload: UploadedFile) -> tuple[list[_Table], list[Problem]]:
    """Return the tables of a file, and the problems of those that can't be read."""
    if upload.is_geojson:
        crs, batches = upload.read_geojson()
        return [_Table(upload.path.stem, batches, crs)], []
    sources, problems = upload.open(upload.content, upload.format)
    return [_Table(source.title, read_features(source), source.crs.name) for source in sources], problems


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
    layer = infer_entry(layer_id, label, table.title, kind, properties, cleaned.tally.types)
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
