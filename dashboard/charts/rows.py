"""The rows of charts with bars, stacked bars or symbols: names, lengths, colors and printed figures."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from dashboard.charts.figures import figures_of, is_number, shown_features
from dashboard.i18n.formatting import format_number
from dashboard.i18n.languages import interface_strings
from dashboard.views.features import Link, to_links
from geodata import Atlas, Chart, LayerData
from geodata.json_object import JsonObject

UNKNOWN = ""
"""Value of features whose field of colors is empty."""


@dataclass(frozen=True)
class Color:
    """A color of a chart, and what it stands for."""

    number: int
    """From 1; 0 for unknown. Style sheets know the colors by these numbers."""
    label: str


@dataclass(frozen=True)
class Part:
    """A part of a bar."""

    share: float
    """Of the longest bar, from 0 to 1."""
    color: Color | None
    text: str
    """Its figure; empty in a bar of one part."""
    is_range: bool = False
    """Whether it reaches from the lower to the upper end of a range."""


@dataclass(frozen=True)
class Row:
    """A row of a chart."""

    link: Link
    """Its feature; a group that is no feature has no reference."""
    text: str
    """The figure beside it."""
    parts: list[Part]


@dataclass(frozen=True)
class SymbolRow:
    """A group whose features are symbols in a row."""

    name: str
    symbols: list[tuple[Link, Color]]


def colors_of(atlas: Atlas, chart: Chart, data: LayerData) -> dict[str, Color]:
    """Return the colors that a chart uses, by the value of its field, in the order of the field's choices."""
    if chart.colors is None:
        return {}
    field = data.layer.fields[chart.colors]
    used = {
        _value(chart, row)
        for row in shown_features(chart, data).values()
        if not chart.value or is_number(row.get(chart.value))
    }
    # A value has the same color in each chart, whichever others are there.
    numbered = enumerate(field.choices.items(), start=1)
    colors = {value: Color(number, label) for number, (value, label) in numbered if value in used}
    if used - colors.keys():
        colors[UNKNOWN] = Color(0, interface_strings(atlas.language).gettext("not known"))
    return colors


def bar_rows(atlas: Atlas, chart: Chart, data: LayerData) -> list[Row]:
    """Return a row for each feature that has the figure."""
    figures = figures_of(atlas, chart, data)
    longest = max((figure.upper for figure in figures.values()), default=0) or 1
    colors = colors_of(atlas, chart, data)

    def parts(feature_id: str) -> Iterator[Part]:
        figure, color = figures[feature_id], _color(chart, colors, data.properties[feature_id])
        yield Part(figure.value / longest, color, "")
        if figure.upper > figure.value:
            yield Part((figure.upper - figure.value) / longest, color, "", is_range=True)

    return [
        Row(_link(data, feature_id), figure.text, list(parts(feature_id)))
        for feature_id, figure in figures.items()
    ]


def stacked_rows(atlas: Atlas, chart: Chart, data: LayerData) -> list[Row]:
    """Return a row for each group with the sum of each color, the longest first."""
    colors = colors_of(atlas, chart, data)
    sums: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in shown_features(chart, data).values():
        if is_number(row.get(chart.value)):
            value = _value(chart, row) if _value(chart, row) in colors else UNKNOWN
            for group in _groups(chart, row):
                sums[group][value] += float(row[chart.value])
    totals = {group: sum(parts.values()) for group, parts in sums.items()}
    longest = max(totals.values(), default=0) or 1

    def share(group: str, value: str) -> float:
        return sums[group][value] / ((totals[group] if chart.shares else longest) or 1)

    def text(amount: float) -> str:
        return format_number(amount, atlas.language, decimals=0)

    return [
        Row(
            _group_link(atlas, chart, data, group),
            text(totals[group]),
            [
                Part(share(group, value), color, text(sums[group][value]))
                for value, color in colors.items()
                if sums[group][value]
            ],
        )
        for group in sorted(totals, key=lambda group: -totals[group])
    ]


def symbol_rows(atlas: Atlas, chart: Chart, data: LayerData) -> list[SymbolRow]:
    """Return a row for each group with a symbol for each feature, the longest first, sorted by color."""
    colors = colors_of(atlas, chart, data)
    found: defaultdict[str, list[tuple[Link, Color]]] = defaultdict(list)
    for feature_id, row in shown_features(chart, data).items():
        color = _color(chart, colors, row)
        if color is not None:
            for group in _groups(chart, row):
                found[group].append((_link(data, feature_id), color))
    return [
        SymbolRow(
            _group_link(atlas, chart, data, group).name,
            sorted(found[group], key=lambda symbol: symbol[1].number or len(colors)),
        )
        for group in sorted(found, key=lambda group: -len(found[group]))
    ]


def _link(data: LayerData, feature_id: str) -> Link:
    return Link(str(data.properties[feature_id].get("name", feature_id)), f"{data.layer.id}.{feature_id}")


def _group_link(atlas: Atlas, chart: Chart, data: LayerData, group: str) -> Link:
    field = data.layer.fields[chart.group or ""]
    links = to_links(atlas, [f"{field.refers_to}.{group}"]) if field.refers_to else []
    return links[0] if links else Link(field.choices.get(group, group), "")


def _groups(chart: Chart, row: JsonObject) -> list[str]:
    value = row.get(chart.group or "")
    return [str(item) for item in value] if isinstance(value, list) else [str(value)] if value else []


def _value(chart: Chart, row: JsonObject) -> str:
    value = str(row.get(chart.colors or "", UNKNOWN))
    return chart.counted_as.get(value, value)


def _color(chart: Chart, colors: dict[str, Color], row: JsonObject) -> Color | None:
    return colors.get(_value(chart, row), colors.get(UNKNOWN))
