"""How much of a file is read: beyond these limits it is refused, or built like a large layer."""

from __future__ import annotations

import time
from dataclasses import dataclass

from geodata.errors import RefusedError, message


@dataclass(frozen=True)
class Limits:
    """What a file may ask of the reader; each limit is looked at before the work is done."""

    max_bytes: int = 50_000_000
    """Size of the file, and of what an archive holds when it is unpacked, in bytes. 50 MB."""
    max_features: int = 500_000
    """Features of all its tables together. 500,000; from 5,000 on a file is a large one."""
    max_vertices: int = 2_000_000
    """Positions of one file that is read into memory. 2,000,000."""
    max_nesting: int = 64
    """Lists, objects or elements within each other. 64."""
    max_fields: int = 500
    """Properties that the features of one table have between them. 500."""
    max_text_length: int = 100_000
    """Of one text, name of a property or number, in characters. 100,000."""
    max_tables: int = 20
    """Tables of one file. 20."""
    max_seconds: float = 20.0
    """Time for one file that is read into memory, in seconds. 20."""


UNLIMITED = Limits(
    max_bytes=1 << 62,
    max_features=1 << 62,
    max_vertices=1 << 62,
    max_fields=1 << 62,
    max_text_length=1 << 62,
    max_tables=1 << 62,
    max_seconds=1e9,
)
"""For the files of a catalog, which its owner chose; how deep they may be nested is limited all the same."""


class Deadline:
    """The moment after which a file is given up."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self._seconds = seconds

    def check(self) -> None:
        """Raise `RefusedError` where the time is up; asked between batches of work."""
        if time.monotonic() > self._end:
            raise RefusedError(
                message("takes longer than {seconds} seconds to read", seconds=round(self._seconds)),
                message("Give a part of it, or simpler shapes."),
            )
