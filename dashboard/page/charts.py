"""Draws the charts of the catalog; a click on a feature selects it on the map."""

import itertools
import json
from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboard.i18n.formatting import format_number, number_format
from dashboard.i18n.languages import interface_strings
from dashboard.i18n.templating import plain, render_template
from dashboard.link.selection import CHARTS
from dashboard.page.choices import render_select
from dashboard.page.state import PageState
from dashboard.views.features import name_of
from geodata import Atlas, Chart, LayerData
from geodata.features.frame import to_numbers
from geodata.network.corridor import faults

PICK = "pick"
"""Name of the selection that a click changes."""

ROW_PX = 26

AXIS_PX = 64
"""Height of the axis below the bars."""

ROOM_FOR_FIGURES = 1.2
"""How far the axis goes on beyond the longest bar, beside which its figure stands."""


def render_charts(atlas: Atlas, state: PageState) -> None:
    """Draw the choice of a chart, and the chart."""
    _ = interface_strings(atlas.language).gettext
    charts = {chart.id: chart for chart in atlas.catalog.charts if chart.layer in atlas.in_memory}
    if not charts:
        st.info(_("There is nothing to draw."))
        return
    current = state.subjects.get(CHARTS)
    if current not in charts:
        current = next(iter(charts))
    state.subjects[CHARTS] = current
    titles = {chart.id: chart.title for chart in charts.values()}

    def change(chart_id: str) -> None:
        state.subjects[CHARTS] = chart_id

    render_select("chart_choice", _("Chart"), titles, current, change)
    chart = charts[current]
    data = atlas.in_memory[chart.layer]
    rows = _stops(atlas, chart, data) if chart.kind == "route" else _bars(atlas, chart, data)
    if not rows:
        st.info(_("No figures are available for this."))
        return
    label = "" if chart.kind == "route" else data.layer.fields[chart.value].label
    render_chart(
        f"chart.{chart.id}.{atlas.language}",
        rows,
        "charts/route.json" if chart.kind == "route" else "charts/bar.json",
        atlas.language,
        alt=f"{chart.title}. {chart.note}",
        on_pick=lambda picked: state.show_feature(picked["reference"]),
        label=label,
        title=label if chart.upper is None else label.partition(",")[0],
        names=[row.get("name") for row in rows],
        most=ROOM_FOR_FIGURES
        * max((end for row in rows if isinstance(end := row.get("upper"), float)), default=0.0),
        height=ROW_PX * len(rows) + AXIS_PX,
    )
    lines = [chart.note, f"{data.layer.attribution}. {_('Data of')}: {data.layer.vintage}."]
    st.html(render_template("captions.html", atlas.language, lines=lines))


def render_chart(
    key: str,
    rows: Sequence[Mapping[str, object]],
    template: str,
    language: str,
    *,
    alt: str,
    on_pick: Callable[[dict[str, str]], None],
    **values: object,
) -> None:
    """Draw rows as a template for Vega-Lite says; a click reports the fields of the selection `PICK`."""

    def follow() -> None:
        picked = st.session_state[key].selection.get(PICK) or []
        if picked:
            on_pick(picked[0])

    drawn = render_template(template, language, number_format=number_format(language), **values)
    st.vega_lite_chart(
        pd.DataFrame(rows), json.loads(drawn), key=key, on_select=follow, selection_mode=PICK, alt=alt
    )


def _bars(atlas: Atlas, chart: Chart, data: LayerData) -> list[dict[str, object]]:
    """Return a row for each feature that has the figure, the largest first."""
    values = to_numbers(data.gdf[chart.value]).dropna().astype(float)
    uppers = to_numbers(data.gdf.loc[values.index, chart.upper or chart.value]).astype(float).fillna(values)

    def text(value: float, upper: float) -> str:
        numbers = dict.fromkeys(format_number(number, atlas.language) for number in (value, upper))
        return "–".join(numbers)

    return [
        {
            "reference": f"{data.layer.id}.{feature_id}",
            "name": str(data.properties[feature_id].get("name", feature_id)),
            "value": values[feature_id],
            "upper": upper,
            "text": text(values[feature_id], upper),
        }
        for feature_id, upper in uppers.sort_values(ascending=False).items()
    ]


def _stops(atlas: Atlas, chart: Chart, data: LayerData) -> list[dict[str, object]]:
    """Draw the choice of a line, and return a row for each train and stop."""
    route = data.layer.route
    if route is None:
        return []
    lines = {str(key): row for key, row in data.properties.items() if not any(faults(route, row))}
    line_id = st.selectbox(
        plain(data.layer.kind),
        list(lines),
        format_func=lambda key: str(lines[key].get("name", key)),
        key=f"chart.{chart.id}.line",
    )
    line = lines[line_id]
    stops_layer = data.layer.fields[route.stops].refers_to
    features = [atlas.feature(f"{stops_layer}.{stop}") for stop in line[route.stops]]
    distances_km = itertools.accumulate(line[route.leg_lengths_km], initial=0.0)
    stops = [
        {"reference": feature.reference, "stop": name_of(feature), "km": round(km, 1)} if feature else None
        for feature, km in zip(features, distances_km, strict=True)
    ]
    return [
        {**stop, "minutes": minutes, "service": service["name"]}
        for service in line.get(route.services, [])
        for stop, minutes in zip(stops, service["minutes"], strict=True)
        if stop is not None and minutes is not None
    ]
