"""Draws the panel of travel times: from which station, in which network, and across the border."""

from dataclasses import replace

import streamlit as st

from dashboard.i18n.formatting import sort_key
from dashboard.i18n.languages import interface_strings
from dashboard.i18n.templating import render_template
from dashboard.link.reach_choice import ReachChoice, station_of
from dashboard.page.choices import render_select, render_switch
from dashboard.page.setup import show_problems
from dashboard.page.state import PageState
from dashboard.reach.border import border_view
from dashboard.reach.border_chart import border_chart
from dashboard.reach.view import main_stations, reach_view
from dashboard.views.features import name_of
from geodata import Atlas
from geodata.catalog.network_schema import RailNetwork
from geodata.network.check import network_problems

TODAY = ""
"""Key of the network of today in the lists of scenarios."""

FROM_STATION, BORDER = "station", "border"


def render_reach(atlas: Atlas, state: PageState) -> None:
    """Draw the choices and what can be reached, or what the border costs."""
    tables = atlas.catalog.network
    if tables is None:
        return
    st.html(render_template("heading.html", atlas.language, text=_title(atlas, tables, state.reach)))
    _render_choices(atlas, tables, state)
    show_problems(atlas.language, [], list(network_problems(atlas.english or atlas)))
    if state.reach.is_border:
        _render_border(atlas, tables, state)
    else:
        _render_station(atlas, state)


def follow_reach(atlas: Atlas, state: PageState, asked: object) -> None:
    """Show what the map or a link asks for: trips from a `station`, or `to` a place from a `start`."""
    if not isinstance(asked, dict):
        return
    station, start, to = (
        value if isinstance(value := asked.get(key), str) else None for key in ("station", "start", "to")
    )
    if start is not None:
        station = station_of(atlas, start)
    tables, choice = atlas.catalog.network, state.reach
    if tables is not None and station is not None and atlas.feature(f"{tables.stations}.{station}"):
        is_border = start is not None and choice.is_border
        choice = replace(choice, station=station, to=None, is_border=is_border)
    if to is not None and station_of(atlas, to) is not None:
        choice = replace(choice, to=to)
    if choice is not state.reach:
        state.ask_reach(choice)


def follow_feature(atlas: Atlas, state: PageState, reference: str | None) -> None:
    """Use a feature that was chosen on the map as the start of all trips, or the end of one."""
    station = station_of(atlas, reference) if reference else None
    if station is None or state.reach.is_border:
        return
    if state.reach.station is None:
        state.ask_reach(replace(state.reach, station=station))
    else:
        state.ask_reach(replace(state.reach, to=reference))


def _title(atlas: Atlas, tables: RailNetwork, choice: ReachChoice) -> str:
    _ = interface_strings(atlas.language).gettext
    if choice.is_border:
        border = border_view(atlas, choice)
        return (border.headline if border else None) or _("What the border costs")
    station = atlas.feature(f"{tables.stations}.{choice.station}") if choice.station else None
    if station is not None:
        return _("By rail from {station}").format(station=name_of(station))
    return _("How far can you get by train?")


def _render_choices(atlas: Atlas, tables: RailNetwork, state: PageState) -> None:
    _ = interface_strings(atlas.language).gettext
    choice = state.reach

    def ask(**changes: str | int | bool | None) -> None:
        state.ask_reach(replace(state.reach, **changes))  # type: ignore[arg-type]

    if tables.lens is not None:
        render_switch(
            "reach_view",
            _("Kind of comparison"),
            {FROM_STATION: _("From a station"), BORDER: _("Across the border")},
            BORDER if choice.is_border else FROM_STATION,
            lambda view: ask(is_border=view == BORDER, to=None),
        )
    if not choice.is_border:
        stations = atlas.in_memory[tables.stations].properties if tables.stations in atlas.in_memory else {}
        names = {key: str(properties.get("name", key)) for key, properties in stations.items()}
        render_select(
            "reach_station",
            _("From"),
            dict(sorted(names.items(), key=lambda item: sort_key(item[1]))),
            choice.station,
            lambda station: ask(station=station, to=None),
            placeholder=_("Choose a station, or click one on the map"),
        )
    scenarios = {TODAY: _("Today")} | {scenario.id: scenario.title for scenario in tables.scenarios}
    with st.container(key="reach_options", horizontal=True, vertical_alignment="bottom"):
        if not choice.is_border:
            limits = sorted({*tables.bands, *filter(None, [choice.minutes])})
            times = {limit: _("{minutes} min").format(minutes=limit) for limit in limits}
            render_select(
                "reach_minutes",
                _("Within"),
                times | {0: _("No limit")},
                choice.minutes or 0,
                lambda minutes: ask(minutes=minutes or None),
            )
        render_select(
            "reach_scenario",
            _("Network"),
            scenarios,
            choice.scenario or TODAY,
            lambda scenario: ask(scenario=scenario or None),
        )
        if choice.scenario is not None and not choice.is_border:
            render_select(
                "reach_against",
                _("Compared with"),
                scenarios,
                choice.against or TODAY,
                lambda scenario: ask(against=scenario or None),
            )
    st.session_state.reach_waiting = choice.waiting
    st.toggle(
        _("Include average waiting time"),
        key="reach_waiting",
        on_change=lambda: ask(waiting=st.session_state.reach_waiting),
    )


def _render_station(atlas: Atlas, state: PageState) -> None:
    view = reach_view(atlas, state.reach)
    if view is None:
        border = border_view(atlas, ReachChoice())
        st.html(
            render_template("reach_start.html", atlas.language, stations=main_stations(atlas), border=border)
        )
    else:
        st.html(render_template("reach.html", atlas.language, view=view, waiting=state.reach.waiting))


def _render_border(atlas: Atlas, tables: RailNetwork, state: PageState) -> None:
    view = border_view(atlas, state.reach)
    if view is None:
        return
    scenario = next((entry for entry in tables.scenarios if entry.id == state.reach.scenario), None)
    trip = reach_view(atlas, state.reach) if state.reach.to else None
    values = {"view": view, "scenario": scenario, "way": trip}
    st.html(render_template("border.html", atlas.language, part="price", **values))
    if view.lens.pairs:
        st.html(border_chart(view.lens, atlas.language))
    st.html(render_template("border.html", atlas.language, part="rest", **values))
