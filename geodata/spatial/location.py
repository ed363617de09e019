"""Where a feature lies: the areas of the atlas that hold it."""

from __future__ import annotations

from geodata.atlas.atlas import Atlas
from geodata.features.feature import Feature


def areas_around(atlas: Atlas, feature: Feature) -> list[Feature]:
    """Return the areas that hold a feature, smallest first, as the catalog's `located_in` lists their layers.

    A point on a shared boundary lies in both; a line or an area lies where its representative point is and
    only counts as inside when at least half of it is.
    """
    found: list[Feature] = []
    for layer_id in atlas.catalog.located_in:
        data = atlas.in_memory.get(layer_id)
        if data is None or layer_id == feature.layer.id:
            continue
        for area_id, area in data.geometries.items():
            if area.covers(feature.geometry) or _is_mostly_in(feature, area):
                match = atlas.feature(f"{layer_id}.{area_id}")
                if match is not None:
                    found.append(match)
    return found


def _is_mostly_in(feature: Feature, area: object) -> bool:
    """Tell whether at least half of a line or an area is in an area."""
    geometry = feature.geometry
    measure = "area" if geometry.area > 0 else "length"
    whole = getattr(geometry, measure)
    return bool(whole > 0 and getattr(geometry.intersection(area), measure) >= whole / 2)
