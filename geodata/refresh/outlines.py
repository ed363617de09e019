"""Makes the shape of a feature from areas: their union, or the edge where they end."""

from collections.abc import Iterable, Mapping

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import RefreshError
from geodata.reading.geojson_geometry import to_geometry
from geodata.refresh.draft import Draft, distance_m, set_geometry
from geodata.refresh.plan import Area, Card, Outline
from geodata.refresh.services.base import Answer
from geodata.spatial.measuring import area_km2, project, unproject

TOUCHING_M = 1.0
"""Shapes that are no farther apart touch."""

MIN_EDGE_SHARE = 0.01
"""Pieces of an edge with a smaller share of its length come from shapes that do not quite touch."""


def outline(draft: Draft, plan: Outline, areas: Mapping[str, Area], answers: Mapping[str, Answer]) -> None:
    """Give a feature of a draft the shape of its plan.

    Raises `RefreshError` if a service lacks a member of an area, or the shape has several pieces.
    """
    feature = draft.feature(plan.feature)
    before = to_geometry(feature["geometry"])
    if plan.is_edge:
        area = areas[plan.parts[0].area]
        shape = _in_direction_of(before, _edge(draft, area, answers[area.service]))
    else:
        shape = _cover(draft, plan, _shapes(plan, areas, answers))
    moved_m = distance_m(before, shape)
    if moved_m > plan.max_move_m:
        names = ", ".join(part.area for part in plan.parts)
        draft.refuse(feature, f"would move by {moved_m:,.0f} m by {names}")
    set_geometry(feature, shape, plan.decimals)
    for part in plan.parts:
        date = answers[areas[part.area].service].as_of
        draft.renewals.append((part, date))
        draft.renew(feature, part, date)
    draft.card = Card(method=plan.method), date


def _members(area: Area, answer: Answer) -> list[BaseGeometry]:
    """Return the shape of each member of an area."""
    found: dict[str, list[BaseGeometry]] = {}
    for record in answer.records:
        key = str(record.values.get(area.key)).strip()
        if key in area.among and record.geometry is not None:
            found.setdefault(key, []).append(record.geometry)
    missing = [key for key in area.among if key not in found]
    if missing:
        what = f"{area.service} has no {', '.join(missing)} by `{area.key}`"
        raise RefreshError(
            f"{what}; correct `among` in refresh.toml: members may have merged or changed codes"
        )
    return [shapely.union_all(shapes) for shapes in found.values()]


def _shapes(plan: Outline, areas: Mapping[str, Area], answers: Mapping[str, Answer]) -> list[BaseGeometry]:
    """Return the members of all parts, in m; simplified ones keep their common boundaries."""
    exact: list[BaseGeometry] = []
    simplified: list[BaseGeometry] = []
    for part in plan.parts:
        area = areas[part.area]
        (simplified if part.is_simplified else exact).extend(
            map(project, _members(area, answers[area.service]))
        )
    return exact + list(shapely.coverage_simplify(np.array(simplified, dtype=object), plan.simplify_m))


def _cover(draft: Draft, plan: Outline, members: list[BaseGeometry]) -> BaseGeometry:
    """Return the union of members, with the narrow gaps between them closed."""
    whole = unproject(shapely.union_all([*members, *_gaps(members, plan.close_m)]))
    pieces = shapely.get_parts(shapely.set_precision(whole, 10**-plan.decimals))
    large = [piece for piece in pieces if area_km2(piece) >= plan.least_km2]
    if len(large) != 1:
        raise _in_pieces(draft, len(large), "check its areas in refresh.toml")
    rings = [ring for ring in large[0].interiors if area_km2(shapely.Polygon(ring)) >= plan.least_km2]
    return shapely.Polygon(large[0].exterior, rings)


def _gaps(members: list[BaseGeometry], width_m: float) -> Iterable[BaseGeometry]:
    """Return the gaps between two members that are no wider than `width_m`."""
    if not width_m:
        return []
    union = shapely.union_all(members)
    closed = union.buffer(width_m / 2, join_style="mitre").buffer(-width_m / 2, join_style="mitre")
    # Slightly widened, so that rounding leaves no slit.
    gaps = shapely.buffer(shapely.get_parts(closed.difference(union)), TOUCHING_M)
    touched = shapely.STRtree(members).query(gaps, predicate="intersects")[0]
    return list(gaps[np.bincount(touched, minlength=len(gaps)) > 1])


def _edge(draft: Draft, area: Area, answer: Answer) -> BaseGeometry:
    """Return the line along which an area has no other records of its service beside it."""
    inside = project(shapely.union_all(_members(area, answer)))
    beyond = [
        project(record.geometry)
        for record in answer.records
        if record.geometry is not None and str(record.values.get(area.key)).strip() not in area.among
    ]
    rims = shapely.union_all(shapely.get_exterior_ring(shapely.get_parts(inside)))
    edge = shapely.line_merge(rims.difference(shapely.union_all(beyond).buffer(TOUCHING_M)))
    pieces = [piece for piece in shapely.get_parts(edge) if piece.length > edge.length * MIN_EDGE_SHARE]
    if len(pieces) != 1 or pieces[0].is_closed:
        mend = f"{area.service} needs records beside the area, within its bbox"
        raise _in_pieces(draft, len(pieces), mend)
    return unproject(pieces[0])


def _in_pieces(draft: Draft, count: int, mend: str) -> RefreshError:
    return RefreshError(f"{draft.layer.id} would have {count} pieces, or be closed; {mend}")


def _in_direction_of(before: BaseGeometry | None, line: BaseGeometry) -> BaseGeometry:
    if before is None:
        return line
    start = shapely.Point(before.coords[0])
    distances = [shapely.Point(line.coords[at]).distance(start) for at in (0, -1)]
    turned: BaseGeometry = line if distances[0] <= distances[1] else shapely.reverse(line)
    return turned
