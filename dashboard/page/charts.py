"""Draws the charts of the catalog; a click on a feature selects it on the map."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import altair as alt
import pandas as pd
import streamlit as st

from dashboard.i18n.formatting import format_number, number_format
from dashboard.i18n.languages import interface_strings
from dashboard.i18n.templating import plain, render_template
from dashboard.link.selection import CHARTS
from dashboard.page.choices import render_select
from dashboard.page.state import PageState
from dashboard.views.feature_details import name_of
from geodata import Atlas, Chart, LayerData
from geodata.features.frame import to_numbers
from geodata.network.corridor import faults

Drawing = alt.LayerChart | alt.FacetChart

PICK = "pick"
"""Name of the selection that a click changes."""

ROW_PX = 26

AXIS_PX = 64
"""Height of the axis below the bars."""

INK = alt.ExprRef("luminance(background) < 0.5 ? '#e6ecea' : '#1c2b2a'")
"""Color of the texts in a chart, on a light or dark background; Streamlit's is too pale."""


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
    drawn = _route_chart(atlas, chart, data) if chart.kind == "route" else _bar_chart(atlas, chart, data)
    if drawn is None:
        st.info(_("No figures are available for this."))
        return
    render_chart(
        f"chart.{chart.id}.{atlas.language}",
        drawn,
        f"{chart.title}. {chart.note}",
        lambda picked: state.show_feature(picked["reference"]),
    )
    lines = [chart.note, f"{data.layer.attribution}. {_('Data of')}: {data.layer.vintage}."]
    st.html(render_template("captions.html", atlas.language, lines=lines))


def render_chart(key: str, drawn: Drawing, alt: str, on_pick: Callable[[dict[str, str]], None]) -> None:
    """Draw a chart; a click reports the fields of the selection `PICK`."""

    def follow() -> None:
        picked = st.session_state[key].selection.get(PICK) or []
        if picked:
            on_pick(picked[0])

    st.altair_chart(drawn, key=key, on_select=follow, selection_mode=PICK, alt=alt)


def _bar_chart(atlas: Atlas, chart: Chart, data: LayerData) -> Drawing | None:
    """Draw a bar for each feature, the longest first; with `upper`, a paler part extends to that value."""
    values = to_numbers(data.gdf[chart.value]).dropna().astype(float)
    if values.empty:
        return None
    uppers = to_numbers(data.gdf.loc[values.index, chart.upper or chart.value]).astype(float)
    frame = pd.DataFrame(
        {
            "reference": [f"{data.layer.id}.{feature_id}" for feature_id in values.index],
            "name": [str(data.properties[key].get("name", key)) for key in values.index],
            "value": values,
            "upper": uppers.fillna(values),
        }
    )
    texts = frame[["value", "upper"]].map(lambda value: format_number(value, atlas.language))
    frame["text"] = texts["value"].where(
        texts["value"] == texts["upper"], texts["value"] + "–" + texts["upper"]
    )
    label = data.layer.fields[chart.value].label
    names = frame.sort_values("upper", ascending=False)["name"].tolist()
    base = alt.Chart(frame).encode(
        y=alt.Y("name:N", title=None, sort=names).axis(
            labelLimit=190, labelOverlap=False, ticks=False, domain=False, labelPadding=8
        ),
        tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("text:N", title=label)],
    )
    pick = alt.selection_point(name=PICK, fields=["reference"], on="click", empty=False)
    bar = base.mark_bar(cornerRadiusEnd=3, height={"band": 0.72}, cursor="pointer")
    bars = bar.encode(
        x=alt.X("value:Q", title=label if chart.upper is None else label.partition(",")[0]).axis(
            format=",d", tickCount=3, labelOverlap=True
        ),
        opacity=alt.condition(pick, alt.value(1), alt.value(0.82)),
    )
    spans = bar.transform_filter("datum.upper > datum.value").encode(
        x="value:Q", x2="upper:Q", opacity=alt.condition(pick, alt.value(0.55), alt.value(0.4))
    )
    texts = base.mark_text(align="left", dx=5, color=INK).encode(x="upper:Q", text="text:N")
    drawn = alt.layer(spans, bars.add_params(pick), texts)
    return finish(drawn.properties(height=ROW_PX * len(frame) + AXIS_PX), atlas.language)


def _route_chart(atlas: Atlas, chart: Chart, data: LayerData) -> Drawing | None:
    """Draw minutes against kilometers for each train of a line, which is chosen above."""
    _ = interface_strings(atlas.language).gettext
    route = data.layer.route
    if route is None:
        return None
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
    rows = [
        {**stop, "minutes": minutes, "service": service["name"]}
        for service in line.get(route.services, [])
        for stop, minutes in zip(stops, service["minutes"], strict=True)
        if stop is not None and minutes is not None
    ]
    if not rows:
        return None
    pick = alt.selection_point(name=PICK, fields=["reference"], on="click", empty=False)
    base = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("km:Q", title=_("Kilometres along the line")).axis(tickCount=6),
        y=alt.Y("minutes:Q", title=_("Minutes since the train’s first stop")).axis(tickCount=6),
        color=alt.Color("service:N", title=_("Train")).legend(orient="top"),
        detail="service:N",
    )
    points = base.mark_point(filled=True, size=75, cursor="pointer", opacity=1).encode(
        shape=alt.Shape("service:N", title=_("Train")),
        tooltip=[
            alt.Tooltip("stop:N", title=" "),
            alt.Tooltip("service:N", title=_("Train")),
            alt.Tooltip("km:Q", title="km"),
            alt.Tooltip("minutes:Q", title=_("Minutes")),
        ],
    )
    line_marks = base.mark_line(strokeWidth=2.5)
    return finish(alt.layer(line_marks, points.add_params(pick)).properties(height=380), atlas.language)


def finish(chart: Drawing, language: str) -> Drawing:
    """Give a chart the number format of the language and the look of the page."""
    configured: Drawing = (
        chart.configure(locale={"number": number_format(language)})
        .configure_view(strokeWidth=0)
        .configure_axis(labelColor=INK, titleColor=INK)
        .configure_legend(labelColor=INK, titleColor=INK)
    )
    return configured
