"""The shape of a layer's one feature, made of areas: what they cover together, or where they end."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.errors import RefreshError
from geodata.reading.geojson_geometry import to_geometry
from geodata.refresh.dated_text import renew
from geodata.refresh.draft import Draft, set_geometry
from geodata.refresh.merge import moved
from geodata.refresh.plan import Area, Card, Outline
from geodata.refresh.services.base import Answer
from geodata.spatial.measuring import area_km2, project, unproject

TOUCHING_M = 1.0
"""How far apart shapes may be that are meant to touch."""

CRUMB = 0.01
"""By what part of an edge a piece is one that comes of shapes which do not quite touch."""


def outline(draft: Draft, plan: Outline, areas: Mapping[str, Area], answers: Mapping[str, Answer]) -> None:
    """Give the one feature of a draft the shape that its plan says.

    Raises
    ------
    RefreshError
        If a service lacks a member of an area, or what comes of them is in several pieces.
    """
    if len(draft.features) != 1:
        raise RefreshError(f"{draft.layer.id} has {len(draft.features)} features, and an outline is of one")
    [feature] = draft.features
    if plan.is_edge:
        shape = _edge(draft, plan, areas, answers)
    else:
        shape = _cover(draft, plan, _shapes(plan, areas, answers))
    moved_m = moved(to_geometry(feature["geometry"]), shape)
    if moved_m > plan.max_move_m:
        areas_named = ", ".join(part.area for part in plan.parts)
        draft.refuse(feature, f"would move by {moved_m:,.0f} m by {areas_named}")
    set_geometry(feature, shape, plan.decimals)
    for part in plan.parts:
        date = answers[areas[part.area].service].as_of
        draft.renewals.append((part, date))
        feature["properties"]["source"] = renew(feature["properties"]["source"], part.phrases, date)
    draft.card = Card(method=plan.method), date


def _members(area: Area, answer: Answer) -> dict[str, BaseGeometry]:
    """Return the shapes of an area's members by their keys."""
    found: dict[str, list[BaseGeometry]] = {}
    for record in answer.records:
        key = str(record.values.get(area.key)).strip()
        if key in area.among and record.geometry is not None:
            found.setdefault(key, []).append(record.geometry)
    missing = [key for key in area.among if key not in found]
    if missing:
        what = f"{area.service} has no {', '.join(missing)} by `{area.key}`"
        raise RefreshError(f"{what}; correct `among` in refresh.toml, as members merge or change their codes")
    return {key: shapely.union_all(shapes) for key, shapes in found.items()}


def _shapes(plan: Outline, areas: Mapping[str, Area], answers: Mapping[str, Answer]) -> list[BaseGeometry]:
    """Return the members of all parts, in meters; coarser ones keep what they have in common."""
    fine: list[BaseGeometry] = []
    coarse: list[BaseGeometry] = []
    for part in plan.parts:
        area = areas[part.area]
        members = _members(area, answers[area.service]).values()
        (coarse if part.is_simplified else fine).extend(map(project, members))
    return fine + list(shapely.coverage_simplify(np.array(coarse, dtype=object), plan.simplify_m))


def _cover(draft: Draft, plan: Outline, members: list[BaseGeometry]) -> BaseGeometry:
    """Return what members cover together, with the narrow gaps between them."""
    whole = unproject(shapely.union_all([*members, *_gaps(members, plan.close_m)]))
    pieces = shapely.get_parts(shapely.set_precision(whole, 10**-plan.decimals))
    large = [piece for piece in pieces if area_km2(piece) >= plan.least_km2]
    if len(large) != 1:
        raise RefreshError(
            f"{draft.layer.id} would be in {len(large)} pieces; look at its areas in refresh.toml"
        )
    rings = [ring for ring in large[0].interiors if area_km2(shapely.Polygon(ring)) >= plan.least_km2]
    return shapely.Polygon(large[0].exterior, rings)


def _gaps(members: list[BaseGeometry], width_m: float) -> list[BaseGeometry]:
    """Return what lies between two shapes where they are no farther apart than that."""
    if not width_m:
        return []
    union = shapely.union_all(members)
    closed = union.buffer(width_m / 2, join_style="mitre").buffer(-width_m / 2, join_style="mitre")
    # A little over, so that rounding leaves no slit.
    gaps = [gap.buffer(TOUCHING_M) for gap in shapely.get_parts(closed.difference(union))]
    touched = shapely.STRtree(members).query(gaps, predicate="intersects")[0]
    return [gaps[at] for at in np.flatnonzero(np.bincount(touched, minlength=len(gaps)) > 1)]


def _edge(
    draft: Draft, plan: Outline, areas: Mapping[str, Area], answers: Mapping[str, Answer]
) -> BaseGeometry:
    """Return the line along which the areas have nothing of the same service beside them."""
    [part] = plan.parts
    area = areas[part.area]
    answer = answers[area.service]
    inside = shapely.union_all(list(_members(area, answer).values()))
    beyond = [
        record.geometry
        for record in answer.records
        if record.geometry is not None and str(record.values.get(area.key)).strip() not in area.among
    ]
    near = shapely.union_all([project(shape) for shape in beyond]).buffer(TOUCHING_M)
    rims = shapely.union_all(shapely.get_exterior_ring(shapely.get_parts(project(inside))))
    edge = shapely.line_merge(rims.difference(near))
    pieces = [piece for piece in shapely.get_parts(edge) if piece.length > edge.length * CRUMB]
    if len(pieces) != 1 or pieces[0].is_closed:
        what = f"{draft.layer.id} would be in {len(pieces)} pieces, or closed"
        raise RefreshError(f"{what}: {area.service} has to have what lies beside the area, within its box")
    return _same_way(unproject(pieces[0]), to_geometry(draft.features[0]["geometry"]))


def _same_way(line: BaseGeometry, before: BaseGeometry | None) -> BaseGeometry:
    """Return a line in the direction of the one before."""
    if before is None:
        return line
    start = shapely.Point(before.coords[0])
    ends = [shapely.Point(line.coords[at]).distance(start) for at in (0, -1)]
    turned: BaseGeometry = line if ends[0] <= ends[1] else shapely.reverse(line)
    return turned
