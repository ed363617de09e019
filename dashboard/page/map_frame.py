"""Draws the map document in a sandboxed frame, and exchanges messages with it."""

from collections.abc import Callable

import streamlit as st

from dashboard.map.frame import frame_attributes
from dashboard.page.state import PageState
from geodata.json_object import JsonObject

KEY = "map"

NOT_REPORTED = {
    **dict.fromkeys(("address", "bounds", "panel", "reach", "session")),
    **dict.fromkeys(("more", "uploads"), 0),
}
"""Values before the browser has reported any."""

SCRIPT = """
export default (component) => {
  window.atlasPage.mountMap(component);
  return () => window.atlasPage.unmountMap(component.parentElement);
};
"""
"""All the script that Streamlit sends with each rerun; the bridge itself is part of the page."""


def render_map_frame(
    state: PageState,
    *,
    language: str,
    address: dict[str, str | None],
    uploads: JsonObject,
    is_watching: bool,
    on_change: dict[str, Callable[[], None]],
) -> None:
    """Draw the map, and keep address and map in step with the page.

    Parameters
    ----------
    address
        Parameters that the page sets in its address.
    uploads
        Token and layers of the session's uploads.
    is_watching
        Whether the page needs to know what the map shows.
    on_change
        What to do when the browser reports a `feature`, a `story`, a `panel`, `bounds`, a question about
        travel times (`reach`), a click on “more” (`more`), an `address` from its history, the token from
        before a reload (`session`), or changed `uploads`.
    """
    callbacks: JsonObject = {f"on_{name}_change": callback for name, callback in on_change.items()}
    component = st.components.v2.component("twente_atlas.map", js=SCRIPT, isolate_styles=False)
    reports = component(
        key=KEY,
        data={
            "frame": frame_attributes(language),
            "serial": state.serial,
            "command": state.command,
            # Each choice is answered: what is the same as before, Streamlit does not send again.
            "feature": state.feature,
            "address": address,
            "visited": state.visited,
            "uploads": uploads,
            "panel": state.panel,
            "is_watching": is_watching,
        },
        default={"feature": state.feature, "story": state.story, **NOT_REPORTED},
        height="stretch",
        **callbacks,
    )
    # A page that outlived its server may have selected another feature before this session began.
    if state.is_new and reports["feature"] != state.feature:
        state.follow_feature(reports["feature"])
    state.is_new = False


def reported(name: str) -> object:
    """Return what the browser reported last under a name of `render_map_frame`'s `on_change`."""
    reports = st.session_state.get(KEY)
    return reports.get(name) if reports else None


def reported_id(name: str) -> str | None:
    """Return the id or reference that the browser reported last."""
    value = reported(name)
    return value if isinstance(value, str) else None
