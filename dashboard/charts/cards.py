"""The cards of the charts: title, finding, drawing and source of each, and the list of all, as HTML."""

from collections.abc import Callable

from dashboard.charts.figures import figure_label
from dashboard.charts.plane import route_lines, route_plane, scatter_plane
from dashboard.charts.rows import bar_rows, colors_of, stacked_rows, symbol_rows
from dashboard.i18n.templating import render_template
from geodata import Atlas, Chart, LayerData
from geodata.atlas.per_atlas import per_atlas

DRAW: dict[str, Callable[[Atlas, Chart, LayerData], object]] = {
    "bar": bar_rows,
    "dots": symbol_rows,
    "scatter": scatter_plane,
    "stack": stacked_rows,
}
"""Kind of chart → what prepares the values of its template."""


def charts_of(atlas: Atlas) -> list[Chart]:
    """Return the charts whose layer is there, with the fields that they name."""
    return [
        chart
        for chart in atlas.catalog.charts
        if chart.layer in atlas.in_memory
        and atlas.in_memory[chart.layer].layer.fields.keys() >= {*chart.fields}
        and (chart.kind != "route" or route_lines(atlas.in_memory[chart.layer]))
    ]


def contents(atlas: Atlas) -> str:
    """Return the list of charts, as links."""
    return render_template("charts/contents.html", atlas.language, charts=charts_of(atlas))


def chart_head(atlas: Atlas, chart_id: str) -> str:
    """Return title and finding of a chart."""
    return render_template("charts/head.html", atlas.language, chart=_chart(atlas, chart_id))


@per_atlas()
def chart_figure(atlas: Atlas, chart_id: str, line: str = "") -> str:
    """Return the drawing of a chart, what it means, and its source; `line` is that of a route."""
    chart = _chart(atlas, chart_id)
    data = atlas.in_memory[chart.layer]
    is_route = chart.kind == "route"
    return render_template(
        f"charts/{chart.kind}.html",
        atlas.language,
        chart=chart,
        layer=data.layer,
        drawn=route_plane(atlas, data, line) if is_route else DRAW[chart.kind](atlas, chart, data),
        colors=list(colors_of(atlas, chart, data).values()),
        label=figure_label(chart, data) if chart.value or chart.measure else "",
    )


def _chart(atlas: Atlas, chart_id: str) -> Chart:
    return next(chart for chart in atlas.catalog.charts if chart.id == chart_id)
