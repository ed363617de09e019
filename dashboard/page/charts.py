"""Draws the charts of the catalog, one below the other; a click on a feature selects it on the map."""

import streamlit as st

from dashboard.charts.cards import chart_figure, chart_head, charts_of, contents
from dashboard.charts.plane import route_lines
from dashboard.i18n.languages import interface_strings
from dashboard.i18n.templating import plain
from dashboard.page.state import PageState
from geodata import Atlas, Chart


def render_charts(atlas: Atlas, state: PageState) -> None:
    """Draw the list of charts, and each of them."""
    _ = interface_strings(atlas.language).gettext
    charts = charts_of(atlas)
    if not charts:
        st.info(_("There is nothing to draw."))
        return
    st.html(contents(atlas))
    for chart in charts:
        # The front end finds a chart by its key.
        with st.container(key=f"chart_{chart.id}"):
            st.html(chart_head(atlas, chart.id))
            line = _choose_line(atlas, chart) if chart.kind == "route" else ""
            st.html(chart_figure(atlas, chart.id, line))


def _choose_line(atlas: Atlas, chart: Chart) -> str:
    """Draw the choice of a line, and return its id."""
    data = atlas.in_memory[chart.layer]
    lines = route_lines(data)
    return st.selectbox(
        plain(data.layer.kind), list(lines), format_func=lines.__getitem__, key=f"chart.{chart.id}.line"
    )
