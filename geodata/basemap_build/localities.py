"""Tells in which town or village something lies, by the distance and the size of those around."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

WITHIN_TOWNS = "village"
"""Kind of place that is named with the town or city around; larger ones need no locality."""


class Localities:
    """The towns and villages among some features, in EPSG:3035.

    A place reaches further, the greater the number of its kind in `reach`, and never beyond `max_m`.
    """

    def __init__(self, features: gpd.GeoDataFrame, reach: Mapping[str, float], max_m: float) -> None:
        self._reach, self._max_m = reach, max_m
        self._places = {kind: features[features["kind"] == kind] for kind in reach}

    def names_for(self, features: gpd.GeoDataFrame) -> pd.Series:
        """Return the name of each feature's locality, by its `x` and `y`; missing where none is near."""
        points = shapely.points(features["x"].to_numpy(), features["y"].to_numpy())
        least = np.full(len(features), np.inf)
        names = np.full(len(features), None, dtype=object)
        for kind, places in self._places.items():
            if places.empty:
                continue
            tree = shapely.STRtree(shapely.points(places["x"].to_numpy(), places["y"].to_numpy()))
            (rows, found), distances = tree.query_nearest(
                points, max_distance=self._max_m, all_matches=False, return_distance=True
            )
            scaled = distances / self._reach[kind]
            is_least = (scaled < least[rows]) & (
                kind != WITHIN_TOWNS or features["kind"].to_numpy()[rows] != kind
            )
            least[rows[is_least]] = scaled[is_least]
            names[rows[is_least]] = places["name"].to_numpy()[found[is_least]]
        larger = set(self._reach) - {WITHIN_TOWNS} | {"country"}
        return pd.Series(names, features.index, dtype=object).mask(features["kind"].isin(larger), None)
