"""A file of any size shown with lonboard through streamlit-lonboard, details beside the map."""

import os
from typing import Any

import geopandas as gpd
import streamlit as st
from lonboard import PathLayer, PolygonLayer, ScatterplotLayer
from streamlit_lonboard import st_lonboard

COLOR = [216, 27, 96]
NO_BASEMAP = 'data:application/json,{"version":8,"sources":{},"layers":[]}'


@st.cache_resource
def read_file(path: str) -> tuple[gpd.GeoDataFrame, Any]:
    """Return the features and their layer: `st_lonboard` keeps what it has made of a layer it knows."""
    features = gpd.read_file(path)
    kind = features.geometry.iloc[0].geom_type
    if kind == "Point":
        return features, ScatterplotLayer.from_geopandas(
            features, get_fill_color=COLOR, radius_min_pixels=4, radius_max_pixels=4
        )
    if kind == "LineString":
        return features, PathLayer.from_geopandas(features, get_color=COLOR, width_min_pixels=1.5)
    return features, PolygonLayer.from_geopandas(
        features, get_fill_color=COLOR, get_line_color=COLOR, line_width_min_pixels=1.5
    )


st.set_page_config(page_title="lonboard", layout="wide")
features, layer = read_file(os.environ["BENCHMARK_FILE"])
zoom, lat, lon = map(float, st.query_params.get("view", os.environ["BENCHMARK_VIEW"]).split("/"))
map_column, details_column = st.columns([3, 1])
with map_column:
    # deck.gl's tiles are twice as wide as Leaflet's.
    view = {"latitude": lat, "longitude": lon, "zoom": zoom - 1}
    result = st_lonboard(layers=[layer], view_state=view, basemap_style=NO_BASEMAP, height=700, key="map")
with details_column:
    if result.clicked is not None:
        clicked = features.iloc[result.clicked["index"]].drop("geometry")
        st.subheader(clicked["name"])
        st.write(clicked.to_dict())
