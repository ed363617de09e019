"""Answers questions to the GeoDataFrame of a layer: which features pass filters, in which order."""

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import shapely

from geodata.catalog.schema import Layer
from geodata.features.feature_layer import PageQuery
from geodata.features.folding import fold
from geodata.json_object import JsonObject


def texts_of(layer: Layer, properties: dict[str, JsonObject]) -> pd.Series:
    """Return all that each feature says in one text without case and accents, choices by their labels."""
    choices = {name: field.choices for name, field in layer.fields.items()}
    texts = [
        fold(" ".join(choices.get(name, {}).get(str(value), str(value)) for name, value in row.items()))
        for row in properties.values()
    ]
    return pd.Series(texts, list(properties), "str")


def select(gdf: gpd.GeoDataFrame, texts: pd.Series, query: PageQuery) -> gpd.GeoDataFrame:
    """Return the features that pass the filters of a query.

    A box that begins east of where it ends crosses the antimeridian.
    """
    for word in fold(query.text).split():
        gdf = gdf[texts[gdf.index].str.contains(word, regex=False)]
    for name, wanted in query.among.items():
        if name in gdf:
            gdf = gdf[_are_among(gdf[name], wanted)]
    if query.bbox is not None:
        west, south, east, north = query.bbox
        boxes = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
        gdf = gdf[gdf.intersects(shapely.union_all([shapely.box(w, south, e, north) for w, e in boxes]))]
    return gdf


def arrange(gdf: gpd.GeoDataFrame, query: PageQuery) -> gpd.GeoDataFrame:
    """Return features in the order of a query; equal ones are sorted by name or, without one, by id."""
    sort = query.sort
    if sort is None:
        return gdf
    ids = gdf.index.to_series()
    names = _fold_column(gdf["name"].fillna(ids) if "name" in gdf else ids)
    by_name = names.sort_values(ascending=not (query.descending and sort == "name"), kind="stable")
    gdf = gdf.loc[by_name.index]
    if sort == "name" or sort not in gdf:
        return gdf
    is_number = pd.api.types.is_numeric_dtype(gdf[sort])
    is_descending = is_number if query.descending is None else query.descending
    key = None if is_number else _fold_column
    return gdf.sort_values(sort, ascending=not is_descending, kind="stable", na_position="last", key=key)


def _fold_column(column: pd.Series) -> pd.Series:
    return column.map(lambda value: fold(str(value)), na_action="ignore")


def _are_among(column: pd.Series, wanted: Sequence[object]) -> pd.Series:
    """Tell of each feature whether it has one of these values; of a list, whether one of its items is one."""
    if column.dtype != "object":
        return column.isin(wanted)
    lists = column.map(lambda value: value if isinstance(value, list) else [value])
    return lists.map(lambda items: any(item in wanted for item in items)).astype(bool)
