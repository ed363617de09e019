"""Draws select boxes and switches whose value the state of the page holds."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import streamlit as st

Option = TypeVar("Option")


def render_select(
    key: str,
    label: str,
    titles: Mapping[Option, str],
    current: Option | None,
    on_change: Callable[[Option], None],
    placeholder: str | None = None,
) -> None:
    """Draw a select box; with a placeholder, nothing may be selected."""
    st.session_state[key] = current
    st.selectbox(
        label,
        list(titles),
        index=0 if placeholder is None else None,
        format_func=lambda option: titles.get(option, str(option)),
        key=key,
        placeholder=placeholder,
        on_change=lambda: on_change(st.session_state[key]),
    )


def render_switch(
    key: str, label: str, titles: Mapping[str, str], current: str, on_change: Callable[[str], None]
) -> None:
    """Draw a switch between a few options; its label is for screen readers."""
    st.session_state[key] = current
    st.segmented_control(
        label,
        list(titles),
        format_func=lambda option: titles[option],
        key=key,
        label_visibility="collapsed",
        on_change=lambda: on_change(st.session_state[key]),
        required=True,
        width="stretch",
    )
