"""A file of any size shown with streamlit-folium: `folium.GeoJson`, `st_folium`, details beside the map.

Its server keeps Leaflet in the folder `static` beside this file (see `servers.py`).
"""

import os

import folium
import geopandas as gpd
import streamlit as st
from streamlit_folium import st_folium  # type: ignore[import-untyped]

folium.Map.default_js = [("leaflet", "/app/static/leaflet/leaflet.js")]
folium.Map.default_css = [("leaflet_css", "/app/static/leaflet/leaflet.css")]

COLOR = "#d81b60"
STYLE = {"color": COLOR, "weight": 1.5, "fillColor": COLOR, "fillOpacity": 0.6}


@st.cache_resource
def read_file(path: str) -> gpd.GeoDataFrame:
    return gpd.read_file(path)


st.set_page_config(page_title="Folium", layout="wide")
features = read_file(os.environ["BENCHMARK_FILE"])
zoom, lat, lon = map(float, st.query_params.get("view", os.environ["BENCHMARK_VIEW"]).split("/"))
map_column, details_column = st.columns([3, 1])
with map_column:
    shown = folium.Map(location=[lat, lon], zoom_start=int(zoom), tiles=None, prefer_canvas=True)
    folium.GeoJson(
        features,
        style_function=lambda feature: STYLE,
        marker=folium.CircleMarker(radius=4, fill=True),
        tooltip=folium.GeoJsonTooltip(["name"], labels=False),
        popup=folium.GeoJsonPopup(["name", "town", "built"]),
    ).add_to(shown)
    answer = st_folium(
        shown, key="map", use_container_width=True, height=700, returned_objects=["last_active_drawing"]
    )
with details_column:
    clicked = answer.get("last_active_drawing")
    if clicked:
        st.subheader(clicked["properties"]["name"])
        st.write(clicked["properties"])
