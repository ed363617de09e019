"""The chart of the border: minutes by distance, for pairs of places across it and within one country."""

from dashboard.charts.plane import Plane, Point
from dashboard.charts.rows import Color
from dashboard.charts.scale import linear_scale
from dashboard.i18n.formatting import NO_BREAK_SPACE, format_minutes, format_number
from dashboard.i18n.languages import interface_strings
from dashboard.i18n.templating import render_template
from dashboard.views.features import Link, name_of
from geodata.network.border import BorderLens


def border_chart(lens: BorderLens, language: str) -> str:
    """Return the chart as HTML; a click on a point asks for the trip between its two places."""
    _ = interface_strings(language).gettext
    across, within = Color(4, _("across the border")), Color(1, _("within one country"))
    # Drawn last, and so on top: what the chart is about.
    pairs = [(pair, within) for pair in lens.within] + [(pair, across) for pair in lens.across]
    x = linear_scale([pair.distance_km for pair, _color in pairs])
    y = linear_scale([pair.trip.minutes for pair, _color in pairs])
    plane = Plane(
        [
            Point(
                Link(
                    f"{name_of(pair.first.feature)}–{name_of(pair.second.feature)}",
                    pair.second.feature.reference,
                ),
                x.at(pair.distance_km),
                100 - y.at(pair.trip.minutes),
                f"{format_minutes(pair.trip.minutes, language, decimals=1)}, "
                f"{format_number(pair.distance_km, language, decimals=1)}{NO_BREAK_SPACE}km",
                color=color.number,
                start=pair.first.feature.reference,
            )
            for pair, color in pairs
        ],
        x.ticks(language),
        y.ticks(language),
        _("Kilometres apart, as the crow flies"),
        _("Minutes"),
        [across, within],
    )
    return render_template("charts/border.html", language, plane=plane)
