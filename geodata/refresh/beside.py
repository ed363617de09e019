"""Lines of a layer held against those of a service: how much of each lies elsewhere, and how far."""

from __future__ import annotations

import shapely

from geodata.errors import RefreshError
from geodata.measure import project
from geodata.refresh.draft import Draft
from geodata.refresh.plan import Beside
from geodata.refresh.service import Answer

STEP_M = 25
"""How far apart the points are at which a line is looked at."""


def hold_beside(draft: Draft, plan: Beside, answer: Answer) -> None:
    """Note in a draft the lines that lie farther from every line of a service than expected.

    Parameters
    ----------
    answer
        Of which each record is a line.
    """
    lines = [project(record.geometry) for record in answer.records if record.geometry is not None]
    if not lines:
        raise RefreshError(f"{plan.service} has no lines to hold {draft.layer.id} against")
    tree = shapely.STRtree(lines)
    for feature_id, shape in draft.geometries().items():
        points = shapely.points(shapely.get_coordinates(shapely.segmentize(project(shape), STEP_M)))
        _, distances_m = tree.query_nearest(points, return_distance=True, all_matches=False)
        away = float((distances_m > plan.within_m).mean()) * project(shape).length / 1000
        if away:
            draft.strays[feature_id] = plan.service, away, float(distances_m.max())
