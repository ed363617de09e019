"""Draws the side panel: overview, chapter or feature; table; charts; travel times."""

from collections.abc import Callable
from typing import cast
from urllib.parse import parse_qsl

import streamlit as st

from dashboard.i18n.languages import interface_strings
from dashboard.i18n.templating import render_template
from dashboard.link.reach_choice import PARAMETERS, to_parameters
from dashboard.link.selection import CHARTS, EXPLORE, REACH, TABLE
from dashboard.page.choices import render_switch
from dashboard.page.map_frame import reported, reported_id
from dashboard.page.state import IN_VIEW, Bounds, PageState
from dashboard.page.upload_session import resume_upload_session
from dashboard.views.explore import explore_html, find_chapter, panel_titles
from geodata import Atlas


def render_panel(atlas: Atlas, state: PageState) -> None:
    """Draw the panel that the session has open."""
    _ = interface_strings(atlas.language).gettext
    if not atlas.layers:
        return
    _render_choice(atlas, state)
    with st.container(key=f"show_{state.panel}"):
        if state.panel == TABLE:
            from dashboard.page.table import render_table

            st.html(render_template("heading.html", atlas.language, text=_("Compare in a table")))
            render_table(atlas, state)
        elif state.panel == CHARTS:
            from dashboard.page.charts import render_charts

            st.html(render_template("heading.html", atlas.language, text=_("Charts")))
            render_charts(atlas, state)
        elif state.panel == REACH:
            from dashboard.page.reach import render_reach

            render_reach(atlas, state)
        else:
            st.html(explore_html(atlas, find_chapter(atlas, state.story), state.feature))


def reactions(atlas: Atlas, state: PageState) -> dict[str, Callable[[], None]]:
    """Return what to do when the browser reports something, by the name of the report."""

    def follow_bounds() -> None:
        bounds = reported("bounds")
        state.bounds = cast("Bounds", tuple(bounds)) if isinstance(bounds, list | tuple) else None

    def follow_feature() -> None:
        state.follow_feature(reported_id("feature"))
        if state.panel == REACH:
            from dashboard.page import reach

            reach.follow_feature(atlas, state, state.feature)

    def follow_address() -> None:
        match reported("address"):
            case {"query": str(query), "asked": int(asked)}:
                state.visited = asked
                state.go_to(atlas, dict(parse_qsl(query.removeprefix("?"))))

    def follow_panel() -> None:
        match reported("panel"):
            case {"panel": str(panel), "of": str(subject)}:
                state.open_panel(atlas, panel, subject)

    def follow_reach() -> None:
        from dashboard.page import reach

        reach.follow_reach(atlas, state, reported("reach"))

    return {
        "address": follow_address,
        "feature": follow_feature,
        "reach": follow_reach,
        "story": lambda: state.show_story(atlas, reported_id("story")),
        "panel": follow_panel,
        "bounds": follow_bounds,
        "more": lambda: state.show_panel(EXPLORE),
        "session": lambda: resume_upload_session(reported("session")),
        "uploads": lambda: None,
    }


def address_of(state: PageState, atlas: Atlas) -> dict[str, str | None]:
    """Return the address parameters of the panel; uploads are left out, as nobody else has them."""
    is_plain = state.panel == EXPLORE
    subject = state.subjects.get(state.panel)
    is_known = state.panel != TABLE or subject in atlas.catalog.layers
    return {
        "story": state.story,
        "panel": None if is_plain else state.panel,
        "of": subject if is_known and not is_plain else None,
        **(to_parameters(state.reach) if state.panel == REACH else dict.fromkeys(PARAMETERS)),
    }


def is_watching() -> bool:
    """Tell whether the page needs to know what the map shows."""
    return bool(st.session_state.get(IN_VIEW))


def _render_choice(atlas: Atlas, state: PageState) -> None:
    """Draw the switch between the panel's contents."""
    _ = interface_strings(atlas.language).gettext
    titles = panel_titles(atlas)
    # The style sheet has a picture for each.
    with st.container(key=f"tabs_{'_'.join(titles)}"):
        render_switch("panel_choice", _("What the panel shows"), titles, state.panel, state.show_panel)
