"""The map document: an atlas as a page of its own, built with Folium once per language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import xyzservices

from dashboard.i18n.languages import FORMATS, interface_strings
from dashboard.map.data_urls import Addresses, layer_document
from dashboard.map.elements import (
    AtlasMap,
    DataLayer,
    EmbeddedBasemap,
    HeldLayers,
    MapDocument,
    OnlineBasemap,
    Preloads,
)
from dashboard.map.texts import map_texts
from dashboard.map.tile_urls import tile_options
from dashboard.web import assets
from dashboard.web.content_security_policy import INLINE_SCRIPT, INLINE_STYLE, hashes
from dashboard.web.document import Document
from geodata import Atlas, Layer
from geodata.atlas.evidence import evidence_card
from geodata.i18n.messages import text_properties
from geodata.json_object import JsonObject

MIN_ZOOM, MAX_ZOOM = 5, 17

HELD_BYTES = 300_000
"""Of the layers that a map begins with, as many travel in its document; the others are fetched."""

SCRIPT_DIGEST = re.compile(r'"integrity": "(sha256-[\w+/=]+)"')


def build_map(atlas: Atlas, addresses: Addresses, initial: Mapping[str, Any] | None = None) -> MapDocument:
    """Assemble the map document: base maps, then the layers in the catalog's order.

    `initial` is what it shows where its address says nothing, as that of a file on a disk: `layers` (ids),
    `feature` (`<layer>.<feature id>`) and `view` (`zoom/lat/lon`), each of them `None` for the catalog's own.
    """
    catalog = atlas.catalog
    document = MapDocument(
        title=catalog.title, summary=catalog.summary, language=atlas.language, code=assets.map_code()
    )
    # What people came for; the base map's overview follows.
    held = held_layers(atlas, addresses)
    visible = [addresses.layers[data.layer.id] for data in atlas.layers.values() if data.layer.visible]
    fetched = [address for address in visible if address not in held]
    document.add_child(HeldLayers(held))
    document.add_child(Preloads([*fetched, *filter(None, [addresses.texts])]))
    atlas_map = AtlasMap(
        label=catalog.title,
        atlas_options={
            "language": FORMATS.get(atlas.language, atlas.language),
            "home": to_latlng_bounds(catalog.home_bbox),
            "texts": map_texts(interface_strings(atlas.language).gettext),
            "translations": addresses.texts,
            "initial": dict(initial or {}),
            **gl_options(atlas, addresses),
        },
        min_zoom=MIN_ZOOM,
        max_zoom=MAX_ZOOM,
        zoom_snap=0.5,
        world_copy_jump=False,
    )
    document.add_child(atlas_map)
    if catalog.basemap is not None:
        atlas_map.add_child(
            EmbeddedBasemap(
                catalog.basemap.title,
                {
                    "overview": addresses.basemap_overview,
                    "index": addresses.basemap_index,
                    "attribution": catalog.basemap.attribution,
                },
            )
        )
    for title, provider in online_providers(atlas):
        atlas_map.add_child(OnlineBasemap(title, provider))
    for layer in sorted(catalog.layers.values(), key=_drawing_order):
        options = map_options(atlas, layer, addresses)
        if options is not None:
            atlas_map.add_child(DataLayer(layer.title, options, show=layer.visible))
    return document


def held_layers(atlas: Atlas, addresses: Addresses) -> dict[str, bytes]:
    """Return the layers that a served map begins with, by their addresses, as far as there is room for them.

    A frame without an origin of its own has no cache, so that each layer would be asked for at every visit.
    """
    if not addresses.are_served:
        return {}
    held: dict[str, bytes] = {}
    room = HELD_BYTES
    for layer_id in [data.layer.id for data in atlas.layers.values() if data.layer.visible]:
        content = layer_document(atlas, layer_id).content
        if len(content) <= room:
            held[addresses.layers[layer_id]] = content
            room -= len(content)
    return held


def render_map(document: MapDocument, tile_hosts: list[str]) -> Document:
    """Render a map document with the content security policy that fits its inline scripts."""
    html = document.render()
    return Document(
        html.encode(),
        "text/html; charset=utf-8",
        {
            **assets.SHARED,
            "Content-Security-Policy": content_security_policy(html, tile_hosts),
            "Vary": "Accept-Encoding, Accept-Language",
        },
    )


def content_security_policy(html: str, tile_hosts: list[str]) -> str:
    """Return a policy that allows this document's own code by hash and no other, and framing by anyone.

    Where a layer is so large that MapLibre draws it, that script is allowed by its hash too, and its workers,
    which it makes of itself.
    """
    scripts = [f"'{digest}'" for digest in set(SCRIPT_DIGEST.findall(html))]
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join([hashes(INLINE_SCRIPT, html), *scripts])}",
            *(["worker-src blob:"] if scripts else []),
            f"style-src {hashes(INLINE_STYLE, html)}",
            f"img-src 'self' data: {' '.join(tile_hosts)}".rstrip(),
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors *",
        ]
    )


def tile_hosts(atlas: Atlas) -> list[str]:
    """Return the origins of the online base maps, the only other hosts that the map may contact."""
    urls = [OnlineBasemap(title, provider).options["url"] for title, provider in online_providers(atlas)]
    return sorted({f"https://{urlsplit(url).netloc.replace('{s}', '*')}" for url in urls})


def online_providers(atlas: Atlas) -> list[tuple[str, xyzservices.TileProvider]]:
    """Return title and provider of the catalog's online base maps that xyzservices knows."""
    known = xyzservices.providers.flatten()
    return [
        (entry.title, known[entry.provider])
        for entry in atlas.catalog.online_basemaps
        if entry.provider in known
    ]


def gl_options(atlas: Atlas, addresses: Addresses) -> JsonObject:
    """Return where the map finds MapLibre, should it have a layer that needs it: people bring such too."""
    if not addresses.are_served:
        return {}
    code = assets.gl_code()
    return {"maplibre": {"script": code.address, "integrity": code.digest}}


def map_options(atlas: Atlas, layer: Layer, addresses: Addresses) -> JsonObject | None:
    """Return a layer's options by what there is of it; `None` where a file has to do without it."""
    if layer.id in atlas.layers:
        data = atlas.layers[layer.id]
        own = {"url": addresses.layers[layer.id], "count": data.count, "evidence": evidence_card(data)}
    elif layer.id in atlas.large:
        large = atlas.large[layer.id]
        own = {"count": large.report.count, "evidence": evidence_card(large), "tiles": tile_options(large)}
    elif layer.id in atlas.waiting or (layer.database is not None and addresses.are_served):
        own = {"count": layer.count, "evidence": None, "building": True}
    elif addresses.are_served:
        # It could not be loaded: the map says so, and can ask for it again.
        own = {"url": f"./layers/{layer.id}.geojson", "count": layer.count, "evidence": None}
    else:
        return None
    if "url" not in own and not addresses.are_served:
        own = {"count": own["count"], "evidence": own["evidence"], "absent": True}
    if layer.database is not None and addresses.are_served:
        own["live"] = True
    return {**layer_options(layer), **own}


def layer_options(layer: Layer) -> JsonObject:
    """Return what the catalog tells the browser of a layer, as JSON-ready values."""
    return {
        "id": layer.id,
        "role": geometry_role(layer),
        "kind": layer.kind,
        "description": layer.description,
        "attribution": layer.attribution,
        "key_fields": layer.key_fields,
        "fields": {
            name: field.model_dump(include={"label", "type", "unit", "choices"}, exclude_defaults=True)
            for name, field in layer.fields.items()
            # The map knows no names for the ids of another layer, nor how to lay out legs; the panel does.
            if field.refers_to is None and field.type not in ("numbers", "services")
        },
        "text_properties": text_properties(layer),
        "style": layer.style.model_dump(exclude_none=True),
    }


def geometry_role(layer: Layer) -> str:
    """Return `area`, `line` or `point`: where the layer is drawn, and how its legend looks."""
    types = " ".join(layer.geometry_types)
    return "area" if "Polygon" in types else "line" if "Line" in types else "point"


def to_latlng_bounds(bbox: list[float]) -> list[list[float]]:
    """Convert west, south, east, north to Leaflet's `[[south, west], [north, east]]`."""
    west, south, east, north = bbox
    return [[south, west], [north, east]]


def _drawing_order(layer: Layer) -> int:
    return ["area", "line", "point"].index(geometry_role(layer))
