"""Checks that lines with stops say of their tracks what the layer of the tracks says."""

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterator

from geodata.atlas.atlas import Atlas
from geodata.catalog.schema import Route, RouteTracks
from geodata.check.figures import number_of
from geodata.errors import Problem
from geodata.features.layer_data import LayerData
from geodata.json_object import JsonObject

WHOLE_NUMBER = re.compile(r"(?<![\d.,])\d+(?!\d|[.,]\d)")

LEG_TOLERANCE_KM = 0.1
"""Largest difference between a leg and its tracks, each rounded."""


def check_tracks(data: LayerData, atlas: Atlas) -> Iterator[Problem]:
    """Find lines whose wire, number of tracks or lengths contradict the tracks that they consist of."""
    route = data.layer.route
    tracks = route.tracks if route else None
    layer = atlas.in_memory.get(tracks.layer) if tracks else None
    if route is None or tracks is None or layer is None:
        return
    of_line: defaultdict[str, list[JsonObject]] = defaultdict(list)
    for track in layer.properties.values():
        if number_of(track.get(tracks.length_km)) is not None:
            for line_id in _items(track.get(tracks.lines)):
                of_line[str(line_id)].append(track)
    for line_id, line in data.properties.items():
        for what in (
            *_wire_faults(line, route, of_line[line_id], tracks),
            *_count_faults(line, route, of_line[line_id], tracks),
            *_length_faults(data, line, of_line[line_id], tracks),
            *_leg_faults(line, route, of_line[line_id], tracks),
        ):
            yield Problem(data.layer.id, line_id, what, f"Correct the line, or its tracks in {tracks.layer}.")


def _wire_faults(line: JsonObject, route: Route, own: list[JsonObject], tracks: RouteTracks) -> Iterator[str]:
    if route.electrified is None or tracks.wire is None:
        return
    are_wired = {track[tracks.wire] != tracks.no_wire for track in own if track.get(tracks.wire) is not None}
    actual = "part" if len(are_wired) > 1 else "yes" if True in are_wired else "no"
    if are_wired and line.get(route.electrified) != actual:
        yield f"has `{route.electrified}` {line.get(route.electrified)}, where its tracks say {actual}"


def _count_faults(
    line: JsonObject, route: Route, own: list[JsonObject], tracks: RouteTracks
) -> Iterator[str]:
    if route.track_text is None or tracks.count is None:
        return
    actual = {int(count) for track in own if (count := number_of(track.get(tracks.count))) is not None}
    told = {int(number) for number in WHOLE_NUMBER.findall(str(line.get(route.track_text, "")))}
    if actual and told != actual:
        texts = [" and ".join(map(str, sorted(each))) or "no number" for each in (told, actual)]
        yield f"names {texts[0]} in `{route.track_text}`, where its tracks have {texts[1]}"


def _length_faults(
    data: LayerData, line: JsonObject, own: list[JsonObject], tracks: RouteTracks
) -> Iterator[str]:
    name = data.layer.route.length_km if data.layer.route else ""
    stated, total_km = number_of(line.get(name)), _length_km(own, tracks)
    is_wrong = stated is not None and abs(total_km - stated) > data.layer.fields[name].tolerance * stated
    if own and is_wrong:
        yield f"has `{name}` {stated:g}, where its tracks are {total_km:.1f} km long"


def _leg_faults(line: JsonObject, route: Route, own: list[JsonObject], tracks: RouteTracks) -> Iterator[str]:
    """Compare legs with the tracks between the same two stops; a train may pass stops of others."""
    between: defaultdict[frozenset[str], list[JsonObject]] = defaultdict(list)
    for track in own:
        between[frozenset((str(track.get(tracks.start)), str(track.get(tracks.end))))].append(track)
    stops, legs = _items(line.get(route.stops)), _items(line.get(route.leg_lengths_km))
    for (start, end), leg in zip(itertools.pairwise(stops), legs, strict=False):
        leg_km, found = number_of(leg), between.get(frozenset((str(start), str(end))))
        if leg_km is not None and found and abs(_length_km(found, tracks) - leg_km) > LEG_TOLERANCE_KM:
            length_km = _length_km(found, tracks)
            yield f"has a leg {start}–{end} of {leg_km:g} km, where its tracks are {length_km:.2f} km long"


def _length_km(own: list[JsonObject], tracks: RouteTracks) -> float:
    return math.fsum(number_of(track.get(tracks.length_km)) or 0 for track in own)


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
