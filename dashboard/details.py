"""What the panel says of a feature and of the region, gathered from the atlas for the templates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashboard.formatting import format_distance, format_iso_date, format_number, format_value
from dashboard.languages import words
from geodata import Atlas, Feature, Layer
from geodata.location import areas_around
from geodata.measure import area_km2, length_km
from geodata.route import faults, legs_between

SMALL_AREA_KM2 = 10
"""Smaller areas are given in hectares."""

LINK = re.compile(r"https?://")


@dataclass(frozen=True)
class Link:
    """The way to a feature of the atlas."""

    name: str
    reference: str
    """`<layer>.<feature id>`."""


@dataclass(frozen=True)
class Fact:
    """A label and what it says, ready to be printed."""

    label: str
    value: str
    url: str | None = None
    links: tuple[Link, ...] = ()
    """Features that the value names; they stand for it."""


@dataclass(frozen=True)
class LegRow:
    """The way between two stops, ready to be printed."""

    start: Link
    end: Link
    length: str
    time: str | None


@dataclass(frozen=True)
class Details:
    """Everything that the panel says of one feature."""

    kind: str
    name: str
    description: str
    note: str | None
    facts: list[Fact]
    measured: Fact | None
    location: list[Link]
    """The areas that it lies in, smallest first."""
    legs: list[LegRow]
    """Between the main stops of an itinerary."""
    accuracy: str | None
    """How far off the position may be."""
    source: str
    layer: Layer
    retrieved: str


def feature_details(atlas: Atlas, feature: Feature) -> Details:
    """Gather what is known of a feature, from its properties and its place on the map."""
    properties, language = feature.properties, atlas.language
    accuracy_m = properties.get("accuracy_m")
    return Details(
        kind=kind_of(feature),
        name=name_of(feature),
        description=str(properties.get("description", "")),
        note=properties.get("note"),
        facts=[
            _fact(atlas, feature.layer, name, properties[name])
            for name in _printed_fields(feature.layer)
            if name in properties
        ],
        measured=measured_size(feature, language),
        location=[to_link(area) for area in areas_around(atlas, feature)],
        legs=_legs(atlas, feature),
        accuracy=format_distance(accuracy_m, language)
        if isinstance(accuracy_m, int | float) and accuracy_m
        else None,
        source=str(properties.get("source", "")),
        layer=feature.layer,
        retrieved=format_iso_date(feature.layer.retrieved.isoformat(), language),
    )


def kind_of(feature: Feature) -> str:
    """Return what such a feature is called: its category's word, else its layer's."""
    style = feature.layer.style
    value = feature.properties.get(style.category_field or "")
    kinds = {category.value: category.kind for category in style.categories}
    return kinds.get(str(value)) or feature.layer.kind


def name_of(feature: Feature) -> str:
    """Return a feature's name, or its id where it has none."""
    return str(feature.properties.get("name", feature.id))


def to_link(feature: Feature) -> Link:
    """Return the way to a feature."""
    return Link(name_of(feature), feature.reference)


def to_links(atlas: Atlas, references: list[str]) -> list[Link]:
    """Return the ways to those features that there are."""
    features = (atlas.feature(reference) for reference in references)
    return [to_link(feature) for feature in features if feature is not None]


def measured_size(feature: Feature, language: str) -> Fact | None:
    """Return the area or length of a feature as drawn, measured in EPSG:3035; points have none."""
    _ = words(language).gettext
    geometry = feature.geometry
    if geometry.area > 0:
        area = area_km2(geometry)
        if area < SMALL_AREA_KM2:
            return Fact(_("Area as drawn"), f"{format_number(area * 100, language, decimals=0)}\u00a0ha")
        return Fact(_("Area as drawn"), f"{format_number(area, language, decimals=1)}\u00a0km²")
    if geometry.length > 0:
        length = format_number(length_km(geometry), language, decimals=1)
        return Fact(_("Length as drawn"), f"{length}\u00a0km")
    return None


def key_figures(atlas: Atlas) -> list[Fact]:
    """Return the overview's figures that the loaded layers carry."""
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
    """Return a figure as an overview says it; the details have all its decimals."""
    return round(value) if isinstance(value, float) and abs(value) >= 100 else value


def _printed_fields(layer: Layer) -> list[str]:
    """Return the fields that are facts to print; lengths and times of a route are told as its legs."""
    told = (
        {layer.route.leg_lengths_km, layer.route.services, layer.route.main_stops} if layer.route else set()
    )
    return [name for name in layer.fields if name not in told]


def _fact(atlas: Atlas, layer: Layer, name: str, value: object) -> Fact:
    field = layer.fields[name]
    if field.refers_to is not None:
        references = [f"{field.refers_to}.{item}" for item in (value if isinstance(value, list) else [value])]
        links = to_links(atlas, references)
        if links:
            return Fact(field.label, ", ".join(link.name for link in links), links=tuple(links))
    url = str(value) if field.type == "url" and LINK.match(str(value)) else None
    text = format_value(value, field, atlas.language)
    return Fact(field.label, LINK.sub("", text).rstrip("/") if url else text, url)


def _legs(atlas: Atlas, feature: Feature) -> list[LegRow]:
    """Return the legs between a line's main stops; none where the layer has no routes, or this is wrong."""
    route, line, language = feature.layer.route, feature.properties, atlas.language
    if route is None or any(faults(route, line)):
        return []
    layer_id = feature.layer.fields[route.stops].refers_to or ""
    stops = {stop: atlas.feature(f"{layer_id}.{stop}") for stop in line.get(route.main_stops, [])}
    links = {stop: to_link(found) if found else Link(stop, "") for stop, found in stops.items()}
    lines = atlas.layers[feature.layer.id].gdf["properties"]
    return [
        LegRow(
            start=links[leg.start],
            end=links[leg.end],
            length=f"{format_number(leg.length_km, language, decimals=1)}\u00a0km",
            time=None
            if leg.minutes is None
            else f"{format_number(leg.minutes, language, decimals=1)}\u00a0min ({leg.service})",
        )
        for leg in legs_between(route, line, list(stops), lines)
    ]
