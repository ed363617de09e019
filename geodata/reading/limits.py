"""Limits on what is read of a file: beyond them it is refused, or built as a large layer."""

import time
from dataclasses import dataclass

from geodata.errors import RefusedError, message


@dataclass(frozen=True)
class Limits:
    """Limits of one file; each is checked before the work is done."""

    max_bytes: int = 50_000_000
    """Size of the file, and of the unpacked content of an archive, in bytes. 50 MB."""
    max_features: int = 500_000
    """Features of all its tables together. 500,000; from 5,000 on a layer is a large one."""
    max_vertices: int = 2_000_000
    """Positions of a file that is read into memory. 2,000,000."""
    max_nesting: int = 64
    """Depth of nested lists, objects or elements. 64."""
    max_fields: int = 500
    """Different properties of the features of one table. 500."""
    max_text_length: int = 100_000
    """Length of a text, property name or number, in characters. 100,000."""
    max_tables: int = 20
    """Tables of one file. 20."""
    max_seconds: float = 20.0
    """Time for a file that is read into memory, in seconds. 20."""


LIMITS = Limits()
"""For uploads; a catalog's features beyond them are reported."""

UNLIMITED = Limits(
    max_bytes=1 << 62,
    max_features=1 << 62,
    max_vertices=1 << 62,
    max_fields=1 << 62,
    max_text_length=1 << 62,
    max_tables=1 << 62,
    max_seconds=1e9,
)
"""For the files of a catalog, which its owner chose; only their nesting is limited."""


class Deadline:
    """The moment at which reading a file is given up."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._seconds = seconds

    def check(self) -> None:
        """Raise `RefusedError` if the time is up; called between batches of work."""
        if time.monotonic() > self._end:
            what = message("takes longer than {seconds} seconds to read", seconds=round(self._seconds))
            raise RefusedError(what, message("Use a part of it, or simplify its shapes."))
