"""Where a feature lies: the areas of the atlas that hold it."""

from __future__ import annotations

from geodata.atlas.atlas import Atlas
from geodata.features.feature import Feature
from geodata.spatial.measuring import projected_geometry
from geodata.spatial.mostly_inside import is_mostly_inside


def areas_around(atlas: Atlas, feature: Feature) -> list[Feature]:
    """Return the areas that a feature lies in, smallest first, as the catalog's `located_in` lists layers."""
    geometry = projected_geometry(atlas, feature)
    found: list[Feature] = []
    for layer_id in atlas.catalog.located_in:
        if layer_id in atlas.in_memory and layer_id != feature.layer.id:
            frame = atlas.projected(layer_id)
            near = frame.geometry.iloc[frame.sindex.query(geometry, predicate="intersects", sort=True)]
            found += atlas.layer(layer_id).features(near.index[is_mostly_inside(geometry, near)])
    return found
