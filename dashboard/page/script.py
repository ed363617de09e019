"""The script of the page, from top to bottom; `templates/index.html` has the header around it."""

import streamlit as st

from dashboard.link.selection import read_selection
from dashboard.page.map_frame import render_map_frame
from dashboard.page.panel import address_of, is_watching, reactions, render_panel
from dashboard.page.setup import configure, errors_shown, open_atlas, render_changes, show_problems
from dashboard.page.state import current_state
from dashboard.page.upload_session import current_upload_session
from dashboard.uploads.map_layers import uploads_for_map

atlas = open_atlas()
configure(atlas)

selection = read_selection(st.query_params, atlas)
state = current_state(atlas, selection)
session = current_upload_session()
address = address_of(state, atlas)
atlas = session.atlas(atlas)

with st.container(key="workspace", horizontal=True, gap=None):
    with st.container(key="map_area"):
        render_map_frame(
            state,
            language=atlas.language,
            address=address,
            uploads=uploads_for_map(session),
            is_watching=is_watching(),
            on_change=reactions(atlas, state),
        )
    with st.container(key="panel"), errors_shown(atlas):
        show_problems(atlas.language, selection.problems, atlas.problems)
        render_changes(atlas, selection)
        render_panel(atlas, state)
