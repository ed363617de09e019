"""Charts with two axes: points by two figures, and trains by station and minute."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.figures import figure_label, is_number, shown_features
from dashboard.charts.labels import HEIGHT_PX, place_labels
from dashboard.charts.rows import Color
from dashboard.charts.scale import Tick, linear_scale, log_scale
from dashboard.i18n.formatting import format_number
from dashboard.views.features import Link, to_links
from geodata import Atlas, Chart, LayerData
from geodata.network.corridor import faults

STOP_PX = 17
"""Height of a station's name beside the axis."""


@dataclass(frozen=True)
class Point:
    """A point of a plane."""

    link: Link
    left: float
    """In percent of the plane, as `top`."""
    top: float
    text: str
    """Its figures."""
    side: str = ""
    """Where its name stands, as in `place_labels`."""
    color: int = 1
    start: str = ""
    """Of a trip: the reference of the place where it begins; the link is where it ends."""


@dataclass(frozen=True)
class Plane:
    """Points, and the axes to the left and below."""

    points: list[Point]
    across: list[Tick]
    up: list[Tick]
    """From the bottom."""
    across_label: str
    up_label: str
    colors: Sequence[Color] = ()


@dataclass(frozen=True)
class Train:
    """A train of a route."""

    name: str
    color: Color
    line: str
    """Its way as an SVG path in a box of 100 by 100."""
    points: list[tuple[float, float, str]]
    """Left and top in percent, and station with minutes."""
    minutes: list[str]
    """At each stop of the route; empty where it does not call."""


@dataclass(frozen=True)
class RoutePlane:
    """The trains of a route: stations from top to bottom by kilometers, minutes to the right."""

    stops: list[tuple[Link, float, bool]]
    """Station, top in percent, and whether there is room for its name."""
    trains: list[Train]
    across: list[Tick]
    height_px: int


def scatter_plane(atlas: Atlas, chart: Chart, data: LayerData) -> Plane | None:
    """Return the features that have both figures as points; `None` if there are none."""
    fields, across = data.layer.fields, chart.across or ""
    rows = {
        feature_id: (float(row[across]), float(row[chart.value]), str(row.get("name", feature_id)))
        for feature_id, row in shown_features(chart, data).items()
        if is_number(row.get(across)) and is_number(row.get(chart.value))
        if not chart.log or row[chart.value] > 0
    }
    if not rows:
        return None
    ranked = sorted(rows.items(), key=lambda item: -item[1][1])
    x = linear_scale([row[0] for row in rows.values()])
    y = (log_scale if chart.log else linear_scale)([row[1] for row in rows.values()])
    places = [(x.at(width), 100 - y.at(height), name) for _, (width, height, name) in ranked]

    def text(number: float, name: str) -> str:
        unit = fields[name].unit
        label = f"{fields[name].label}: {format_number(number, atlas.language)}"
        return f"{label}\u00a0{unit}" if unit else label

    return Plane(
        [
            Point(
                Link(name, f"{data.layer.id}.{feature_id}"),
                left,
                top,
                f"{text(height, chart.value)}, {text(width, across)}",
                side,
            )
            for (feature_id, (width, height, name)), (left, top, _), side in zip(
                ranked, places, place_labels(places), strict=True
            )
        ],
        x.ticks(atlas.language),
        y.ticks(atlas.language),
        _with_unit(fields[across].label, fields[across].unit),
        figure_label(chart, data),
    )


def route_lines(data: LayerData) -> dict[str, str]:
    """Return the names of the lines that can be drawn, by id."""
    route = data.layer.route
    if route is None:
        return {}
    rows = data.properties.items()
    return {key: str(row.get("name", key)) for key, row in rows if not any(faults(route, row))}


def route_plane(atlas: Atlas, data: LayerData, line_id: str) -> RoutePlane | None:
    """Return the trains of a line; `None` if no minutes are known."""
    route, line = data.layer.route, data.properties[line_id]
    services = [] if route is None else line.get(route.services, [])
    if route is None or not services:
        return None
    layer_id = data.layer.fields[route.stops].refers_to
    stops = [
        (to_links(atlas, [f"{layer_id}.{stop}"]) or [Link(str(stop), "")])[0] for stop in line[route.stops]
    ]
    km = list(itertools.accumulate(line[route.leg_lengths_km], initial=0.0))
    tops = [round(100 * distance / (km[-1] or 1), 2) for distance in km]
    height_px = max(HEIGHT_PX, min(STOP_PX * len(stops), 2 * HEIGHT_PX))
    known = [minute for service in services for minute in service["minutes"] if minute is not None]
    scale = linear_scale(known)
    trains = []
    for number, service in enumerate(services, start=1):
        calls = [
            (scale.at(minute), top, f"{stop.name}: {format_number(minute, atlas.language)}\u00a0min")
            for minute, top, stop in zip(service["minutes"], tops, stops, strict=True)
            if minute is not None
        ]
        trains.append(
            Train(
                service["name"],
                Color(number, service["name"]),
                "M" + " L".join(f"{left} {top}" for left, top, _ in calls),
                calls,
                ["" if item is None else format_number(item, atlas.language) for item in service["minutes"]],
            )
        )
    main = set(line[route.main_stops])
    is_named = _named([top * height_px / 100 for top in tops], [stop in main for stop in line[route.stops]])
    return RoutePlane(
        list(zip(stops, tops, is_named, strict=True)), trains, scale.ticks(atlas.language), height_px
    )


def _named(tops_px: list[float], are_main: list[bool]) -> list[bool]:
    """Tell for which stops there is room: the ends and the main stops choose first."""
    order = sorted(range(len(tops_px)), key=lambda i: (i not in (0, len(tops_px) - 1), not are_main[i], i))
    named: list[int] = []
    for place in order:
        if all(abs(tops_px[place] - tops_px[other]) >= STOP_PX for other in named):
            named.append(place)
    return [place in named for place in range(len(tops_px))]


def _with_unit(label: str, unit: str | None) -> str:
    return f"{label} ({unit})" if unit else label
