"""The gate: bytes that somebody brings, under any name, become layers or a list of what is wrong with them.

Nothing of them is executed and nothing that they name is fetched; only formats of the list are read, from
memory, within limits. The layers of a catalog are read by the same modules.
"""

from __future__ import annotations

import datetime
import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from geodata.admission import Account, Admission, AdmittedLayer
from geodata.errors import Problem, RefusedError, quoted, told
from geodata.formats import MAX_BYTES, MAX_COUNT
from geodata.geojson import Rows, features_of, parse, read_rows
from geodata.intake import Intake, take_in, to_content, to_feature
from geodata.limits import Limits
from geodata.loading import LayerData
from geodata.properties import Properties, describe
from geodata.schema import Layer, LayerStyle, License, Source

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
    label = quoted(PurePath(name.replace("\\", "/")).name) or "?"

    def refuse(what: str, mend: str) -> Admission:
        return Admission(problems=(Problem(label, None, what, mend),))

    try:
        return _admit(label, content, limits, crs, kind)
    except RefusedError as error:
        return refuse(error.what, error.mend)
    except Exception:
        log.exception("can't read %s of %d bytes", label, len(content))
        return refuse(
            told("can't be read"), told("Open it in the program that it is from, and export it again.")
        )


@dataclass(frozen=True)
class Prepared:
    """A large file in a folder, and the layers to build of it."""

    layers: tuple[Layer, ...] = ()
    """For `build_layer(layer, folder, cache)`: their `file` lies in the folder."""
    problems: tuple[Problem, ...] = ()


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
    raise NotImplementedError


@dataclass(frozen=True)
class _Table:
    """One table of a file."""

    title: str
    rows: Iterator[Rows]
    crs: str = "WGS 84"


def _admit(label: str, content: bytes, limits: Limits, crs: str | None, kind: str) -> Admission:
    if len(content) > limits.max_bytes:
        what = told("is larger than {size} MB", size=limits.max_bytes // 1_000_000)
        raise RefusedError(what, told("Give a part of it, or simpler shapes."))
    if not content:
        raise RefusedError(told("is empty"), told("Give another file."))
    if len(content) > MAX_BYTES:
        return Admission(is_large=True)
    layers: list[AdmittedLayer] = []
    problems: list[Problem] = []
    for table in _tables(label, content, limits, crs):
        intake = take_in(table.rows, None, limits, MAX_COUNT)
        if intake is None:
            return Admission(is_large=True)
        layer, found = _to_layer(label, table, intake, content, kind, limits, len(layers))
        problems += found
        if layer is not None:
            layers.append(layer)
    return Admission(tuple(layers), tuple(problems))


def _tables(label: str, content: bytes, limits: Limits, crs: str | None) -> Iterator[_Table]:
    features = features_of(parse(content, limits))
    yield _Table(PurePath(label).stem, read_rows(features, limits))


def _to_layer(
    label: str, table: _Table, intake: Intake, content: bytes, kind: str, limits: Limits, place: int
) -> tuple[AdmittedLayer | None, list[Problem]]:
    """Return a table as a layer, and what is wrong with it; no layer where all had to be left out."""
    properties = describe(intake.properties, limits)
    tally = intake.tally
    account = Account(
        count_in=intake.count_in,
        count=len(intake.numbers),
        repaired=dict(tally.repaired + properties.repaired),
        left_out=dict(tally.left_out),
        crs=table.crs,
    )
    problems = [
        Problem(
            label,
            None,
            told("leaves out {count} of {all}: {reason}", count=count, all=intake.count_in, reason=reason),
            told("Correct the file, or do without them."),
        )
        for reason, count in tally.left_out.items()
    ]
    if intake.count_in and not intake.numbers:
        return None, problems
    digest = hashlib.sha256(content).hexdigest()
    layer = _layer(f"own_{digest[:10]}_{place + 1}", label, table.title, kind, intake, properties)
    ids = [str(number) for number in intake.numbers]
    for number, row in zip(ids, properties.rows, strict=True):
        row["name"] = str(row.get(properties.name_field) or f"{kind} {number}")
    features = map(to_feature, ids, properties.rows, intake.geometries)
    data = LayerData(
        layer,
        to_content(layer.id, features),
        "",
        dict(zip(ids, properties.rows, strict=True)),
        dict(zip(ids, intake.geometries, strict=True)),
    )
    data = replace(data, sha256=hashlib.sha256(data.content).hexdigest())
    return AdmittedLayer(data, account), problems


def _layer(layer_id: str, label: str, title: str, kind: str, intake: Intake, properties: Properties) -> Layer:
    """Return the entry that a catalog would have for a table; what nobody knows of it is empty."""
    return Layer(
        id=layer_id,
        title=title,
        kind=kind,
        description="",
        geometry_types=sorted(intake.tally.types) or ["Point"],
        name_field=properties.name_field,
        key_fields=list(properties.fields)[:3],
        license=License.model_construct(name="", url=""),
        attribution="",
        vintage="",
        retrieved=datetime.datetime.now(datetime.UTC).date(),
        method="",
        sources=[Source(name=label)],
        fields=properties.fields,
        style=STYLE,
    )


STYLE = LayerStyle(
    color="#b5305f",
    dark_color="#ff8fb4",
    weight=2.5,
    opacity=1,
    fill_opacity=0.25,
    radius=6,
    symbol_maxzoom=9,
    symbol_fill_opacity=0.9,
    label_minzoom=12,
)
"""Of a layer that nobody styled."""
