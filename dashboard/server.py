"""The addresses that the server answers: Streamlit's page, and the map, layers and scripts beside it.

`streamlit run dashboard/server.py` finds `app` here; `twente-atlas` starts the same.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from streamlit import config as streamlit_config

from dashboard import assets
from dashboard.headers import SecurityHeaders
from dashboard.map_builder import Addresses, build_map, read_basemap_index, render_map, tile_hosts
from dashboard.responses import Document
from dashboard.store import current_store
from geodata import Atlas

LANGUAGES = ("en",)

PAGE = Path(__file__).with_name("app.py")


def answer_map(request: Request) -> Response:
    """`/map`: the map document in the language asked for."""
    language = request.query_params.get("lang", "en")
    return map_document(current_store().atlas(), language if language in LANGUAGES else "en").respond(request)


def answer_layer(request: Request) -> Response:
    """`/layers/<id>.geojson`: the file of one layer."""
    atlas = current_store().atlas()
    layer_id = request.path_params["layer_id"]
    if layer_id not in atlas.layers:
        return _not_found(f"There is no layer `{layer_id[:60]}`. There are: {', '.join(atlas.layers)}.")
    return layer_document(atlas, layer_id).respond(request)


def answer_basemap(request: Request) -> Response:
    """`/basemap/<path>`: the overview and the cells of the embedded base map."""
    document = basemap_document(current_store().atlas(), request.path_params["path"])
    return document.respond(request) if document else _not_found("The base map has no such part.")


def answer_vendor(request: Request) -> Response:
    """`/vendor/leaflet/<path>`: Leaflet, out of its installed package."""
    document = assets.vendor_file(request.path_params["path"])
    return document.respond(request) if document else _not_found("There is no such file.")


def answer_frontend(request: Request) -> Response:
    """`/frontend/<name>`: the scripts and style sheets of the map."""
    document = assets.frontend_file(request.path_params["name"])
    return document.respond(request) if document else _not_found("There is no such file.")


def _not_found(message: str) -> Response:
    return PlainTextResponse(message, status_code=404, headers=assets.SHARED)


@lru_cache(maxsize=16)
def _map_document(key: _Identity, language: str) -> Document:
    atlas = key.atlas
    return render_map(build_map(atlas, language, served_addresses(atlas)), tile_hosts(atlas))


def map_document(atlas: Atlas, language: str) -> Document:
    """Return the map document, built once per language and state of the atlas."""
    return _map_document(_Identity(atlas), language)


@lru_cache(maxsize=256)
def _layer_document(key: _Identity, layer_id: str) -> Document:
    return Document(key.atlas.layer(layer_id).content, "application/geo+json", assets.SHARED)


def layer_document(atlas: Atlas, layer_id: str) -> Document:
    """Return a layer as it is given out."""
    return _layer_document(_Identity(atlas), layer_id)


@lru_cache(maxsize=256)
def _basemap_document(key: _Identity, name: str) -> Document | None:
    basemap = key.atlas.catalog.basemap
    if basemap is None:
        return None
    folder = (key.atlas.folder / basemap.folder).resolve()
    path = (folder / name).resolve()
    if not path.is_relative_to(folder) or path.suffix != ".geojson" or not path.is_file():
        return None
    return Document(path.read_bytes(), "application/geo+json", assets.SHARED)


def basemap_document(atlas: Atlas, name: str) -> Document | None:
    """Return a part of the embedded base map, or `None`."""
    return _basemap_document(_Identity(atlas), name)


class _Identity:
    """An atlas as a cache key: the same object is the same state."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas = atlas

    def __hash__(self) -> int:
        return id(self.atlas)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and other.atlas is self.atlas


def served_addresses(atlas: Atlas) -> Addresses:
    """Return addresses relative to `/map`, each with the version of what it names."""

    def frontend(name: str) -> str:
        document = assets.frontend_file(name)
        if document is None:
            raise FileNotFoundError(name)
        return f"./frontend/{name}?v={document.version}"

    leaflet_css, leaflet_js = (assets.vendor_file(f"leaflet/leaflet{ending}") for ending in (".css", ".js"))
    if leaflet_css is None or leaflet_js is None:
        raise FileNotFoundError("Leaflet's files are not in the package XStatic-Leaflet")
    overview = basemap_document(atlas, "overview.geojson")
    return Addresses(
        layers={
            layer_id: f"./layers/{layer_id}.geojson?v={layer_document(atlas, layer_id).version}"
            for layer_id in atlas.layers
        },
        basemap_overview=overview and f"./basemap/overview.geojson?v={overview.version}",
        basemap_index=_basemap_index(atlas),
        imports={f"atlas/{name}.js": frontend(f"{name}.js") for name in assets.MODULES},
        styles=[
            f"./vendor/leaflet/leaflet.css?v={leaflet_css.version}",
            *(frontend(f"{name}.css") for name in assets.STYLES),
        ],
        leaflet=f"./vendor/leaflet/leaflet.js?v={leaflet_js.version}",
    )


def _basemap_index(atlas: Atlas) -> dict[str, object] | None:
    basemap = atlas.catalog.basemap
    if basemap is None or not (atlas.folder / basemap.folder / "index.json").is_file():
        return None
    index = read_basemap_index(atlas.folder / basemap.folder)
    cells = {}
    for name in index["cells"]:
        document = basemap_document(atlas, f"detail/{name}.geojson")
        if document is not None:
            cells[name] = f"./basemap/detail/{name}.geojson?v={document.version}"
    return {"detail_zoom": index["detail_zoom"], "cells": cells}


def routes(base_path: str) -> list[Route]:
    """Return our routes under a path prefix (`""` for none)."""
    prefix = f"/{base_path.strip('/')}" if base_path.strip("/") else ""
    return [
        Route(f"{prefix}/map", answer_map),
        Route(f"{prefix}/layers/{{layer_id}}.geojson", answer_layer),
        Route(f"{prefix}/basemap/{{path:path}}", answer_basemap),
        Route(f"{prefix}/vendor/{{path:path}}", answer_vendor),
        Route(f"{prefix}/frontend/{{name}}", answer_frontend),
    ]


def create_app(base_path: str = "") -> st.App:
    """Return the ASGI application: Streamlit's page with our routes beside it."""
    return st.App(PAGE, routes=routes(base_path), middleware=[Middleware(SecurityHeaders)])


app = create_app(streamlit_config.get_option("server.baseUrlPath") or "")
