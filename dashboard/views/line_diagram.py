"""Prepares the diagram of a line: its stops, the minutes between them, and its tracks."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from dashboard.i18n.formatting import format_number
from dashboard.views.features import Link, to_link
from geodata import Atlas, Feature, Layer
from geodata.catalog.schema import Route, RouteTracks
from geodata.json_object import JsonObject
from geodata.network.corridor import faults, sections_between


@dataclass(frozen=True)
class Track:
    """What a stretch of track is like, as the style of its layer tells it apart."""

    label: str
    is_double: bool
    is_dashed: bool
    color: str | None
    """Color around it as CSS, for light and dark pages; `None` for most."""


Tracks: TypeAlias = dict[str, dict[str, list[tuple[Track, float]]]]
"""From one end to the other end of a section of the railway, with lengths in km."""


@dataclass(frozen=True)
class Stop:
    """A stop of a line, and the line from it to the next stop."""

    link: Link
    is_main: bool
    distance: str
    """From the first stop."""
    time: str | None
    """Minutes from the previous main stop with the fastest known train; `None` if unknown."""
    tracks: list[tuple[Track, float]] = field(default_factory=list)
    """The tracks to the next stop in their order, each with its length in km; none if unknown."""
    breaks: list[Link] = field(default_factory=list)
    """Where no track goes on at this stop."""


def line_diagram(atlas: Atlas, feature: Feature) -> list[Stop]:
    """Return the stops of a line; none without a route, or with a faulty one."""
    route, line, language = feature.layer.route, feature.properties, atlas.language
    if route is None or any(faults(route, line)):
        return []
    main = line.get(route.main_stops, [])
    lines = list(atlas.in_memory[feature.layer.id].properties.values())
    sections = {item.end: item for item in sections_between(route, line, main, lines)}
    layer_id = feature.layer.fields[route.stops].refers_to or ""
    tracks, breaks = _tracks(atlas, route, feature.id)
    distances_km = itertools.accumulate(line[route.leg_lengths_km], initial=0.0)
    stops = []
    for stop, distance_km, following in zip(
        line[route.stops], distances_km, [*line[route.stops][1:], None], strict=True
    ):
        found, leg = atlas.feature(f"{layer_id}.{stop}"), sections.get(stop)
        time = None
        if leg is not None and leg.minutes is not None:
            time = f"{format_number(leg.minutes, language, decimals=1)}\u00a0min ({leg.service})"
        stops.append(
            Stop(
                link=to_link(found) if found else Link(str(stop), ""),
                is_main=stop in main,
                distance=f"{format_number(distance_km, language, decimals=1)}\u00a0km",
                time=time,
                tracks=_between(tracks, stop, following, line[route.stops]),
                breaks=breaks.get(stop, []),
            )
        )
    return stops


def tracks_of(stops: list[Stop]) -> list[Track]:
    """Return each kind of track of a line once, in its order."""
    return list(dict.fromkeys(track for stop in stops for track, _length_km in stop.tracks))


def _tracks(atlas: Atlas, route: Route, line_id: str) -> tuple[Tracks, dict[str, list[Link]]]:
    """Return the tracks of a line between their ends, in both directions, and the breaks at its stops."""
    tracks: Tracks = {}
    breaks: dict[str, list[Link]] = {}
    if route.tracks is None or (data := atlas.in_memory.get(route.tracks.layer)) is None:
        return tracks, breaks
    looks = _looks(data.layer)
    for feature_id, track in _of_line(data.properties, route.tracks, line_id):
        start, end = str(track.get(route.tracks.start)), str(track.get(route.tracks.end))
        look = looks.get(str(track.get(data.layer.style.category_field or "")))
        length_km = track.get(route.tracks.length_km)
        if start == end:
            found = atlas.feature(f"{data.layer.id}.{feature_id}")
            breaks.setdefault(start, []).extend([to_link(found)] if found else [])
        elif look is not None and isinstance(length_km, int | float):
            there = tracks.setdefault(start, {}).setdefault(end, [])
            there.append((look, length_km))
            tracks.setdefault(end, {})[start] = there[::-1]
    return tracks, breaks


def _between(tracks: Tracks, stop: str, following: str | None, stops: list[str]) -> list[tuple[Track, float]]:
    """Return the tracks from a stop to the next, also past stations at which the line does not stop."""
    for first, way in tracks.get(stop, {}).items():
        passed, before, at = list(way), stop, first
        while at not in stops and len(onward := tracks[at].keys() - {before}) == 1:
            before, at = at, onward.pop()
            passed += tracks[before][at]
        if at == following:
            return passed
    return []


def _of_line(
    tracks: dict[str, JsonObject], fields: RouteTracks, line_id: str
) -> Iterator[tuple[str, JsonObject]]:
    for feature_id, track in tracks.items():
        lines = track.get(fields.lines)
        if isinstance(lines, list) and line_id in lines:
            yield feature_id, track


def _looks(layer: Layer) -> dict[str, Track]:
    """Return what each category of a layer of tracks looks like, by its value."""
    return {
        category.value: Track(
            label=category.label,
            is_double=category.tracks == 2,
            is_dashed=category.dash_array is not None,
            color=category.casing_color
            and f"light-dark({category.casing_color}, {category.dark_casing_color or category.casing_color})",
        )
        for category in layer.style.categories
    }
