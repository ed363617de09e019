"""What the panel says of a feature and of the region, gathered from the atlas for the templates."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dashboard.formatting import format_iso_date, format_number, format_value
from geodata import Atlas, Feature, Layer
from geodata.location import areas_around
from geodata.measure import area_km2, length_km

SMALL_AREA_KM2 = 10
"""Smaller areas are given in hectares."""

LINK = re.compile(r"https?://")


@dataclass(frozen=True)
class Fact:
    """A label and what it says, ready to be printed."""

    label: str
    value: str
    url: str | None = None
    reference: str | None = None
    """Feature that the fact is about, as `<layer>.<feature id>`."""


@dataclass(frozen=True)
class Details:
    """Everything that the panel says of one feature."""

    kind: str
    name: str
    description: str
    note: str | None
    facts: list[Fact]
    measured: Fact | None
    location: list[str]
    """Names of the areas that it lies in, smallest first."""
    accuracy_m: str | None
    source: str
    layer: Layer
    retrieved: str


def feature_details(atlas: Atlas, feature: Feature, language: str) -> Details:
    """Gather what is known of a feature, from its properties and its place on the map."""
    properties = feature.properties
    accuracy = properties.get("accuracy_m")
    return Details(
        kind=kind_of(feature),
        name=str(properties.get("name", feature.id)),
        description=str(properties.get("description", "")),
        note=properties.get("note"),
        facts=[
            _fact(atlas, feature.layer, name, properties[name], language)
            for name in feature.layer.fields
            if name in properties
        ],
        measured=measured_size(feature, language),
        location=[str(area.properties.get("name", area.id)) for area in areas_around(atlas, feature)],
        accuracy_m=format_number(accuracy, language, decimals=0)
        if isinstance(accuracy, int | float) and accuracy
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


def measured_size(feature: Feature, language: str) -> Fact | None:
    """Return the area or length of a feature as drawn, measured in EPSG:3035; points have none."""
    geometry = feature.geometry
    if geometry.area > 0:
        area = area_km2(geometry)
        if area < SMALL_AREA_KM2:
            return Fact("Area as drawn", f"{format_number(area * 100, language, decimals=0)}\u00a0ha")
        return Fact("Area as drawn", f"{format_number(area, language, decimals=1)}\u00a0km²")
    if geometry.length > 0:
        return Fact("Length as drawn", f"{format_number(length_km(geometry), language, decimals=1)}\u00a0km")
    return None


def key_figures(atlas: Atlas, language: str) -> list[Fact]:
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
            _rounded(feature.properties[figure.field]), feature.layer.fields[figure.field], language
        )
        facts.append(Fact(figure.label, value, reference=figure.feature))
    return facts


def _rounded(value: object) -> object:
    """Return a figure as an overview says it; the details have all its decimals."""
    return round(value) if isinstance(value, float) and abs(value) >= 100 else value


def _fact(atlas: Atlas, layer: Layer, name: str, value: object, language: str) -> Fact:
    field = layer.fields[name]
    if field.refers_to is not None and isinstance(value, list):
        value = " · ".join(_name_of(atlas, field.refers_to, str(item)) for item in value)
    url = str(value) if field.type == "url" and LINK.match(str(value)) else None
    text = format_value(value, field, language)
    return Fact(field.label, LINK.sub("", text).rstrip("/") if url else text, url)


def _name_of(atlas: Atlas, layer_id: str, feature_id: str) -> str:
    feature = atlas.feature(f"{layer_id}.{feature_id}")
    return str(feature.properties.get("name", feature_id)) if feature else feature_id
