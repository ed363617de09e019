"""The side panel: the overview until a feature is chosen, then its details, and the list to choose from."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.details import feature_details, key_figures
from dashboard.map_frame import chosen_on_map
from dashboard.templating import render_template
from geodata import Atlas

LANGUAGE = "en"

DEFAULT_LAYER = "cities"


@dataclass
class Choice:
    """What this session has chosen, kept in its state."""

    feature: str | None
    serial: int = 0
    """Grows with each choice made in the panel; the map follows a new number."""


def current_choice(initial: str | None) -> Choice:
    """Return the session's choice; a new session begins with its address's."""
    if "choice" not in st.session_state:
        st.session_state.choice = Choice(initial)
    choice: Choice = st.session_state.choice
    return choice


def follow_map() -> None:
    """Take over what was clicked in the map."""
    st.session_state.choice.feature = chosen_on_map()


def render_panel(atlas: Atlas, choice: Choice) -> None:
    """Draw the panel for the session's choice."""
    feature = atlas.feature(choice.feature) if choice.feature else None
    _render_chooser(atlas, feature.reference if feature else None)
    if feature is None:
        html = render_template(
            "overview.html", overview=atlas.catalog.overview, figures=key_figures(atlas, LANGUAGE)
        )
    else:
        html = render_template("details.html", details=feature_details(atlas, feature, LANGUAGE))
    st.html(html)


def _render_chooser(atlas: Atlas, reference: str | None) -> None:
    """Draw the two lists: a layer, and the features of that layer."""
    if not atlas.layers:
        return
    state = st.session_state
    if reference is not None:
        state.layer_choice = reference.partition(".")[0]
    elif state.get("layer_choice") not in atlas.layers:
        state.layer_choice = DEFAULT_LAYER if DEFAULT_LAYER in atlas.layers else next(iter(atlas.layers))
    state.feature_choice = reference
    st.selectbox(
        "Layer to choose from",
        list(atlas.layers),
        format_func=lambda layer_id: (
            atlas.layers[layer_id].layer.title if layer_id in atlas.layers else layer_id
        ),
        key="layer_choice",
        label_visibility="collapsed",
        on_change=_leave_feature,
    )
    gdf = atlas.layers[state.layer_choice].gdf
    names = {
        f"{state.layer_choice}.{feature_id}": str(properties.get("name", feature_id))
        for feature_id, properties in gdf["properties"].items()
    }
    st.selectbox(
        "Place",
        sorted(names, key=lambda key: names[key].casefold()),
        index=None,
        format_func=lambda key: names.get(key, key),
        key="feature_choice",
        label_visibility="collapsed",
        placeholder=f"Choose or type a name ({len(names)})",
        on_change=_follow_list,
    )


def _leave_feature() -> None:
    """Another layer was chosen to pick from: what was chosen before is not in it."""
    _choose(None)


def _follow_list() -> None:
    _choose(st.session_state.feature_choice)


def _choose(reference: str | None) -> None:
    choice: Choice = st.session_state.choice
    if choice.feature != reference:
        choice.feature = reference
        choice.serial += 1
