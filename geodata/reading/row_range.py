"""Some rows of a table that follow each other, so that several may read it, each a part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Range:
    """Rows in the order of the file."""

    skip: int = 0
    """How many come before."""
    count: int | None = None
    """How many there are; to the end unless given."""


WHOLE = Range()
"""All of a table."""


def to_ranges(count: int, parts: int) -> list[Range]:
    """Return a table of so many rows in so many parts, the last one to its end, wherever that is."""
    ends = [count * part // parts for part in range(1, parts)]
    starts = [0, *ends]
    return [Range(start, end - start) for start, end in zip(starts, ends, strict=False)] + [Range(starts[-1])]


def cut(batches: Iterable[pa.RecordBatch], before: int, count: int | None) -> Iterator[pa.RecordBatch]:
    """Yield batches without so many rows at the beginning, and end after so many more, to the end without."""
    for batch in batches:
        part = batch.slice(before, count)
        before = max(0, before - len(batch))
        if len(part):
            yield part
        if count is not None:
            count -= len(part)
            if count == 0:
                return
