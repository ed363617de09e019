"""Gathers what the panel shows about a feature."""

import re
from dataclasses import dataclass

from dashboard.i18n.formatting import format_area, format_distance, format_value
from dashboard.i18n.languages import interface_strings, language_of
from dashboard.views.features import Fact, Link, kind_of, name_of, to_link, to_links
from dashboard.views.line_diagram import Stop, Track, line_diagram, tracks_of
from dashboard.views.peers import PeerFigure, peer_figures
from dashboard.views.related import related_facts
from dashboard.views.station_trains import StationTrains, station_trains
from geodata import Atlas, Feature, Layer
from geodata.catalog.values import is_url
from geodata.spatial.location import areas_around
from geodata.spatial.measuring import area_km2, length_km

SCHEME = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
"""Beginning of a web or mail address, left out of its text."""

LONGEST_KEY_FACT = 24
"""Characters of a fact that is set large."""


@dataclass(frozen=True)
class Details:
    """Everything that the panel shows about one feature."""

    feature: Feature
    kind: str
    name: str
    key_facts: list[Fact]
    """Short facts that are set large."""
    facts: list[Fact]
    folded: list[Fact]
    """Facts that belong to sources and method."""
    location: list[Link]
    """The areas around the feature, the smallest first."""
    stops: list[Stop]
    """The stops of a line, in its order."""
    tracks: list[Track]
    """The kinds of track between them."""
    peers: list[PeerFigure]
    """Its figures beside those of the others of its kind."""
    station: StationTrains | None
    """Its trains, if it is a station of the rail network."""
    related: list[Fact]
    """Features near, beside and inside it."""
    is_upload: bool
    """Whether it is from an upload, which nobody else sees."""


def feature_details(atlas: Atlas, feature: Feature) -> Details:
    """Return the details of a feature: properties, size, location, relations."""
    layer, stops = feature.layer, line_diagram(atlas, feature)
    printed = {
        name: _fact(atlas, feature, name) for name in printed_fields(layer) if name in feature.properties
    }
    peers = peer_figures(atlas, feature)
    key_facts = {
        name: printed[name]
        for name in layer.key_fields
        if name in printed and not layer.fields[name].folded and len(printed[name].value) <= LONGEST_KEY_FACT
    }
    shown_above = key_facts.keys() | {peer.name for peer in peers}
    folded = [fact for name, fact in printed.items() if layer.fields[name].folded]
    measured = measured_size(feature, atlas.language)
    return Details(
        feature=feature,
        kind=kind_of(feature),
        name=name_of(feature),
        key_facts=list(key_facts.values()),
        facts=[
            fact
            for name, fact in printed.items()
            if not layer.fields[name].folded and name not in shown_above
        ],
        folded=folded + ([measured] if measured else []),
        location=[to_link(area) for area in areas_around(atlas, feature)],
        stops=stops,
        tracks=tracks_of(stops),
        peers=peers,
        station=station_trains(atlas, feature),
        related=related_facts(atlas, feature),
        is_upload=layer.id not in atlas.shared.catalog.layers,
    )


def measured_size(feature: Feature, language: str) -> Fact | None:
    """Return the area or length of a feature as drawn, measured in EPSG:3035; points have none."""
    _ = interface_strings(language).gettext
    geometry = feature.geometry
    if geometry.area > 0:
        return Fact(_("Area as drawn"), format_area(1e6 * area_km2(geometry), language))
    if geometry.length > 0:
        return Fact(_("Length as drawn"), format_distance(1000 * length_km(geometry), language))
    return None


def printed_fields(layer: Layer) -> list[str]:
    """Return the fields that are listed; the line diagram of a route shows its stops, lengths and times."""
    route = layer.route
    drawn = {route.leg_lengths_km, route.services, route.main_stops, route.stops} if route else set()
    return [name for name in layer.fields if name not in drawn]


def _fact(atlas: Atlas, feature: Feature, name: str) -> Fact:
    field, value = feature.layer.fields[name], feature.properties[name]
    if field.refers_to is not None:
        references = [f"{field.refers_to}.{item}" for item in (value if isinstance(value, list) else [value])]
        links = to_links(atlas, references)
        if links:
            return Fact(field.label, "", links=tuple(links))
    url = str(value) if field.type == "url" and is_url(value) else None
    text = format_value(value, field, atlas.language)
    spoken = language_of(str(feature.properties.get("country"))) if name == "native_name" else None
    return Fact(field.label, SCHEME.sub("", text).rstrip("/") if url else text, url, language=spoken)
