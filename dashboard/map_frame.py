"""The map on the page: the map document in a sandboxed frame, and the small messages between the two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard.assets import to_address
from dashboard.index import frame_attributes

KEY = "map"

SCRIPT = """
export default (component) => {
  const bridge = import(new URL(component.data.bridge, document.baseURI));
  bridge.then(({ mount }) => mount(component));
  return () => bridge.then(({ unmount }) => unmount(component.parentElement));
};
"""
"""All that Streamlit sends with each rerun; the bridge itself is a file that browsers keep."""


def render_map_frame(
    *, language: str, feature: str | None, serial: int, on_select: Callable[[], None]
) -> None:
    """Draw the map; `serial` grows with each choice made on the page, so that the map follows just those."""
    component = st.components.v2.component("twente_atlas.map", js=SCRIPT, isolate_styles=False)
    component(
        key=KEY,
        data={
            "bridge": to_address("frontend/bridge.js"),
            "frame": frame_attributes(language),
            "feature": feature,
            "serial": serial,
        },
        default={"feature": feature},
        on_feature_change=on_select,
        height="stretch",
    )


def chosen_on_map() -> str | None:
    """Return the feature that the map reported last."""
    state: Any = st.session_state.get(KEY)
    return state.get("feature") if state else None
