"""Makes the data of travel times for the map: bands of minutes, a trip, gains, pairs across the border."""

import json
import statistics
from collections.abc import Mapping

from dashboard.i18n.formatting import NO_BREAK_SPACE, format_minutes_difference
from dashboard.i18n.languages import interface_strings
from dashboard.link.reach_choice import ReachChoice, read_choice, station_of
from dashboard.reach.border import border_view
from dashboard.reach.view import ReachView
from dashboard.views.features import name_of
from dashboard.web import assets
from dashboard.web.document import Document
from geodata import Atlas
from geodata.atlas.per_atlas import per_atlas
from geodata.catalog.network_schema import RailNetwork
from geodata.json_object import JsonObject
from geodata.network.places import main_stations_of
from geodata.network.reach import reach_from


def find_reach(atlas: Atlas, query: Mapping[str, str]) -> Document:
    """Return the answer to the question in an address, and the problems of the address."""
    choice, problems = read_choice(query, atlas)
    return _answer(atlas, choice, tuple(problems))


@per_atlas(maxsize=256)
def _answer(atlas: Atlas, choice: ReachChoice, problems: tuple[str, ...]) -> Document:
    found = {**(reach_document(atlas, choice) or {}), "problems": problems}
    content = json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {"Vary": "Accept-Encoding, Accept-Language", **assets.SHARED}
    return Document(content, "application/json", headers)


def reach_document(atlas: Atlas, choice: ReachChoice) -> JsonObject | None:
    """Return what the map shows for a choice, as JSON-ready values; `None` if it shows nothing.

    Texts are in the language of the atlas; `lat` and `lng` are degrees (WGS 84).
    """
    tables = atlas.catalog.network
    if tables is None or not choice.is_asked:
        return None
    document: JsonObject = {
        "layers": {"corridors": tables.corridors, "stations": tables.stations},
        **_evidence(atlas, tables, choice),
    }
    if choice.station is not None and (choice.to is not None or not choice.is_border):
        document |= _bands(atlas, tables, choice)
    if choice.is_border:
        document |= _pairs(atlas, choice)
    return document


def _evidence(atlas: Atlas, tables: RailNetwork, choice: ReachChoice) -> JsonObject:
    """Return the text about the scenario: its title, status, year and source."""
    _ = interface_strings(atlas.language).gettext
    scenario = next((entry for entry in tables.scenarios if entry.id == choice.scenario), None)
    if scenario is None:
        return {"scenario": None}
    source = _("Source")
    return {"scenario": f"{scenario.title}. {scenario.status}; {scenario.year}. {source}: {scenario.source}."}


def _bands(atlas: Atlas, tables: RailNetwork, choice: ReachChoice) -> JsonObject:
    _ = interface_strings(atlas.language).gettext
    station = str(choice.station)
    reach = reach_from(atlas, station, choice.scenario, waiting=choice.waiting)
    view = ReachView(atlas, reach, choice)
    paths = view.reach.paths
    gained = {row.link.reference.partition(".")[2]: row.gain for row in view.gains}
    main = main_stations_of(atlas, tables)
    stations: JsonObject = {}
    for stop in view.reach.network.stations:
        minutes, trip = paths.minutes_to(stop), paths.trip_to(stop)
        stations[stop] = {
            "band": view.reach.band(stop),
            "certainty": paths.certainty(stop),
            "text": view.arrival(stop),
            "figure": view.figure(stop),
            "isMain": stop in main,
            "isFar": choice.minutes is not None and (minutes is None or minutes > choice.minutes),
            "isDoubtful": paths.may_be_less(stop) or (trip is not None and not trip.is_confirmed),
            **({"gain": gained[stop].partition(NO_BREAK_SPACE)[0]} if gained.get(stop) else {}),
        }
    end = station_of(atlas, choice.to) if choice.to else None
    trip = paths.trip_to(end) if end else None
    name = view.link(station).name
    return {
        "station": station,
        "title": _("By rail from {station}").format(station=name),
        "bands": [view.band(number) for number in range(1, len(tables.bands) + 2)],
        "stations": stations,
        "path": trip.stations if trip and trip.legs else [],
        "way": f"{name} → {view.link(end).name}: {view.arrival(end)}" if end else None,
        "waiting": _("with waiting") if choice.waiting else None,
    }


def _pairs(atlas: Atlas, choice: ReachChoice) -> JsonObject:
    _ = interface_strings(atlas.language).gettext
    view = border_view(atlas, choice)
    if view is None:
        return {}
    pairs = []
    for row in view.differences:
        pair = row.comparison.pair
        points = [place.feature.geometry for place in (pair.first, pair.second)]
        pairs.append(
            {
                "ends": [{"lat": point.y, "lng": point.x} for point in points],
                "extra": row.comparison.difference,
                "text": f"{row.first.name}–{row.second.name}: {row.minutes}, {row.difference}",
            }
        )
    places: dict[str, list[float]] = {}
    for item in view.lens.comparisons:
        for place in (item.pair.first, item.pair.second):
            places.setdefault(place.feature.reference, []).append(item.difference)
    return {
        "pairs": pairs,
        "pairsTitle": view.headline,
        "pairPlaces": [_place(atlas, reference, extra) for reference, extra in places.items()],
    }


def _place(atlas: Atlas, reference: str, extra: list[float]) -> JsonObject:
    """Return what the border costs one place: the median over its pairs across the border."""
    _, feature = interface_strings(atlas.language).gettext, atlas.feature(reference)
    middle = statistics.median(extra)
    cost = format_minutes_difference(middle, atlas.language)
    name = name_of(feature) if feature else reference
    return {
        "lat": feature.geometry.y if feature else 0,
        "lng": feature.geometry.x if feature else 0,
        "sign": cost.partition(NO_BREAK_SPACE)[0],
        "isSlower": middle > 0,
        "text": _("{place}: {cost} across the border, pairs: {count}").format(
            place=name, cost=cost, count=len(extra)
        ),
    }
