"""A file of any size shown with pydeck: `st.pydeck_chart` with a GeoJsonLayer, details beside the map."""

import os

import geopandas as gpd
import pydeck as pdk  # type: ignore[import-untyped]
import streamlit as st

COLOR = [216, 27, 96]
NO_BASEMAP = 'data:application/json,{"version":8,"sources":{},"layers":[]}'
"""Without a style, Streamlit takes one of Carto's, from another host."""


@st.cache_resource
def read_file(path: str) -> gpd.GeoDataFrame:
    return gpd.read_file(path)


st.set_page_config(page_title="pydeck", layout="wide")
features = read_file(os.environ["BENCHMARK_FILE"])
zoom, lat, lon = map(float, st.query_params.get("view", os.environ["BENCHMARK_VIEW"]).split("/"))
layer = pdk.Layer(
    "GeoJsonLayer",
    data=features,
    id="features",
    pickable=True,
    get_fill_color=COLOR,
    get_line_color=COLOR,
    get_point_radius=4,
    point_radius_min_pixels=4,
    point_radius_max_pixels=4,
    line_width_min_pixels=1.5,
)
# deck.gl's tiles are twice as wide as Leaflet's.
view = pdk.ViewState(latitude=lat, longitude=lon, zoom=zoom - 1)
deck = pdk.Deck(
    [layer], initial_view_state=view, map_provider=None, map_style=NO_BASEMAP, tooltip={"text": "{name}"}
)
map_column, details_column = st.columns([3, 1])
with map_column:
    event = st.pydeck_chart(deck, height=700, on_select="rerun", selection_mode="single-object", key="map")
with details_column:
    for clicked in event.selection["objects"].get("features", []):
        properties = clicked.get("properties", clicked)
        st.subheader(properties["name"])
        st.write(properties)
