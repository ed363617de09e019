"""Checks that names in a catalog refer to layers, fields and tile services that exist."""

import difflib
from collections.abc import Collection, Iterator

import xyzservices.providers

from geodata.catalog.schema import Catalog, Layer
from geodata.errors import Problem


def check_references(catalog: Catalog, layer_ids: Collection[str]) -> Iterator[Problem]:
    """Find references to unknown layers, fields and tile services.

    `layer_ids` are all layers of the file, also those left out of `catalog` because they are wrong.
    """
    known_layers = f"Use one of {', '.join(sorted(layer_ids))}."
    for layer in catalog.layers.values():
        for where, name in _fields_of(layer):
            if name not in layer.fields:
                mend = f"Declare [layers.{layer.id}.fields.{name}], or correct {where}."
                yield Problem(layer.id, None, f"{where} refers to unknown field `{name}`", mend)
        for where, name in _layers_of(layer):
            if name not in layer_ids:
                yield Problem(layer.id, None, f"{where} refers to unknown layer `{name}`", known_layers)
        for name, field in layer.fields.items():
            target = catalog.layers.get(field.refers_to or "")
            if field.inverse is not None and target is not None and field.inverse not in target.fields:
                what = f"fields.{name}.inverse refers to unknown field `{field.inverse}` of {target.id}"
                yield Problem(layer.id, None, what, f"Name one of the fields of {target.id}.")
        yield from _check_tracks(catalog, layer)
    for key, names in {"located_in": catalog.located_in, **dict(catalog.relations)}.items():
        for name in names:
            if name not in layer_ids:
                yield Problem(None, None, f"{key} refers to unknown layer `{name}`", known_layers)
    yield from _check_groups(catalog, layer_ids, known_layers)
    yield from _check_charts(catalog, layer_ids, known_layers)
    providers = xyzservices.providers.flatten()
    for basemap in catalog.online_basemaps:
        if basemap.provider not in providers:
            near = difflib.get_close_matches(basemap.provider, providers, n=1)
            mend = f"Did you mean `{near[0]}`?" if near else "Use a name of the package xyzservices."
            what = f"online_basemaps refers to unknown tile service `{basemap.provider}`"
            yield Problem(None, None, what, mend)


def _check_groups(catalog: Catalog, layer_ids: Collection[str], known_layers: str) -> Iterator[Problem]:
    """Find unknown layers in the themes of the list of layers, and layers that are in two of them."""
    grouped: set[str] = set()
    for group in catalog.layer_groups:
        for name in group.layers:
            where = f"layer_groups “{group.title}”"
            if name not in layer_ids:
                yield Problem(None, None, f"{where} refers to unknown layer `{name}`", known_layers)
            if name in grouped:
                what = f"{where} has layer `{name}`, which a group before it has too"
                yield Problem(None, None, what, "Leave it in one of them.")
            grouped.add(name)


def _check_tracks(catalog: Catalog, layer: Layer) -> Iterator[Problem]:
    """Find unknown fields in the layer of the tracks of a route."""
    tracks = layer.route.tracks if layer.route else None
    target = catalog.layers.get(tracks.layer) if tracks else None
    if tracks is None or target is None:
        return
    for key, name in tracks.model_dump(exclude={"layer", "no_wire"}, exclude_none=True).items():
        if name not in target.fields:
            what = f"route.tracks.{key} refers to unknown field `{name}` of {target.id}"
            yield Problem(layer.id, None, what, f"Name one of the fields of {target.id}.")


def _check_charts(catalog: Catalog, layer_ids: Collection[str], known_layers: str) -> Iterator[Problem]:
    for chart in catalog.charts:
        where, layer = f"chart `{chart.id}`", catalog.layers.get(chart.layer)
        if chart.layer not in layer_ids:
            yield Problem(None, None, f"{where} refers to unknown layer `{chart.layer}`", known_layers)
        elif layer is not None:
            for name in chart.fields:
                if name not in layer.fields:
                    what = f"{where} refers to unknown field `{name}` of {chart.layer}"
                    yield Problem(None, None, what, "Name one of its fields.")
            target = chart.measure.distance_to if chart.measure else None
            if target is not None and target not in layer_ids:
                yield Problem(None, None, f"{where} refers to unknown layer `{target}`", known_layers)
            if chart.kind == "route" and layer.route is None:
                what = f"{where} is of kind route, but {chart.layer} has no route"
                yield Problem(None, None, what, f"Add [layers.{chart.layer}.route].")


def _fields_of(layer: Layer) -> Iterator[tuple[str, str]]:
    """Yield each place in a layer's table that refers to one of its fields, and the field."""
    for kind in ("key_fields", "peer_fields"):
        for key in getattr(layer, kind):
            yield kind, key
    for name, field in layer.fields.items():
        if field.dated_by is not None:
            yield f"fields.{name}.dated_by", field.dated_by
        for part in field.ratio_of or ():
            yield f"fields.{name}.ratio_of", part
    for key in ("category_field", "icon_field"):
        if (name := getattr(layer.style, key)) is not None:
            yield f"style.{key}", name
    if layer.route is not None:
        for key, name in layer.route.model_dump(exclude={"tracks"}, exclude_none=True).items():
            yield f"route.{key}", name


def _layers_of(layer: Layer) -> Iterator[tuple[str, str]]:
    """Yield each place in a layer's table that refers to another layer, and that layer."""
    for name, field in layer.fields.items():
        if field.refers_to is not None:
            yield f"fields.{name}.refers_to", field.refers_to
        if field.names_area_in is not None:
            yield f"fields.{name}.names_area_in", field.names_area_in
    if layer.tiles is not None:
        yield "tiles", layer.tiles
    if layer.route is not None and layer.route.tracks is not None:
        yield "route.tracks.layer", layer.route.tracks.layer
