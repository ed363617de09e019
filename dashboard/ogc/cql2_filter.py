"""CQL2 filters (OGC API – Features, Part 3), held against features.

pygeofilter's own evaluator makes Python code of a filter, which somebody else wrote; this one walks it.
"""

from __future__ import annotations

import datetime
import operator
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

import shapely
from pygeofilter import ast
from shapely.geometry.base import BaseGeometry

GEOMETRY = "geometry"
"""What a filter calls the shape of a feature."""

COMPARISONS: dict[ast.ComparisonOp, Callable[[Any, Any], bool]] = {
    ast.ComparisonOp.EQ: operator.eq,
    ast.ComparisonOp.NE: operator.ne,
    ast.ComparisonOp.LT: operator.lt,
    ast.ComparisonOp.LE: operator.le,
    ast.ComparisonOp.GT: operator.gt,
    ast.ComparisonOp.GE: operator.ge,
}
SPATIAL: dict[ast.SpatialComparisonOp, Callable[[Any, Any], Any]] = {
    ast.SpatialComparisonOp.INTERSECTS: shapely.intersects,
    ast.SpatialComparisonOp.DISJOINT: shapely.disjoint,
    ast.SpatialComparisonOp.CONTAINS: shapely.contains,
    ast.SpatialComparisonOp.WITHIN: shapely.within,
    ast.SpatialComparisonOp.TOUCHES: shapely.touches,
    ast.SpatialComparisonOp.CROSSES: shapely.crosses,
    ast.SpatialComparisonOp.OVERLAPS: shapely.overlaps,
    ast.SpatialComparisonOp.EQUALS: shapely.equals,
}

Filter = Any
"""A node of pygeofilter's tree, which has no common type."""

ASKED: ContextVar[Filter | None] = ContextVar("filter", default=None)
"""The filter of the question that is being answered: pygeoapi would read it in another language."""


class FilterError(ValueError):
    """What is wrong with a filter, for whoever wrote it."""


def passes(node: Filter, properties: Mapping[str, Any], shape: BaseGeometry) -> bool:
    """Tell whether a feature passes; raises `FilterError` where the filter asks what can't be answered."""
    try:
        return _test(node, {**properties, GEOMETRY: shape}) is True
    except RecursionError:
        raise FilterError("`filter` is nested too deep.") from None
    except shapely.errors.GEOSException:
        raise FilterError("`filter` has a geometry that is not valid.") from None


def _test(node: Filter, feature: Mapping[str, Any]) -> bool | None:
    """Return whether a condition holds; `None` where a value is missing, so that it can't be told."""
    match node:
        case bool():
            return node
        case ast.Not():
            held = _test(node.sub_node, feature)
            return None if held is None else not held
        case ast.And() | ast.Or():
            held_both = {_test(node.lhs, feature), _test(node.rhs, feature)}
            decides = isinstance(node, ast.Or)
            return decides if decides in held_both else None if None in held_both else not decides
        case ast.IsNull():
            return (_value(node.lhs, feature) is None) is not node.not_
        case ast.Comparison():
            return _compare(COMPARISONS[node.op], _value(node.lhs, feature), _value(node.rhs, feature))
        case ast.Between():
            value, low, high = (_value(part, feature) for part in (node.lhs, node.low, node.high))
            held_low, held_high = _compare(operator.ge, value, low), _compare(operator.le, value, high)
            return None if None in (held_low, held_high) else (held_low and held_high) is not node.not_
        case ast.In():
            value = _value(node.lhs, feature)
            held_any = [_compare(operator.eq, value, _value(part, feature)) for part in node.sub_nodes]
            return None if value is None else (True in held_any) is not node.not_
        case ast.Like():
            value = _value(node.lhs, feature)
            return None if value is None else _is_like(str(value), str(node.pattern)) is not node.not_
        case ast.SpatialComparisonPredicate():
            shapes = [_value(part, feature) for part in (node.lhs, node.rhs)]
            if not all(isinstance(shape, BaseGeometry) for shape in shapes):
                raise FilterError("`filter` compares the place of what has none.")
            return bool(SPATIAL[node.op](*shapes))
        case ast.BBox():
            box = shapely.box(node.minx, node.miny, node.maxx, node.maxy)
            return bool(shapely.intersects(_value(node.lhs, feature), box))
    raise FilterError(f"`filter` asks what is not offered here: {type(node).__name__}.")


def _value(node: Filter, feature: Mapping[str, Any]) -> Any:
    match node:
        case ast.Attribute():
            return feature.get(node.name)
        case BaseGeometry():
            return node
        case ast.Function(name="lower", arguments=[inner]):
            value = _value(inner, feature)
            return value.lower() if isinstance(value, str) else value
        case datetime.date():
            return node.isoformat()
        case bool() | int() | float() | str():
            return node
    raise FilterError(f"`filter` asks what is not offered here: {type(node).__name__}.")


def _compare(compare: Callable[[Any, Any], bool], value: Any, other: Any) -> bool | None:
    """Compare values of the same kind; of a list, any that it holds, and all to differ."""
    if value is None or other is None:
        return None
    if isinstance(value, list):
        held = [_compare(compare, item, other) for item in value]
        return all(held) if compare is operator.ne else any(held)
    is_number = [isinstance(one, int | float) and not isinstance(one, bool) for one in (value, other)]
    if is_number[0] is not is_number[1] or isinstance(value, bool) is not isinstance(other, bool):
        raise FilterError(
            f"`filter` compares {value!r:.40} with {other!r:.40}: one is a number, or true or false."
        )
    if isinstance(value, BaseGeometry) or isinstance(other, BaseGeometry):
        raise FilterError("`filter` compares shapes as values; take S_EQUALS.")
    return bool(compare(value, other))


def _is_like(text: str, pattern: str) -> bool:
    """Tell whether a text is like a pattern with `%` for any signs and `_` for one, in one go over it."""
    parts = pattern.split("%")
    first, last = parts[0], parts[-1]
    if len(parts) == 1:
        return len(text) == len(pattern) and _fits(text, 0, pattern)
    if len(text) < len(first) + len(last) or not _fits(text, 0, first):
        return False
    end = len(text) - len(last)
    if not _fits(text, end, last):
        return False
    at = len(first)
    for part in parts[1:-1]:
        found = next((start for start in range(at, end - len(part) + 1) if _fits(text, start, part)), None)
        if found is None:
            return False
        at = found + len(part)
    return True


def _fits(text: str, at: int, part: str) -> bool:
    return all(sign in ("_", text[at + step]) for step, sign in enumerate(part))
