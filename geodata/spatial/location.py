"""Where a feature lies: the areas of the atlas that hold it."""

from geodata.atlas.atlas import Atlas
from geodata.features.feature import Feature
from geodata.spatial.measuring import meeting, projected_geometry
from geodata.spatial.mostly_inside import is_mostly_inside


def areas_around(atlas: Atlas, feature: Feature) -> list[Feature]:
    """Return the areas that a feature lies in, smallest first, as the catalog's `located_in` lists layers."""
    geometry = projected_geometry(atlas, feature)
    found: list[Feature] = []
    for layer_id in atlas.catalog.located_in:
        if layer_id in atlas.in_memory and layer_id != feature.layer.id:
            ids, areas = meeting(atlas, layer_id, geometry)
            found += atlas.layer(layer_id).features(ids[is_mostly_inside(geometry, areas)])
    return found
