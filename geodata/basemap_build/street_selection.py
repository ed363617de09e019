"""Selects the features of street tiles: those in the box, each with the zoom from which on it is drawn."""

from collections import Counter
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd
import shapely

from geodata.basemap_build.frames import METRIC_CRS
from geodata.basemap_build.street_layers import StreetLayer, ZoomRule
from geodata.basemap_build.street_shapes import simplify

Bbox = tuple[float, float, float, float]
"""West, south, east, north, in degrees (WGS 84)."""

OUTSIDE, TOO_SMALL, NAMELESS = "outside of the box", "too small", "without a name"


@dataclass
class LayerCount:
    """How many features of a layer were read, drawn and left out."""

    read: int = 0
    drawn: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    """Reason, or kind that is not drawn → number of features."""


def select_features(
    features: gpd.GeoDataFrame, layer: StreetLayer, bbox: Bbox | None, count: LayerCount
) -> gpd.GeoDataFrame:
    """Return the features of a layer that are drawn, with their first zoom in the column `minzoom`.

    Features are in EPSG:4326, with a column for each attribute; what is left out is added to `count`.
    """
    count.read += len(features)
    inside = features if bbox is None else features[features.intersects(shapely.box(*bbox))]
    if outside := len(features) - len(inside):
        count.left_out[OUTSIDE] += outside
    rule_numbers = fitting_rules(inside, layer.rules)
    minzoom = rule_numbers.map(dict(enumerate(rule.zoom for rule in layer.rules)))
    for number, left_out in inside[minzoom.isna()].groupby(rule_numbers):
        if number >= 0:
            values = layer.rules[number].values.values()
            count.left_out[", ".join(str(value) for some in values for value in some)] += len(left_out)
        else:
            count.left_out.update(_reasons(left_out, layer))
    drawn = inside[minzoom.notna()]
    count.drawn += len(drawn)
    return simplify(drawn, layer).assign(minzoom=minzoom.dropna().astype(int))


def fitting_rules(features: gpd.GeoDataFrame, rules: list[ZoomRule]) -> pd.Series:
    """Return the number of the first rule that fits each feature, or -1."""
    shapes = features.geometry.to_crs(METRIC_CRS)
    area_m2, length_m = shapes.area, shapes.length
    numbers = pd.Series(-1, features.index)
    for number, rule in reversed(list(enumerate(rules))):
        fits = (area_m2 >= rule.area_m2) & (length_m >= rule.length_m)
        if rule.named:
            fits &= _column(features, "name").notna()
        for name, values in rule.values.items():
            fits &= _column(features, name).isin(values)
        numbers[fits] = number
    return numbers


def _reasons(features: gpd.GeoDataFrame, layer: StreetLayer) -> pd.Series:
    """Return why no rule fits each feature: its kind, or its size, or the lack of a name."""
    lacks = NAMELESS if any(rule.named for rule in layer.rules) else TOO_SMALL
    kinds = _column(features, "kind")
    is_known = kinds.isin(layer.kinds) if layer.kinds else True
    return kinds.mask(kinds.isna() | is_known, lacks)


def _column(features: gpd.GeoDataFrame, name: str) -> pd.Series:
    """Return a column of features, all missing where there is none."""
    return (
        features[name].astype(object) if name in features else pd.Series(None, features.index, dtype=object)
    )
