"""Evaluates CQL2 filters (OGC API – Features, Part 3) on the frame of a layer."""

import datetime
import operator
import re
from functools import reduce

import geopandas as gpd
import pandas as pd
import shapely
from pygeofilter import ast
from shapely.geometry.base import BaseGeometry

Filter = object
"""A node of pygeofilter's tree; nodes have no common type."""

GEOMETRY = "geometry"
"""What a filter calls the geometry of a feature."""

COMPARISONS = {
    ast.ComparisonOp.EQ: operator.eq,
    ast.ComparisonOp.NE: operator.ne,
    ast.ComparisonOp.LT: operator.lt,
    ast.ComparisonOp.LE: operator.le,
    ast.ComparisonOp.GT: operator.gt,
    ast.ComparisonOp.GE: operator.ge,
}

KINDS = {"b": "a boolean", "i": "a number", "f": "a number"}
"""Code of a NumPy type → what its values are, in words."""


class FilterError(ValueError):
    """What is wrong with a filter, in a sentence for its author."""


def matches(node: Filter, gdf: gpd.GeoDataFrame) -> pd.Series:
    """Return for each feature whether it passes a filter; raises `FilterError` for an unsupported one.

    pygeofilter's own evaluator for GeoPandas compares no lists and no dates.
    """
    try:
        return _test(node, gdf).fillna(False).astype(bool)
    except RecursionError:
        raise FilterError("`filter` is nested too deep.") from None
    except shapely.errors.GEOSException:
        raise FilterError("`filter` has an invalid geometry.") from None


def _test(node: Filter, gdf: gpd.GeoDataFrame) -> pd.Series:
    """Return for each feature whether a condition holds; missing where a value is missing."""
    match node:
        case bool():
            return _column(node, gdf)
        case ast.Not():
            return ~_test(node.sub_node, gdf)
        case ast.And():
            return _test(node.lhs, gdf) & _test(node.rhs, gdf)
        case ast.Or():
            return _test(node.lhs, gdf) | _test(node.rhs, gdf)
        case ast.Comparison():
            return _compare(node.op, _column(node.lhs, gdf), _column(node.rhs, gdf))
        case ast.Between():
            value, low, high = (_column(part, gdf) for part in (node.lhs, node.low, node.high))
            passes = _compare(ast.ComparisonOp.GE, value, low) & _compare(ast.ComparisonOp.LE, value, high)
            return passes ^ node.not_
        case ast.In():
            value = _column(node.lhs, gdf)
            equal = [_compare(ast.ComparisonOp.EQ, value, _column(part, gdf)) for part in node.sub_nodes]
            return reduce(operator.or_, equal) ^ node.not_
        case ast.IsNull():
            return _column(node.lhs, gdf).isna() ^ node.not_
        case ast.Like():
            pattern, texts = _to_regex(str(node.pattern)), _column(node.lhs, gdf).astype("string")
            passes = texts.map(lambda text: pattern.fullmatch(text) is not None, na_action="ignore")
            return passes.astype("boolean") ^ node.not_
        case ast.SpatialComparisonPredicate():
            left, right = _column(node.lhs, gdf), _column(node.rhs, gdf)
            if not (isinstance(left, gpd.GeoSeries) and isinstance(right, gpd.GeoSeries)):
                raise FilterError("`filter` has a spatial condition on a value that is no geometry.")
            test = getattr(shapely, node.op.name.lower())
            return pd.Series(test(left.array, right.array), gdf.index)
    raise FilterError(f"`filter` uses {type(node).__name__} as a condition, which is not supported.")


def _column(node: Filter, gdf: gpd.GeoDataFrame) -> pd.Series:
    """Return the values that features have for a part of a filter; dates are texts in ISO 8601."""
    match node:
        case ast.Attribute():
            column = gdf[node.name]
            is_date = column.dtype.kind == "M"
            return column.dt.strftime("%Y-%m-%d").astype("string") if is_date else column
        case ast.Function(name="lower", arguments=[inner]):
            column = _column(inner, gdf)
            return column.str.lower() if isinstance(column.dtype, pd.StringDtype) else column
        case BaseGeometry():
            return gpd.GeoSeries(node, gdf.index)
        case datetime.date():
            return pd.Series(node.isoformat(), gdf.index, "string")
        case bool():
            return pd.Series(node, gdf.index, "boolean")
        case int() | float():
            return pd.Series(float(node), gdf.index, "Float64")
        case str():
            return pd.Series(node, gdf.index, "string")
        case ast.Function():
            raise FilterError(f"`filter` uses the function {node.name[:60]}, which is not supported.")
    raise FilterError(f"`filter` uses {type(node).__name__} as a value, which is not supported.")


def _compare(comparison: ast.ComparisonOp, left: pd.Series, right: pd.Series) -> pd.Series:
    """Compare two columns; for lists, `<>` holds for all items, other comparisons for any."""
    if left.dtype != "object":
        return _compare_values(comparison, left, right)
    items = left.explode().dropna().convert_dtypes()
    if items.empty:
        return pd.Series(pd.NA, left.index, "boolean")
    passes = _compare_values(comparison, items, right.reindex(items.index)).groupby(level=0, sort=False)
    is_all = comparison is ast.ComparisonOp.NE
    joined = (passes.all() if is_all else passes.any()).astype("boolean")
    return joined.reindex(left.index, fill_value=is_all).where(left.notna())


def _compare_values(comparison: ast.ComparisonOp, left: pd.Series, right: pd.Series) -> pd.Series:
    """Compare two columns of numbers, texts or booleans; raise `FilterError` for others."""
    kinds = [_kind(column) for column in (left, right)]
    if kinds[0] != kinds[1] or kinds[0] is None:
        first, second = (kind or "a list, object or geometry" for kind in kinds)
        raise FilterError(f"`filter` compares {first} with {second}.")
    passes: pd.Series = COMPARISONS[comparison](left, right)
    return passes


def _kind(column: pd.Series) -> str | None:
    """Return what the values of a column are, in words; `None` if they can't be compared."""
    return "a text" if isinstance(column.dtype, pd.StringDtype) else KINDS.get(column.dtype.kind)


def _to_regex(pattern: str) -> re.Pattern[str]:
    """Return a pattern with `%` for any characters and `_` for one; it never tries a part twice."""
    texts = ["".join("." if sign == "_" else re.escape(sign) for sign in part) for part in pattern.split("%")]
    if len(texts) == 1:
        return re.compile(texts[0], re.DOTALL)
    first, *middle, last = texts
    return re.compile(f"{first}{''.join(f'(?>.*?{part})' for part in middle)}.*{last}", re.DOTALL)
