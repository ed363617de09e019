"""The side panel: the overview until a feature is chosen, then its details, and the list to choose from."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from dashboard.details import feature_details, key_figures, to_links
from dashboard.formatting import format_number, sort_key
from dashboard.languages import words
from dashboard.map_frame import chosen_on_map
from dashboard.templating import render_template
from geodata import Atlas

ALL_LAYERS = ""
"""Choice of the list's layer: every feature of the atlas."""


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
    """Take over what was clicked in the map, or followed as a link on the page."""
    st.session_state.choice.feature = chosen_on_map()


def render_panel(atlas: Atlas, choice: Choice) -> None:
    """Draw the panel for the session's choice."""
    feature = atlas.feature(choice.feature) if choice.feature else None
    _render_chooser(atlas, feature.reference if feature else None)
    if feature is None:
        chapters = [(chapter, to_links(atlas, chapter.features)) for chapter in atlas.catalog.chapters]
        html = render_template(
            "overview.html",
            atlas.language,
            overview=atlas.catalog.overview,
            figures=key_figures(atlas),
            chapters=chapters,
        )
    else:
        html = render_template("details.html", atlas.language, details=feature_details(atlas, feature))
    st.html(html)


def _render_chooser(atlas: Atlas, reference: str | None) -> None:
    """Draw the two lists: a layer or all of them, and the features of it."""
    if not atlas.layers:
        return
    _ = words(atlas.language).gettext
    state = st.session_state
    titles = {ALL_LAYERS: _("All layers")}
    titles |= {layer_id: data.layer.title for layer_id, data in atlas.layers.items()}
    layer_id = state.get("layer_choice", ALL_LAYERS)
    if layer_id not in titles or (layer_id and reference and reference.partition(".")[0] != layer_id):
        layer_id = reference.partition(".")[0] if reference and layer_id in titles else ALL_LAYERS
    state.layer_choice = layer_id
    state.feature_choice = reference
    st.selectbox(
        _("Layer to choose from"),
        list(titles),
        format_func=lambda layer_id: titles.get(layer_id, layer_id),
        key="layer_choice",
        label_visibility="collapsed",
        on_change=_leave_feature,
    )
    names = feature_names(atlas, layer_id)
    st.selectbox(
        _("Place"),
        sorted(names, key=lambda key: sort_key(names[key])),
        index=None,
        format_func=lambda key: names.get(key, key),
        key="feature_choice",
        label_visibility="collapsed",
        placeholder=_("Choose or type a name ({count})").format(
            count=format_number(len(names), atlas.language)
        ),
        on_change=_follow_list,
    )


def feature_names(atlas: Atlas, layer_id: str = ALL_LAYERS) -> dict[str, str]:
    """Return `<layer>.<feature id>` → name; among all layers with the layer's title, as names recur."""
    return {
        f"{data.layer.id}.{feature_id}": str(properties.get("name", feature_id))
        + ("" if layer_id else f" · {data.layer.title}")
        for data in atlas.layers.values()
        if layer_id in (ALL_LAYERS, data.layer.id)
        for feature_id, properties in data.gdf["properties"].items()
    }


def _leave_feature() -> None:
    """Another layer was chosen to pick from: what was chosen before may not be in it."""
    _choose(None)


def _follow_list() -> None:
    _choose(st.session_state.feature_choice)


def _choose(reference: str | None) -> None:
    choice: Choice = st.session_state.choice
    if choice.feature != reference:
        choice.feature = reference
        choice.serial += 1
