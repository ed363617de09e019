"""The panel of reach: from which station, in which network, what comes of it; and the border."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.i18n.formatting import sort_key
from dashboard.i18n.languages import interface_strings
from dashboard.i18n.templating import render_template
from dashboard.link.reach_choice import ReachChoice, station_of
from dashboard.page.state import PageState
from dashboard.reach.border import border_view
from dashboard.reach.view import main_stations, reach_view
from dashboard.views.feature_details import name_of
from geodata import Atlas
from geodata.catalog.network_schema import RailNetwork
from geodata.json_object import JsonObject
from geodata.network.check import network_problems

TODAY = ""
"""Stands for no scenario in a list."""

FROM_STATION, BORDER = "station", "border"


def render_reach(atlas: Atlas, state: PageState) -> None:
    """Draw the choices, and what is reached, or what the border costs."""
    tables = atlas.catalog.network
    if tables is None:
        return
    _ = interface_strings(atlas.language).gettext
    _render_title(atlas, tables, state.reach)
    if tables.lens is not None:
        _choose_view(atlas, state)
    if not state.reach.is_border:
        _choose_station(atlas, tables, state)
    with st.container(key="reach_options", horizontal=True, vertical_alignment="bottom"):
        if not state.reach.is_border:
            _choose_minutes(atlas, tables, state)
        _choose_scenario(atlas, tables, state, "scenario", _("Network"))
        if state.reach.scenario is not None and not state.reach.is_border:
            label = _("Compared with")
            _choose_scenario(atlas, tables, state, "against", label)
    _choose_waiting(atlas, state)
    _render_problems(atlas)
    if state.reach.is_border:
        _render_border(atlas, tables, state)
    else:
        _render_station(atlas, state)


def follow_reach(atlas: Atlas, state: PageState, said: Any) -> None:
    """Take over what the map or a link asks: a `station`, or the way `to` a place from a `start`."""
    if not isinstance(said, dict):
        return
    station, start, to = (
        said.get(key) if isinstance(said.get(key), str) else None for key in ("station", "start", "to")
    )
    if start is not None:
        station = station_of(atlas, start)
    changes: JsonObject = {}
    tables = atlas.catalog.network
    if (
        tables is not None
        and station is not None
        and atlas.feature(f"{tables.stations}.{station}") is not None
    ):
        changes = {"station": station, "to": None, "is_border": start is not None and state.reach.is_border}
    if to is not None and station_of(atlas, to) is not None:
        changes["to"] = to
    if changes:
        state.ask_reach(**changes)


def follow_feature(atlas: Atlas, state: PageState, reference: str | None) -> None:
    """Take a feature that was chosen on the map for the begin of all ways, or for the end of one."""
    tables = atlas.catalog.network
    station = station_of(atlas, reference) if reference else None
    if tables is None or station is None or state.reach.is_border:
        return
    if state.reach.station is None:
        state.ask_reach(station=station)
    else:
        state.ask_reach(to=reference)


def _render_title(atlas: Atlas, tables: RailNetwork, choice: ReachChoice) -> None:
    _ = interface_strings(atlas.language).gettext
    station = atlas.feature(f"{tables.stations}.{choice.station}") if choice.station else None
    if choice.is_border:
        text = _("What the border costs")
    elif station is not None:
        text = _("By rail from {station}").format(station=name_of(station))
    else:
        text = _("How near is everyone by rail?")
    st.html(render_template("heading.html", atlas.language, text=text))


def _choose_view(atlas: Atlas, state: PageState) -> None:
    _ = interface_strings(atlas.language).gettext
    titles = {FROM_STATION: _("From a station"), BORDER: _("Across the border")}

    def change() -> None:
        state.ask_reach(is_border=st.session_state.reach_view == BORDER, to=None)

    st.session_state.reach_view = BORDER if state.reach.is_border else FROM_STATION
    st.segmented_control(
        _("What is looked at"),
        list(titles),
        format_func=lambda key: titles[key],
        key="reach_view",
        label_visibility="collapsed",
        on_change=change,
        required=True,
        width="stretch",
    )


def _choose_station(atlas: Atlas, tables: RailNetwork, state: PageState) -> None:
    _ = interface_strings(atlas.language).gettext
    stations = atlas.in_memory[tables.stations].properties if tables.stations in atlas.in_memory else {}
    names = {key: str(properties.get("name", key)) for key, properties in stations.items()}

    def change() -> None:
        state.ask_reach(station=st.session_state.reach_station, to=None)

    st.session_state.reach_station = state.reach.station
    st.selectbox(
        _("From"),
        sorted(names, key=lambda key: sort_key(names[key])),
        format_func=lambda key: names.get(key, key),
        key="reach_station",
        placeholder=_("Choose a station, or click one on the map"),
        on_change=change,
        index=None,
    )


def _choose_minutes(atlas: Atlas, tables: RailNetwork, state: PageState) -> None:
    _ = interface_strings(atlas.language).gettext
    own = [state.reach.minutes] if state.reach.minutes else []

    def change() -> None:
        state.ask_reach(minutes=st.session_state.reach_minutes or None)

    st.session_state.reach_minutes = state.reach.minutes or 0
    st.selectbox(
        _("At most"),
        [*sorted({*tables.bands, *own}), 0],
        format_func=lambda minutes: _("{minutes} min").format(minutes=minutes) if minutes else _("Any time"),
        key="reach_minutes",
        on_change=change,
    )


def _choose_scenario(atlas: Atlas, tables: RailNetwork, state: PageState, field: str, label: str) -> None:
    _ = interface_strings(atlas.language).gettext
    titles = {TODAY: _("Today")} | {scenario.id: scenario.title for scenario in tables.scenarios}
    key = f"reach_{field}"

    def change() -> None:
        state.ask_reach(**{field: st.session_state[key] or None})

    st.session_state[key] = getattr(state.reach, field) or TODAY
    st.selectbox(
        label, list(titles), format_func=lambda name: titles.get(name, name), key=key, on_change=change
    )


def _choose_waiting(atlas: Atlas, state: PageState) -> None:
    _ = interface_strings(atlas.language).gettext

    def change() -> None:
        state.ask_reach(waiting=st.session_state.reach_waiting)

    st.session_state.reach_waiting = state.reach.waiting
    st.toggle(_("Count waiting: half the time between two trains"), key="reach_waiting", on_change=change)


def _render_problems(atlas: Atlas) -> None:
    """Say what of the network is wrong, and so left out or of no effect."""
    problems = [str(problem) for problem in network_problems(atlas.english or atlas)]
    if problems:
        st.html(render_template("problems.html", atlas.language, sentences=[], problems=problems))


def _render_station(atlas: Atlas, state: PageState) -> None:
    view = reach_view(atlas, state.reach)
    if view is None:
        st.html(render_template("reach_start.html", atlas.language, stations=main_stations(atlas)))
    else:
        st.html(render_template("reach.html", atlas.language, view=view, waiting=state.reach.waiting))


def _render_border(atlas: Atlas, tables: RailNetwork, state: PageState) -> None:
    view = border_view(atlas, state.reach)
    if view is None:
        return
    from dashboard.page.border_chart import lens_chart
    from dashboard.page.charts import PICK  # Altair and pandas are for charts alone

    scenario = next((entry for entry in tables.scenarios if entry.id == state.reach.scenario), None)
    way = reach_view(atlas, state.reach) if state.reach.to else None
    values = {"view": view, "scenario": scenario, "way": way}
    st.html(render_template("border.html", atlas.language, part="price", **values))
    key = f"lens.{atlas.language}"

    def follow() -> None:
        picked = st.session_state[key].selection.get(PICK) or []
        if picked:
            follow_reach(atlas, state, {"start": picked[0]["first"], "to": picked[0]["second"]})

    _ = interface_strings(atlas.language).gettext
    alt = _("Minutes against distance, across the border and within one country")
    if view.lens.pairs:
        drawn = lens_chart(view.lens, atlas.language)
        st.altair_chart(drawn, key=key, on_select=follow, selection_mode=PICK, alt=alt)
    st.html(render_template("border.html", atlas.language, part="rest", **values))
