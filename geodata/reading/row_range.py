"""Divides a table into ranges of rows, so that several workers can read it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class RowRange:
    """Consecutive rows of a table, in the order of the file."""

    skip: int = 0
    """Number of rows before the range."""
    count: int | None = None
    """Number of rows; to the end of the table unless given."""


WHOLE = RowRange()
"""All rows of a table."""


def to_ranges(count: int, parts: int) -> list[RowRange]:
    """Divide a table of `count` rows into `parts` ranges; the last one reaches to the end of the table."""
    ends = [count * part // parts for part in range(1, parts)]
    starts = [0, *ends]
    ranges = [RowRange(start, end - start) for start, end in zip(starts, ends, strict=False)]
    return [*ranges, RowRange(starts[-1])]


def cut(batches: Iterable[pa.RecordBatch], skip: int, count: int | None) -> Iterator[pa.RecordBatch]:
    """Yield batches without their first `skip` rows, up to `count` rows in all."""
    for batch in batches:
        part = batch.slice(skip, count)
        skip = max(0, skip - len(batch))
        if len(part):
            yield part
        if count is not None:
            count -= len(part)
            if count == 0:
                return
