"""XML looked at before GDAL reads it: no document type, so no entities; not too deep."""

from __future__ import annotations

import math
from typing import BinaryIO
from xml.parsers import expat

from geodata.errors import RefusedError, message
from geodata.reading.limits import Deadline, Limits

PIECE = 1 << 16
"""Bytes that are parsed between two looks at the clock."""


POSITIONS = ("wpt", "rtept", "trkpt")
"""Elements of GPX that are somewhere; GDAL takes what is no number there for 0."""


def check_markup(file: BinaryIO, limits: Limits) -> int:
    """Return how many links to other files a document has, none of which is followed.

    Raises
    ------
    RefusedError
        If it is no XML, declares a document type, or is beyond the limits.
    """
    parser, deadline = expat.ParserCreate(), Deadline(limits.max_seconds)
    depth = links = 0

    def refuse_doctype(*_: object) -> None:
        raise RefusedError(
            message("declares a document type, by which XML can grow or reach for other files"),
            message("Take the line with <!DOCTYPE out of it."),
        )

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, links
        depth += 1
        kind = name.rpartition(":")[2]
        links += kind == "NetworkLink"
        if kind in POSITIONS and not all(_is_number(attributes.get(axis)) for axis in ("lat", "lon")):
            raise RefusedError(
                message(
                    "has a position without latitude and longitude in line {line}",
                    line=parser.CurrentLineNumber,
                ),
                message("Correct that place in the file, or export it again."),
            )
        if depth > limits.max_nesting:
            raise RefusedError(
                message("is nested too deeply to read: more than {count} levels", count=limits.max_nesting),
                message("Export it again, with fewer folders within each other."),
            )

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    try:
        while piece := file.read(PIECE):
            deadline.check()
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter of an encoding that is none
        cause = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else error
        what = message("is not XML: {cause} in line {line}", cause=cause, line=parser.ErrorLineNumber)
        raise RefusedError(what, message("Correct that place in the file, or export it again.")) from None
    return links


def _is_number(text: str | None) -> bool:
    try:
        return text is not None and math.isfinite(float(text))
    except ValueError:
        return False
