"""CQL2 filters read by pygeofilter, and refused where they can't be answered or take too long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import shapely
from lark.exceptions import LarkError
from pygeofilter import ast, values
from pygeofilter.parsers.cql2_json import parse as parse_json
from pygeofilter.parsers.cql2_text import parse as parse_text

from dashboard.ogc.cql2_filter import GEOMETRY, Filter, FilterError

LANGUAGES = {"cql2-text": parse_text, "cql2-json": parse_json}
MAX_CONDITIONS = 50
MAX_PATTERN = 200
"""Of a filter, and of a pattern in it: each feature is held against all of it."""

WORDS = re.compile(r"'[^']*'|\"[^\"]*\"|[()]|\b(?:AND|OR|BETWEEN)\b", re.IGNORECASE)


def parse_filter(text: str, language: str, names: Iterable[str]) -> Filter:
    """Return a filter over properties of these names; raises `FilterError`."""
    if language not in LANGUAGES:
        raise FilterError(f"`filter-lang` is one of {', '.join(LANGUAGES)}.")
    if language == "cql2-text":
        _require_parentheses(text)
    try:
        found = LANGUAGES[language](text)
        if sum(1 for _ in _prepared(found, {GEOMETRY, *names})) > MAX_CONDITIONS:
            raise FilterError(f"`filter` has more than {MAX_CONDITIONS} conditions.")
    except FilterError:
        raise
    except LarkError as error:
        column = getattr(error, "column", None)
        where = f", at character {column}" if isinstance(column, int) and column > 0 else ""
        raise FilterError(f"`filter` can't be read as {language}{where}.") from None
    except RecursionError:
        raise FilterError("`filter` is nested too deep.") from None
    except Exception:  # pygeofilter raises what it comes across, such as KeyError
        raise FilterError(f"`filter` can't be read as {language}.") from None
    return found


def _require_parentheses(text: str) -> None:
    """Refuse AND and OR side by side, as pygeofilter takes them from left to right, against the standard."""
    levels: list[set[str]] = [set()]
    betweens = 0
    for word in WORDS.findall(text):
        name = word.upper()
        if word == "(":
            levels.append(set())
        elif word == ")":
            levels[-2:] = levels[-2:-1] or [set()]
        elif name == "BETWEEN":
            betweens += 1
        elif name == "AND" and betweens:
            betweens -= 1
        elif name in ("AND", "OR"):
            levels[-1].add(name)
        if len(levels[-1]) > 1:
            raise FilterError("`filter` has AND and OR side by side: put parentheses around what goes first.")


def _prepared(node: Filter, names: set[str]) -> Iterator[Filter]:
    """Yield the conditions of a filter, with its shapes made; refuse names that there are not."""
    if isinstance(node, ast.Attribute) and node.name not in names:
        there_are = ", ".join(sorted(names))
        raise FilterError(f"`filter` has no property `{node.name[:60]}` to look at. There are: {there_are}.")
    if isinstance(node, ast.SpatialComparisonPredicate):
        node.lhs, node.rhs = _to_shape(node.lhs), _to_shape(node.rhs)
    if isinstance(node, ast.Like) and len(str(node.pattern)) > MAX_PATTERN:
        raise FilterError(f"`filter` has a pattern of more than {MAX_PATTERN} characters.")
    if isinstance(node, ast.Condition | ast.Predicate):
        yield node
    for part in (node.get_sub_nodes() or ()) if isinstance(node, ast.Node) else ():
        yield from _prepared(part, names)


def _to_shape(node: Filter) -> Filter:
    """Return a shape that a filter has in words as one; other parts as they are."""
    match node:
        case values.Geometry():
            shape = shapely.geometry.shape(node.geometry)
        case values.Envelope():
            shape = shapely.box(node.x1, node.y1, node.x2, node.y2)
        case ast.Function(name="bbox", arguments=[west, south, east, north]):
            shape = shapely.box(*(float(number) for number in (west, south, east, north)))
        case _:
            return node
    if not shape.is_valid:
        raise FilterError(f"`filter` has a shape that is not valid: {shapely.is_valid_reason(shape)[:80]}.")
    return shape
