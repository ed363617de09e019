"""The addresses that the server answers: Streamlit's page, and the map, layers and scripts beside it.

`streamlit run dashboard/server.py` finds `app` here; `twente-atlas` starts the same. It listens within the
time of Streamlit alone: what is behind the answers is loaded then.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from streamlit import net_util

from dashboard.endpoints.startup import PREPARATION, Prepared
from dashboard.web import url_numbers  # noqa: F401 -- addresses have numbers
from dashboard.web.error_responses import (
    answer_broken_catalog,
    answer_failure,
    answer_no_database,
    answer_out_of_reach,
)
from dashboard.web.host_check import Doors
from dashboard.web.path_prefix import PathPrefix
from dashboard.web.security_headers import SecurityHeaders
from dashboard.web.settings import base_path, listens_on
from geodata.errors import CatalogError, DatabaseError

PAGE = Path(__file__).with_name("app.py")

HEAD_START_SECONDS = 0.05
"""After this, uvicorn listens; loading would take turns with it."""

UPLOAD_ADDRESSES = (
    "/own/{token}",
    "/own/{token}/files/{file_id}",
    "/own/{token}/layers/{layer_id}.geojson",
    "/own/{token}/layers/{layer_id}",
    "/own/{token}/download/{layer_id}.{extension}",
    "/own/{token}/tiles/{layer_id}/{z:number}/{x:number}/{y:number}.mvt",
    "/own/{token}/features/{layer_id}/{feature_id:number}.json",
)
"""What people bring; `upload_routes` says what may be done there."""


def later(name: str) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that has a function of `handlers` answer, once that is loaded."""

    async def endpoint(request: Request) -> Response:
        await PREPARATION.wait()
        from dashboard.endpoints import handlers

        answer: Callable[[Request], Awaitable[Response]] = getattr(handlers, name)
        return await answer(request)

    endpoint.__name__ = name
    return endpoint


class UploadHandlers:
    """ASGI app that hands requests on to the routes of what people bring."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait until they are loaded, and pass the request on."""
        await PREPARATION.wait()
        from dashboard.endpoints.handlers import UPLOADS

        await UPLOADS(scope, receive, send)


@asynccontextmanager
async def _prepare_soon(_: st.App) -> AsyncIterator[None]:
    asyncio.get_running_loop().call_later(HEAD_START_SECONDS, PREPARATION.begin)
    yield


ROUTES = [
    Route("/", later("answer_page")),
    Route("/about", later("answer_about")),
    Route("/map", later("answer_map")),
    Route("/texts/{language}.json", later("answer_texts")),
    Route("/layers/{layer_id}.geojson", later("answer_layer")),
    Route("/tiles/{layer_id}/{z:number}/{x:number}/{y:number}.mvt", later("answer_tile")),
    Route("/features/{layer_id}/{feature_id:number}.json", later("answer_feature")),
    Route("/builds", later("answer_builds")),
    Route("/search", later("answer_search")),
    Route("/reach.json", later("answer_reach")),
    Route("/changes.json", later("answer_changes")),
    Route("/download/map.html", later("answer_map_file")),
    Route("/download/all-layers.{ending}", later("answer_all_layers")),
    Route("/download/{layer_id}.{extension}", later("answer_download")),
    Route("/ogc", later("answer_ogc")),
    Route("/ogc/{path:path}", later("answer_ogc")),
    Route("/basemap/{path:path}", later("answer_basemap")),
    Route("/vendor/{path:path}", later("answer_vendor")),
    Route("/frontend/{path:path}", later("answer_frontend")),
    Route("/favicon.ico", later("answer_icon")),
    *(Route(path, UploadHandlers()) for path in UPLOAD_ADDRESSES),
]

# Streamlit would ask an address service of the outside world where this machine is, whenever a page of a
# strange origin knocks. It has nothing to ask for: strangers are refused anyway.
net_util.get_external_ip = lambda: None

app = st.App(
    PAGE,
    routes=ROUTES,
    lifespan=_prepare_soon,
    exception_handlers={
        CatalogError: answer_broken_catalog,
        DatabaseError: answer_no_database,
        OSError: answer_out_of_reach,
        sqlite3.Error: answer_out_of_reach,
        Exception: answer_failure,
    },
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(Doors, routes=ROUTES, prefix=base_path, listens_on=listens_on),
        Middleware(PathPrefix, routes=ROUTES, prefix=base_path),
        Middleware(Prepared),
    ],
)
