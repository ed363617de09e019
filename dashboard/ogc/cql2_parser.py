"""Reads CQL2 filters with pygeofilter; rejects ambiguous, unknown and oversized ones."""

import re
from collections.abc import Iterable, Iterator, Mapping

import shapely
from lark.exceptions import LarkError
from pygeofilter import ast, values
from pygeofilter.parsers.cql2_json import parse as parse_json
from pygeofilter.parsers.cql2_text import parse as parse_text

from dashboard.ogc.cql2_filter import GEOMETRY, Filter, FilterError

LANGUAGES = {"cql2-text": parse_text, "cql2-json": parse_json}
MAX_CONDITIONS = 50
MAX_PATTERN = 200
"""Characters of the pattern of a `LIKE`."""

WORDS = re.compile(r"'[^']*'|\"[^\"]*\"|[()]|\b(?:AND|OR|BETWEEN)\b", re.IGNORECASE)


def parse_filter(parameters: Mapping[str, str], crs: str, names: Iterable[str]) -> Filter | None:
    """Return the filter that parameters hold, if any, over properties of these names.

    Raises `FilterError` if it can't be read, or refers to an unknown property, CRS or language.
    """
    if not parameters:
        return None
    if "filter" not in parameters:
        raise FilterError(f"`{min(parameters)}` needs a `filter`.")
    if parameters.get("filter-crs", crs) != crs:
        raise FilterError(f"`filter-crs` must be {crs}.")
    text, language = parameters["filter"], parameters.get("filter-lang", "cql2-text")
    if language not in LANGUAGES:
        raise FilterError(f"`filter-lang` is one of {', '.join(LANGUAGES)}.")
    if language == "cql2-text":
        _require_parentheses(text)
    try:
        found: Filter = LANGUAGES[language](text)
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
    except Exception:  # pygeofilter raises KeyError and others for malformed input
        raise FilterError(f"`filter` can't be read as {language}.") from None
    return found


def _require_parentheses(text: str) -> None:
    """Reject AND and OR side by side: pygeofilter reads them from left to right, unlike the standard."""
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
            raise FilterError("`filter` has AND and OR side by side: put parentheses around one of them.")


def _prepared(node: Filter, names: set[str]) -> Iterator[Filter]:
    """Yield the conditions of a filter, with geometries made by Shapely; reject unknown properties."""
    if isinstance(node, ast.Attribute) and node.name not in names:
        known = ", ".join(sorted(names))
        raise FilterError(f"`filter` refers to unknown property `{node.name[:60]}`. Known: {known}.")
    if isinstance(node, ast.SpatialComparisonPredicate):
        node.lhs, node.rhs = _to_shape(node.lhs), _to_shape(node.rhs)
    if isinstance(node, ast.Like) and len(str(node.pattern)) > MAX_PATTERN:
        raise FilterError(f"`filter` has a pattern of more than {MAX_PATTERN} characters.")
    if isinstance(node, ast.Condition | ast.Predicate):
        yield node
    for part in (node.get_sub_nodes() or ()) if isinstance(node, ast.Node) else ():
        yield from _prepared(part, names)


def _to_shape(node: Filter) -> Filter:
    """Return a geometry of a filter as one of Shapely; other parts as they are."""
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
        raise FilterError(f"`filter` has an invalid geometry: {shapely.is_valid_reason(shape)[:80]}.")
    return shape
