"""Gathers what the panel shows about a feature and about the region."""

import itertools
import re
from dataclasses import dataclass

from dashboard.i18n.formatting import format_area, format_distance, format_number, format_value, sort_key
from dashboard.i18n.languages import interface_strings, language_of
from dashboard.views.features import Fact, Link, kind_of, name_of, to_link, to_links
from geodata import Atlas, Feature, Layer
from geodata.catalog.values import is_url
from geodata.network.corridor import faults, sections_between
from geodata.spatial.location import areas_around
from geodata.spatial.measuring import area_km2, length_km
from geodata.spatial.relations import relations_of

SCHEME = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
"""Beginning of a web or mail address, left out of its text."""


@dataclass(frozen=True)
class Stop:
    """A stop of a line diagram."""

    link: Link
    is_main: bool
    distance: str
    """From the first stop."""
    time: str | None
    """Minutes from the previous main stop with the fastest known train; `None` if unknown."""


@dataclass(frozen=True)
class Details:
    """Everything that the panel shows about one feature."""

    feature: Feature
    kind: str
    name: str
    facts: list[Fact]
    measured: Fact | None
    location: list[Link]
    """The areas around the feature, the smallest first."""
    stops: list[Stop]
    """The stops of a line, in its order."""
    is_station: bool
    """Whether it is a station of the rail network."""
    related: list[Fact]
    """Features near, beside and inside it."""
    is_upload: bool
    """Whether it is from an upload, which nobody else sees."""


def feature_details(atlas: Atlas, feature: Feature) -> Details:
    """Return the details of a feature: properties, size, location, relations."""
    network = atlas.catalog.network
    return Details(
        feature=feature,
        kind=kind_of(feature),
        name=name_of(feature),
        facts=[
            _fact(atlas, feature, name)
            for name in printed_fields(feature.layer)
            if name in feature.properties
        ],
        measured=measured_size(feature, atlas.language),
        location=[to_link(area) for area in areas_around(atlas, feature)],
        stops=_stops(atlas, feature),
        is_station=network is not None and network.stations == feature.layer.id,
        related=_related(atlas, feature),
        is_upload=feature.layer.id not in atlas.shared.catalog.layers,
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


def key_figures(atlas: Atlas) -> list[Fact]:
    """Return the figures of the overview that the loaded layers have."""
    facts = []
    for figure in atlas.catalog.overview.figures:
        feature = atlas.feature(figure.feature)
        if (
            feature is None
            or figure.field not in feature.properties
            or figure.field not in feature.layer.fields
        ):
            continue
        value = format_value(
            _rounded(feature.properties[figure.field]), feature.layer.fields[figure.field], atlas.language
        )
        facts.append(Fact(figure.label, value, links=(to_link(feature),)))
    return facts


def _rounded(value: object) -> object:
    """Round a large figure for the overview; the details keep its decimals."""
    return round(value) if isinstance(value, float) and abs(value) >= 100 else value


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


def _stops(atlas: Atlas, feature: Feature) -> list[Stop]:
    """Return the stops of a line; none without a route, or with a faulty one."""
    route, line, language = feature.layer.route, feature.properties, atlas.language
    if route is None or any(faults(route, line)):
        return []
    main = line.get(route.main_stops, [])
    lines = list(atlas.in_memory[feature.layer.id].properties.values())
    sections = {item.end: item for item in sections_between(route, line, main, lines)}
    layer_id = feature.layer.fields[route.stops].refers_to or ""
    distances_km = itertools.accumulate(line[route.leg_lengths_km], initial=0.0)
    stops = []
    for stop, distance_km in zip(line[route.stops], distances_km, strict=True):
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
            )
        )
    return stops


def _related(atlas: Atlas, feature: Feature) -> list[Fact]:
    """Return the features near it, beside it and inside it."""
    _ = interface_strings(atlas.language).gettext
    relations = relations_of(atlas.shared, feature)
    labels = [(_("Nearest: {kind}"), relations.nearest), (_("Distance: {kind}"), relations.distances)]
    facts = [
        Fact(
            label.format(kind=near.feature.layer.kind),
            format_distance(near.distance_km * 1000, atlas.language),
            links=(to_link(near.feature),),
        )
        for label, found in labels
        for near in found
    ]
    groups = {atlas.in_memory[layer_id].layer.title: found for layer_id, found in relations.inside.items()}
    if relations.neighbors:
        groups = {_("Neighbours"): relations.neighbors, **groups}
    for title, found in groups.items():
        links = tuple(sorted((to_link(item) for item in found), key=lambda link: sort_key(link.name)))
        facts.append(Fact(title, "", links=links))
    return facts
