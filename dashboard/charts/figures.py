"""The figure of each feature in a chart: a field of the catalog, or one computed from network or map."""

from collections.abc import Iterator
from dataclasses import dataclass

import shapely

from dashboard.i18n.formatting import format_number
from geodata import Atlas, Chart, LayerData, load_network, ways_from
from geodata.catalog.chart_schema import Measure
from geodata.json_object import JsonObject
from geodata.network.scenarios import NoNetworkError
from geodata.network.shortest_paths import UnknownStationError
from geodata.spatial.measuring import project

AT_MOST = "≤\u00a0"
"""Before minutes that a train of unknown minutes may beat."""


@dataclass(frozen=True)
class Figure:
    """The figure of one feature."""

    value: float
    upper: float
    """Upper end of a range; equal to `value` for a single number."""
    text: str
    """As printed, without the unit."""


def shown_features(chart: Chart, data: LayerData) -> dict[str, JsonObject]:
    """Return the properties of the features that a chart shows, by id."""
    chosen = data.properties if chart.features is None else chart.features
    return {
        feature_id: row
        for feature_id in chosen
        if (row := data.properties.get(feature_id)) is not None
        and all(str(row.get(name)) in wanted for name, wanted in chart.where.items())
    }


def figures_of(atlas: Atlas, chart: Chart, data: LayerData) -> dict[str, Figure]:
    """Return the figures of the features of a chart that have one, by id, in the order of the chart."""
    if chart.measure is not None:
        found = dict(_computed(atlas, chart.measure, data, list(shown_features(chart, data))))
    else:
        found = {
            feature_id: _stated(row, chart, atlas.language)
            for feature_id, row in shown_features(chart, data).items()
            if is_number(row.get(chart.value))
        }
    ranked = sorted(found.items(), key=lambda item: (item[1].upper, item[1].value))
    return dict(ranked if chart.smallest_first else reversed(ranked))


def figure_label(chart: Chart, data: LayerData) -> str:
    """Return what a chart's figures count, with their unit."""
    field = chart.measure or data.layer.fields[chart.value]
    label = field.label if chart.upper is None else field.label.partition(",")[0]
    return f"{label} ({field.unit})" if field.unit else label


def is_number(value: object) -> bool:
    """Tell whether a property is a number that can be drawn."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < float("inf")


def _stated(row: JsonObject, chart: Chart, language: str) -> Figure:
    value = float(row[chart.value])
    upper = float(row[chart.upper]) if chart.upper and is_number(row.get(chart.upper)) else value
    texts = dict.fromkeys(format_number(number, language) for number in (value, upper))
    return Figure(value, upper, "–".join(texts))


def _computed(
    atlas: Atlas, measure: Measure, data: LayerData, chosen: list[str]
) -> Iterator[tuple[str, Figure]]:
    if measure.distance_to is not None:
        yield from _distances(atlas, measure.distance_to, data, chosen)
        return
    try:
        network = load_network(atlas)
        if measure.minutes_from is not None:
            paths = ways_from(network, measure.minutes_from.partition(".")[2])
    except (NoNetworkError, UnknownStationError):
        return
    for station in chosen:
        if station not in network.positions:
            continue
        if measure.minutes_from is not None:
            value, before = paths.minutes_to(station), AT_MOST if paths.may_be_less(station) else ""
        else:
            services = network.services_at.get(station, set())
            value, before = sum(network.calls_per_hour(service, station) or 0 for service in services), ""
        if value is not None:
            text = format_number(value, atlas.language, decimals=1)
            yield station, Figure(value, value, before + text)


def _distances(
    atlas: Atlas, layer_id: str, data: LayerData, chosen: list[str]
) -> Iterator[tuple[str, Figure]]:
    target = atlas.in_memory.get(layer_id)
    if target is None or not target.geometries:
        return
    shape = project(shapely.GeometryCollection(list(target.geometries.values())))
    for feature_id in chosen:
        km = project(data.geometries[feature_id]).distance(shape) / 1e3
        yield feature_id, Figure(km, km, format_number(km, atlas.language, decimals=1))
