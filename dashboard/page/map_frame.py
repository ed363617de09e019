"""The map on the page: the map document in a sandboxed frame, and the small messages between the two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard.map.frame import frame_attributes
from dashboard.page.state import PageState
from dashboard.web.assets import to_address
from geodata.json_object import JsonObject

KEY = "map"

NOTHING_YET = {"bounds": None, "more": 0, "reach": None, "visit": None, "own": 0}
"""What a browser reports, before it does."""

SCRIPT = """
export default (component) => {
  const bridge = import(new URL(component.data.bridge, document.baseURI));
  bridge.then(({ mount }) => mount(component));
  return () => bridge.then(({ unmount }) => unmount(component.parentElement));
};
"""
"""All that Streamlit sends with each rerun; the bridge itself is a file that browsers keep."""


def render_map_frame(
    state: PageState,
    *,
    language: str,
    address: dict[str, str | None],
    own: JsonObject,
    is_watching: bool,
    on_change: dict[str, Callable[[], None]],
) -> None:
    """Draw the map, and keep address and map in step with the page.

    `address` holds the parameters that the page sets, `is_watching` tells whether it wants to know what is in
    view, `own` says which layers of its own the session has. `on_change` says what happens when the browser
    reports a `feature`, a `story`, `bounds`, that `reach` is asked for, that somebody wants `more`, the
    `visit` that it had before it was loaded again, or that its `own` data changed.
    """
    callbacks: JsonObject = {f"on_{name}_change": callback for name, callback in on_change.items()}
    component = st.components.v2.component("twente_atlas.map", js=SCRIPT, isolate_styles=False)
    shown: Any = component(
        key=KEY,
        data={
            "bridge": to_address("frontend/page/bridge.js"),
            "frame": frame_attributes(language),
            "serial": state.serial,
            "command": state.command,
            "address": address,
            "own": own,
            "panel": state.panel,
            "is_watching": is_watching,
        },
        default={"feature": state.feature, "story": state.story, **NOTHING_YET},
        height="stretch",
        **callbacks,
    )
    # A page that outlived its server may have gone on before this session began: that is no change to report.
    if state.is_new and shown.feature != state.feature:
        state.follow_feature(shown.feature)
    state.is_new = False


def reported(name: str) -> Any:
    """Return what the browser reported last: `feature`, `story`, `bounds`, `reach` or `visit`."""
    state: Any = st.session_state.get(KEY)
    return state.get(name) if state else None
