"""The addresses that the server answers: Streamlit's page, and the map, layers and scripts beside it.

`streamlit run dashboard/server.py` finds `app` here; `twente-atlas` starts the same.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit import config as streamlit_config
from streamlit import net_util

from dashboard import assets
from dashboard.addresses import basemap_document, layer_document, map_addresses, to_served_address
from dashboard.headers import SecurityHeaders
from dashboard.index import render_index
from dashboard.map_builder import build_map, render_map, tile_hosts
from dashboard.prefix import PathPrefix
from dashboard.responses import REVALIDATE, Document
from dashboard.store import current_store
from geodata import Atlas, CatalogError

LANGUAGES = ("en",)

PAGE = Path(__file__).with_name("app.py")


async def answer_page(request: Request) -> Response:
    """`/`: the dashboard."""
    html = render_index(current_store().atlas(), "en", request.query_params)
    return HTMLResponse(html, headers={"Cache-Control": REVALIDATE})


async def answer_map(request: Request) -> Response:
    """`/map`: the map document in the language asked for."""
    language = request.query_params.get("lang", "en")
    return map_document(current_store().atlas(), language if language in LANGUAGES else "en").respond(request)


async def answer_layer(request: Request) -> Response:
    """`/layers/<id>.geojson`: the file of one layer."""
    atlas = current_store().atlas()
    layer_id = request.path_params["layer_id"]
    if layer_id not in atlas.layers:
        return _not_found(f"There is no layer `{layer_id[:60]}`. There are: {', '.join(atlas.layers)}.")
    return layer_document(atlas, layer_id).respond(request)


async def answer_basemap(request: Request) -> Response:
    """`/basemap/<path>`: the overview and the cells of the embedded base map."""
    document = basemap_document(current_store().atlas(), request.path_params["path"])
    return document.respond(request) if document else _not_found("The base map has no such part.")


async def answer_vendor(request: Request) -> Response:
    """`/vendor/leaflet/<path>`: Leaflet, out of its installed package."""
    document = assets.asset(f"vendor/{request.path_params['path']}")
    return document.respond(request) if document else _not_found("There is no such file.")


async def answer_frontend(request: Request) -> Response:
    """`/frontend/<name>`: the scripts and style sheets of the map."""
    document = assets.asset(f"frontend/{request.path_params['name']}")
    return document.respond(request) if document else _not_found("There is no such file.")


async def answer_broken_catalog(_: Request, error: Exception) -> Response:
    """Say in one line why there is no atlas to answer from."""
    return PlainTextResponse(str(error), status_code=503, headers=assets.SHARED)


def _not_found(message: str) -> Response:
    return PlainTextResponse(message, status_code=404, headers=assets.SHARED)


@lru_cache(maxsize=16)
def map_document(atlas: Atlas, language: str) -> Document:
    """Return the map document, built once per language and state of the atlas."""
    return render_map(build_map(atlas, language, map_addresses(atlas, to_served_address)), tile_hosts(atlas))


def base_path() -> str:
    """Return the path prefix that Streamlit's page is under, as the running server knows it."""
    return str(streamlit_config.get_option("server.baseUrlPath") or "")


ROUTES = [
    Route("/", answer_page),
    Route("/map", answer_map),
    Route("/layers/{layer_id}.geojson", answer_layer),
    Route("/basemap/{path:path}", answer_basemap),
    Route("/vendor/{path:path}", answer_vendor),
    Route("/frontend/{name}", answer_frontend),
]

# Streamlit would ask an address service of the outside world where this machine is, whenever a page of a
# strange origin knocks. It has nothing to ask for: strangers are refused anyway.
net_util.get_external_ip = lambda: None

app = st.App(
    PAGE,
    routes=ROUTES,
    exception_handlers={CatalogError: answer_broken_catalog},
    middleware=[Middleware(SecurityHeaders), Middleware(PathPrefix, routes=ROUTES, prefix=base_path)],
)
