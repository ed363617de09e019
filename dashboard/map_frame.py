"""The map on the page: the map document in a sandboxed frame, and the small messages between the two."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from dashboard.assets import FRONTEND

KEY = "map"


@cache
def _script() -> str:
    return (FRONTEND / "bridge.js").read_text(encoding="utf-8")


def render_map_frame(*, title: str, feature: str | None, serial: int, on_select: Callable[[], None]) -> None:
    """Draw the map; `serial` grows with each choice made on the page, so that the map follows just those."""
    component = st.components.v2.component("twente_atlas.map", js=_script(), isolate_styles=False)
    component(
        key=KEY,
        data={"title": title, "feature": feature, "serial": serial},
        default={"feature": feature},
        on_feature_change=on_select,
        height="stretch",
    )


def chosen_on_map() -> str | None:
    """Return the feature that the map reported last."""
    state: Any = st.session_state.get(KEY)
    return state.get("feature") if state else None
