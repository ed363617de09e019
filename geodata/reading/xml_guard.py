"""Checks XML before GDAL reads it: no document type, and so no entities; limited nesting."""

import math
from typing import BinaryIO
from xml.parsers import expat

from geodata.errors import RefusedError, message
from geodata.reading.limits import Deadline, Limits

PIECE_BYTES = 1 << 16
"""Bytes that are parsed between two checks of the time."""

POSITIONS = ("wpt", "rtept", "trkpt")
"""Elements of GPX with a position; GDAL reads an invalid number there as 0."""


def check_markup(file: BinaryIO, limits: Limits) -> int:
    """Return the number of a document's links to other files, none of which is followed.

    Raises `RefusedError` for what is not XML, for a document type, and beyond the limits.
    """
    parser, deadline = expat.ParserCreate(), Deadline(limits.max_seconds)
    depth = links = 0

    def refuse_doctype(*_: object) -> None:
        what = message("declares a document type, with which XML can expand or read other files")
        raise RefusedError(what, message("Remove the line with <!DOCTYPE."))

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, links
        depth += 1
        kind = name.rpartition(":")[2]
        links += kind == "NetworkLink"
        if kind in POSITIONS and not all(_is_number(attributes.get(axis, "")) for axis in ("lat", "lon")):
            line = parser.CurrentLineNumber
            what = message("has a position without latitude and longitude in line {line}", line=line)
            raise RefusedError(what, message("Correct that place in the file, or export it again."))
        if depth > limits.max_nesting:
            what = message("is nested too deeply to read: more than {count} levels", count=limits.max_nesting)
            raise RefusedError(what, message("Export it again, with fewer folders within each other."))

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = refuse_doctype
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    try:
        while piece := file.read(PIECE_BYTES):
            deadline.check()
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the latter two for an unknown encoding
        cause = expat.ErrorString(error.code) if isinstance(error, expat.ExpatError) else error
        what = message("is not XML: {cause} in line {line}", cause=cause, line=parser.ErrorLineNumber)
        raise RefusedError(what, message("Correct that place in the file, or export it again.")) from None
    return links


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False
