"""SQLite's R-tree, packed whole instead of grown box by box: a million boxes in a second, and fuller nodes.

The form of its tables: https://www.sqlite.org/rtree.html, "Implementation Details".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

MAX_CELLS = 51
"""Of a node, as SQLite has it for pages of 4 KiB and more."""

CELL = np.dtype([("id", ">i8"), ("box", ">f4", 4)])
NODE = np.dtype([("depth", ">u2"), ("count", ">u2"), ("cells", CELL, MAX_CELLS)])

Rows = Iterator[tuple[Any, Any]]


def packed_rtree(ids: Any, bounds: Any) -> Iterator[tuple[str, Rows]]:
    """Yield the rows of the tables `rowid`, `node` and `parent` that an R-tree consists of.

    Parameters
    ----------
    ids
        Array of whole numbers.
    bounds
        Array of (minx, miny, maxx, maxy), a row per id.
    """
    keys, boxes = np.asarray(ids, dtype=np.int64), _outward(bounds)
    next_number, depth = 2, 0  # 1 is the root
    while True:
        order, groups = _tile(boxes)
        count = int(groups[-1]) + 1 if len(groups) else 1
        is_root = len(keys) <= MAX_CELLS
        numbers = np.array([1]) if is_root else np.arange(next_number, next_number + count)
        next_number += count
        owners = numbers[groups] if len(groups) else numbers[:0]
        yield ("parent" if depth else "rowid"), zip(keys[order].tolist(), owners.tolist(), strict=True)
        nodes, keys, boxes = _to_nodes(keys[order], boxes[order], groups, numbers)
        nodes["depth"][0] = depth if is_root else 0
        blobs = (node.tobytes() for node in nodes)
        yield "node", zip(numbers.tolist(), blobs, strict=True)
        if is_root:
            return
        depth += 1


def _outward(bounds: Any) -> Any:
    """Return boxes as (minx, maxx, miny, maxy) in single precision, none smaller than it was."""
    exact = np.asarray(bounds, dtype=np.float64).reshape(-1, 4)[:, [0, 2, 1, 3]]
    rounded = exact.astype(np.float32)
    lower, upper = np.nextafter(rounded, np.float32(-np.inf)), np.nextafter(rounded, np.float32(np.inf))
    rounded[:, [0, 2]] = np.where(rounded > exact, lower, rounded)[:, [0, 2]]
    rounded[:, [1, 3]] = np.where(rounded < exact, upper, rounded)[:, [1, 3]]
    return rounded


def _tile(boxes: Any) -> tuple[Any, Any]:
    """Return the order of boxes in slices from west to east, each from south to north, and their node.

    Sort-Tile-Recursive: Leutenegger, Lopez and Edgington, ICDE 1997.
    """
    count = len(boxes)
    nodes = max(1, -(-count // MAX_CELLS))
    per_slice = MAX_CELLS * int(np.ceil(nodes / np.ceil(np.sqrt(nodes))))
    by_x = np.argsort(boxes[:, 0] + boxes[:, 1], kind="stable")
    slices = np.arange(count) // per_slice
    within = np.lexsort(((boxes[:, 2] + boxes[:, 3])[by_x], slices))
    return by_x[within], np.arange(count) // MAX_CELLS


def _to_nodes(keys: Any, boxes: Any, groups: Any, numbers: Any) -> tuple[Any, Any, Any]:
    """Return nodes, and the numbers and boxes that the level above them has for them."""
    nodes = np.zeros(len(numbers), dtype=NODE)
    if not len(keys):
        return nodes, numbers, boxes
    places = np.arange(len(keys)) - groups * MAX_CELLS
    nodes["cells"]["id"][groups, places] = keys
    nodes["cells"]["box"][groups, places] = boxes
    nodes["count"] = np.bincount(groups, minlength=len(numbers))
    starts = np.arange(len(numbers)) * MAX_CELLS
    around = np.empty((len(numbers), 4), dtype=np.float32)
    around[:, [0, 2]] = np.minimum.reduceat(boxes[:, [0, 2]], starts)
    around[:, [1, 3]] = np.maximum.reduceat(boxes[:, [1, 3]], starts)
    return nodes, numbers, around
