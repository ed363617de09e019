"""The same layers shown the usual way: `folium.GeoJson` per layer, `st_folium`, details beside the map.

Its server keeps Leaflet in the folder `static` beside this file (see `servers.py`). jQuery, Bootstrap and
Font Awesome, which Folium adds to every map, are left out: nothing here needs them.
"""

import json
import os
from pathlib import Path
from typing import Any

import folium
import streamlit as st
from streamlit_folium import st_folium  # type: ignore[import-untyped]

from geodata import read_catalog

folium.Map.default_js = [("leaflet", "/app/static/leaflet/leaflet.js")]
folium.Map.default_css = [("leaflet_css", "/app/static/leaflet/leaflet.css")]


@st.cache_data
def read_layers(path: str) -> tuple[list[float], list[dict[str, Any]]]:
    """Return the first view's bbox, and what the map needs of each layer: areas under lines under points."""
    catalog_file = read_catalog(Path(path))
    layers = [
        {
            "title": layer.title,
            "types": " ".join(layer.geometry_types),
            "style": layer.style.model_dump(exclude_none=True),
            "fields": {name: field.label for name, field in layer.fields.items()},
            "key_fields": layer.key_fields,
            "geojson": json.loads((catalog_file.folder / layer.path).read_text(encoding="utf-8")),
        }
        for layer in catalog_file.catalog.layers.values()
    ]
    layers.sort(key=lambda layer: ("Point" in layer["types"], "Line" in layer["types"]))
    return catalog_file.catalog.home_bbox, layers


def path_options(style: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    """Return Leaflet's path options of a feature, with its category's where it has one."""
    value = properties.get(style.get("category_field", ""))
    own: dict[str, Any] = next((each for each in style.get("categories", []) if each["value"] == value), {})
    merged = {**style, **own}
    return {
        "color": merged.get("color", "#333333"),
        "weight": merged.get("weight", 2),
        "opacity": merged.get("opacity", 1),
        "fillColor": merged.get("fill_color", merged.get("color", "#333333")),
        "fillOpacity": merged.get("symbol_fill_opacity", merged.get("fill_opacity", 0.1)),
        "dashArray": merged.get("dash_array"),
        "radius": merged.get("radius", 6),
    }


def build_map(layers: list[dict[str, Any]], bbox: list[float]) -> folium.Map:
    """Return the Folium map of all layers."""
    west, south, east, north = bbox
    result = folium.Map(tiles=None)
    result.fit_bounds([[south, west], [north, east]])
    for layer in layers:
        shown = ["name", *(name for name in layer["key_fields"] if is_everywhere(layer["geojson"], name))]
        style = layer["style"]
        folium.GeoJson(
            layer["geojson"],
            name=layer["title"],
            style_function=lambda feature, style=style: path_options(style, feature["properties"]),
            marker=folium.CircleMarker(fill=True) if "Point" in layer["types"] else None,
            tooltip=folium.GeoJsonTooltip(["name"], labels=False),
            popup=folium.GeoJsonPopup(shown, ["Name", *(layer["fields"][name] for name in shown[1:])]),
        ).add_to(result)
    folium.LayerControl(collapsed=False).add_to(result)
    return result


def is_everywhere(geojson: dict[str, Any], name: str) -> bool:
    """Whether all features have a property: Folium refuses to show one that some lack."""
    return all(name in feature["properties"] for feature in geojson["features"])


st.set_page_config(page_title="Baseline", layout="wide")
bbox, layers = read_layers(os.environ["BENCHMARK_CATALOG"])
map_column, details_column = st.columns([3, 1])
with map_column:
    answer = st_folium(build_map(layers, bbox), key="map", use_container_width=True)
with details_column:
    clicked = answer.get("last_active_drawing")
    if clicked:
        st.subheader(clicked["properties"]["name"])
        for label, value in clicked["properties"].items():
            st.markdown(f"**{label}**: {value}")
    else:
        st.write("Click on a feature.")
