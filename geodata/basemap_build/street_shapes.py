"""Prepares the shapes of street layers before tiles are cut: simplifies them, puts points into areas."""

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.basemap_build.frames import METRIC_CRS, fill_small_holes
from geodata.basemap_build.street_layers import StreetLayer


def simplify(features: gpd.GeoDataFrame, layer: StreetLayer) -> gpd.GeoDataFrame:
    """Return features in the simpler shapes that a layer has; areas stay valid."""
    if not layer.simplify_m:
        return features
    shapes = features.geometry.to_crs(METRIC_CRS).simplify(layer.simplify_m)
    filled = [_fill_holes(shape, layer.min_hole_m2) for shape in shapes]
    return features.set_geometry(gpd.GeoSeries(filled, features.index, crs=METRIC_CRS).to_crs(features.crs))


def _fill_holes(shape: BaseGeometry, min_hole_m2: float) -> BaseGeometry:
    """Return an area without its small holes."""
    parts = [fill_small_holes(part, min_hole_m2) for part in shapely.get_parts(shape)]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def label_points(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return areas as points, each within the largest part of its area."""
    parts = areas.geometry.explode()
    sizes = pd.Series(parts.to_crs(METRIC_CRS).area.to_numpy(), range(len(parts)))
    largest = parts.iloc[sizes.groupby(parts.index).idxmax()]
    return areas.set_geometry(largest.representative_point().reindex(areas.index))
