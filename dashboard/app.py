"""The page, from top to bottom."""

import streamlit as st

from dashboard.map_frame import render_map_frame
from dashboard.page import configure, open_atlas, render_header, render_problems
from dashboard.panel import current_choice, follow_map, render_panel
from dashboard.selection import read_selection

atlas = open_atlas()
configure(atlas)

selection = read_selection(st.query_params, atlas)
choice = current_choice(selection.feature)

render_header(atlas)
with st.container(key="workspace", horizontal=True, gap=None):
    with st.container(key="map_area"):
        render_map_frame(
            language=atlas.language, feature=choice.feature, serial=choice.serial, on_select=follow_map
        )
    with st.container(key="panel"):
        render_problems(atlas, selection)
        render_panel(atlas, choice)
