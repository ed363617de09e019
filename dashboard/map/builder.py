"""Builds the map document with Folium: an atlas as a page, once per language."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import xyzservices

from dashboard.i18n.formatting import format_span
from dashboard.i18n.languages import FORMATS, interface_strings
from dashboard.map.data_urls import Addresses, layer_document
from dashboard.map.elements import AtlasMap, DataLayer, EarlyData, EmbeddedBasemap, MapDocument, OnlineBasemap
from dashboard.map.held_streets import STREETS_ID, held_streets
from dashboard.map.street_tiles import street_options
from dashboard.map.tile_urls import tile_options
from dashboard.web import assets
from dashboard.web.content_security_policy import INLINE_SCRIPT, INLINE_STYLE, hashes
from dashboard.web.document import Document
from geodata import Atlas, Layer
from geodata.atlas.evidence import evidence_card
from geodata.i18n.messages import text_properties
from geodata.json_object import JsonObject
from geodata.large.layer import LargeLayer

HELD_BYTES = 300_000
"""Maximum size of the layers that the document holds; the other layers are fetched."""

FILE_BYTES = 10_200_000
"""What the data of a map in a file may take, streets included. Its code takes 1.6 MB, MapLibre most of it."""

TEXTS: dict[str, str] = tomllib.loads(Path(__file__).with_name("texts.toml").read_text(encoding="utf-8"))
"""Texts of the map's script by name, in English."""

SCRIPT_DIGEST = re.compile(r'"integrity": "(sha256-[\w+/=]+)"')


def build_map(atlas: Atlas, addresses: Addresses, initial: Mapping[str, object] | None = None) -> MapDocument:
    """Assemble the map document: base maps, then the layers in the catalog's order.

    `initial` is the state of a map without parameters in its address, such as a file: `layers` (ids),
    `feature` (`<layer>.<feature id>`) and `view` (`zoom/lat/lon`); defaults to the catalog's.
    """
    catalog, translate = atlas.catalog, interface_strings(atlas.language).gettext
    document = MapDocument(
        title=catalog.title, summary=catalog.summary, language=atlas.language, code=assets.map_code()
    )
    held, fetched = early_layers(atlas, addresses)
    streets = street_options(atlas) if addresses.are_served else None
    if not addresses.are_served and (
        around := held_streets(atlas, _place_of(atlas, initial or {}), FILE_BYTES - addresses.size)
    ):
        streets, held[STREETS_ID] = around
    document.add_child(EarlyData(held, [*fetched, *filter(None, [addresses.texts])]))
    atlas_map = AtlasMap(
        catalog.title,
        {
            "language": FORMATS.get(atlas.language, atlas.language),
            "home": to_latlng_bounds(catalog.home_bbox),
            "homeFeatures": [
                to_latlng_bounds(list(feature.geometry.bounds))
                for feature in map(atlas.feature, catalog.home_features)
                if feature is not None
            ],
            "layerGroups": [group.model_dump() for group in catalog.layer_groups],
            "texts": {name: translate(text) for name, text in TEXTS.items()},
            "translations": addresses.texts,
            "initial": dict(initial or {}),
            **gl_options(addresses, has_streets=streets is not None),
        },
    )
    document.add_child(atlas_map)
    if catalog.basemap is not None:
        atlas_map.add_child(
            EmbeddedBasemap(
                catalog.basemap.title,
                {
                    "overview": addresses.basemap_overview,
                    "streets": streets,
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


def early_layers(atlas: Atlas, addresses: Addresses) -> tuple[dict[str, bytes], list[str]]:
    """Return the visible layers that the document holds, by address, and the addresses of the others.

    A frame without an origin has no cache, so that each layer would be fetched with each page view: a served
    document holds up to `HELD_BYTES` of them.
    """
    held: dict[str, bytes] = {}
    fetched, room = [], HELD_BYTES if addresses.are_served else -1
    for data in atlas.in_memory.values():
        if data.layer.visible:
            address, content = addresses.layers[data.layer.id], layer_document(atlas, data.layer.id).content
            if len(content) <= room:
                held[address], room = content, room - len(content)
            else:
                fetched.append(address)
    return held, fetched


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
    """Return a policy that allows only this document's code, by hash, and framing by anyone.

    MapLibre, which draws streets and large layers, is allowed by hash too, with the workers that it starts.
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


def gl_options(addresses: Addresses, *, has_streets: bool) -> JsonObject:
    """Return the address of MapLibre, which the map loads for streets and large layers."""
    if not addresses.are_served and not has_streets:
        return {}
    code = assets.gl_code()
    script = code.address if addresses.are_served else assets.to_data_address(assets.MAPLIBRE)
    return {"maplibre": {"script": script, "integrity": code.digest}}


def _place_of(atlas: Atlas, initial: Mapping[str, object]) -> tuple[float, float]:
    """Return longitude and latitude of what a map shows first."""
    if view := initial.get("view"):
        _, lat, lon = map(float, str(view).split("/"))
        return lon, lat
    feature = atlas.feature(str(initial.get("feature")))
    west, south, east, north = feature.geometry.bounds if feature else atlas.catalog.home_bbox
    return (west + east) / 2, (south + north) / 2


def map_options(atlas: Atlas, layer: Layer, addresses: Addresses) -> JsonObject | None:
    """Return a layer's options and the source of its data; `None` where a file can't have the layer."""
    data = atlas.layers.get(layer.id)
    if data is not None:
        shown = {"vintage": format_span(layer.vintage, atlas.language)}
        source = {"count": data.count, "evidence": evidence_card(data) | shown}
        if isinstance(data, LargeLayer):
            source["tiles"] = tile_options(data)
        else:
            source["url"] = addresses.layers[layer.id]
    elif layer.id in atlas.waiting or (layer.database is not None and addresses.are_served):
        source = {"count": layer.count, "evidence": None, "building": True}
    elif addresses.are_served:
        # The layer could not be loaded: the map says so and can try again.
        source = {"url": f"./layers/{layer.id}.geojson", "count": layer.count, "evidence": None}
    else:
        return None
    if "url" not in source and not addresses.are_served:
        source = {"count": source["count"], "evidence": source["evidence"], "absent": True}
    if layer.database is not None and addresses.are_served:
        source["live"] = True
    return {**layer_options(layer), **source}


def layer_options(layer: Layer) -> JsonObject:
    """Return the part of a catalog entry that the browser needs, as JSON-ready values."""
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
            # The panel shows ids of other layers and tables of minutes; the map can't.
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
