"""Draws the chart of the border: minutes against distance, across it and within one country."""

from __future__ import annotations

import altair as alt
import pandas as pd

from dashboard.i18n.languages import interface_strings
from dashboard.page.charts import PICK, Drawing, finish
from dashboard.views.feature_details import name_of
from geodata.network.border import BorderLens, Pair


def lens_chart(lens: BorderLens, language: str) -> Drawing:
    """Return the chart; a click picks a pair by its two references."""
    _ = interface_strings(language).gettext
    across, within = _("across the border"), _("within one country")
    rows = [_row(pair, across if pair.is_across else within) for pair in (*lens.across, *lens.within)]
    pick = alt.selection_point(name=PICK, fields=["first", "second"], on="click", empty=False)
    kinds = alt.Scale(domain=[across, within], range=["#d6447e", "#3b9a81"])
    base = alt.Chart(pd.DataFrame(rows)).encode(
        x=alt.X("km:Q", title=_("Kilometres apart, as the crow flies")).axis(tickCount=6),
        y=alt.Y("minutes:Q", title=_("Minutes")).axis(tickCount=6),
        color=alt.Color("kind:N", title=None, scale=kinds).legend(orient="top"),
    )
    points = base.mark_point(filled=True, size=70, cursor="pointer").encode(
        shape=alt.Shape(
            "kind:N", title=None, scale=alt.Scale(domain=[across, within], range=["diamond", "circle"])
        ),
        opacity=alt.condition(pick, alt.value(1), alt.value(0.75)),
        tooltip=[
            alt.Tooltip("pair:N", title=" "),
            alt.Tooltip("minutes:Q", title=_("Minutes")),
            alt.Tooltip("km:Q", title=_("km apart")),
            alt.Tooltip("kmh:Q", title=_("km/h along the track")),
            alt.Tooltip("changes:Q", title=_("Changes of trains")),
            alt.Tooltip("per_hour:N", title=_("Trains per hour")),
        ],
    )
    return finish(alt.layer(points.add_params(pick)).properties(height=340), language)


def _row(pair: Pair, kind: str) -> dict[str, object]:
    first, second = pair.first.feature, pair.second.feature
    return {
        "first": first.reference,
        "second": second.reference,
        "pair": f"{name_of(first)}–{name_of(second)}",
        "kind": kind,
        "km": round(pair.distance_km, 1),
        "minutes": pair.trip.minutes,
        "kmh": round(pair.kmh),
        "changes": pair.trip.transfers,
        "per_hour": "–" if pair.trains_per_hour is None else f"{pair.trains_per_hour:g}",
    }
