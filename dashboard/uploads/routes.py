"""The addresses of data that people bring: each below a token that only the page of its session knows."""

from __future__ import annotations

import asyncio
import re

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.i18n.languages import interface_strings
from dashboard.map.data_urls import GEOJSON
from dashboard.map.tile_urls import feature_answer, tile_answer, tile_options
from dashboard.uploads.layer_edits import own_file, with_color, with_title
from dashboard.uploads.model import OwnFile, OwnLayer, Visit
from dashboard.uploads.registry import LIMITS, FullError, Visits
from dashboard.uploads.report import describe_file
from dashboard.web import assets, url_numbers  # noqa: F401 -- addresses have numbers
from geodata import LayerData
from geodata.json_object import JsonObject
from geodata.large.layer import BuiltLayer

MAX_NAME = 255

SILENCE_SECONDS = 30
"""So long may nothing come of a file that is on its way."""

CRS = re.compile(r"[\w:. /()-]{1,100}")

PRIVATE = {**assets.SHARED, "Cache-Control": "no-store"}
"""The frame of the map has no origin, and reads what it has the token for; nothing keeps it."""


def own_routes(visits: Visits) -> list[Route]:
    """Return the routes below `/own`."""

    def visit_of(request: Request) -> Visit:
        visit = visits.find(request.path_params["token"])
        if visit is None:
            raise HTTPException(404, "This session is over.", headers=PRIVATE)
        return visit

    def file_of(request: Request) -> OwnFile:
        file = visit_of(request).files.get(request.path_params["file_id"])
        if file is None:
            raise HTTPException(404, "There is no such file any more.", headers=PRIVATE)
        return file

    def layer_of(request: Request) -> OwnLayer:
        own = visit_of(request).layers.get(request.path_params["layer_id"])
        if own is None:
            raise HTTPException(404, "There is no such layer any more.", headers=PRIVATE)
        return own

    def data_of(request: Request) -> LayerData | BuiltLayer:
        return layer_of(request).data

    async def receive(request: Request) -> Response:
        """Take in a file, as far as there is room; what is too large is not even heard to its end."""
        visit, name = visit_of(request), request.query_params.get("name", "")[:MAX_NAME]
        content, reserved = bytearray(), 0
        try:
            chunks = aiter(request.stream())
            while True:
                async with asyncio.timeout(SILENCE_SECONDS):
                    chunk = await anext(chunks, None)
                if chunk is None:
                    break
                content += chunk
                if len(content) > LIMITS.max_bytes:
                    return _no(413, "too_large")
                visits.reserve(visit, len(chunk))
                reserved += len(chunk)
            file = visits.add(visit, name, bytes(content), _kind(request))
        except FullError as error:
            return _no(413, f"full_{error.room}")
        except TimeoutError:
            return _no(408, "silence")
        finally:
            visits.release(visit, reserved)
        return JSONResponse({"id": file.id}, status_code=201, headers=PRIVATE)

    async def tell(request: Request) -> Response:
        """Say what became of each file, in the reader's language."""
        language = request.query_params.get("lang", "")[:20]
        files = [describe_file(file, language) for file in list(visit_of(request).files.values())]
        return JSONResponse({"files": files}, headers=PRIVATE)

    async def read_again(request: Request) -> Response:
        crs = request.query_params.get("crs", "").strip()
        if not CRS.fullmatch(crs):
            return _no(400, "crs")
        visits.read_again(visit_of(request), file_of(request), crs, _kind(request))
        return JSONResponse({}, headers=PRIVATE)

    async def remove(request: Request) -> Response:
        visits.remove(visit_of(request), file_of(request).id)
        return JSONResponse({}, headers=PRIVATE)

    async def change_layer(request: Request) -> Response:
        """Give a layer another name or color."""
        own, query = layer_of(request), request.query_params
        try:
            own = with_title(own, query["title"]) if "title" in query else own
            own = with_color(own, query["color"]) if "color" in query else own
        except ValueError:
            return _no(400, "change")
        visits.replace_layer(visit_of(request), own.data.layer.id, own)
        return JSONResponse({}, headers=PRIVATE)

    async def download(request: Request) -> Response:
        document = await run_in_threadpool(own_file, layer_of(request), request.path_params["extension"])
        answer = document.respond(request)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def give_layer(request: Request) -> Response:
        data = data_of(request)
        if not isinstance(data, LayerData):
            raise HTTPException(404, "This layer comes as tiles.", headers=PRIVATE)
        return Response(data.content, media_type=GEOJSON, headers=PRIVATE)

    async def give_tile(request: Request) -> Response:
        data, path = data_of(request), request.path_params
        if not isinstance(data, BuiltLayer):
            raise HTTPException(404, "This layer comes whole.", headers=PRIVATE)
        answer = await run_in_threadpool(tile_answer, data, path["z"], path["x"], path["y"], None)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def give_feature(request: Request) -> Response:
        data = data_of(request)
        feature_id = str(request.path_params["feature_id"])
        answer = None
        if isinstance(data, BuiltLayer):
            answer = await run_in_threadpool(feature_answer, data, feature_id, None)
        if answer is None:
            raise HTTPException(404, "There is no such feature.", headers=PRIVATE)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    at = "/own/{token}"
    return [
        Route(at, tell, methods=["GET"]),
        Route(at, receive, methods=["POST"]),
        Route(f"{at}/files/{{file_id}}", read_again, methods=["POST"]),
        Route(f"{at}/files/{{file_id}}", remove, methods=["DELETE"]),
        Route(f"{at}/layers/{{layer_id}}.geojson", give_layer),
        Route(f"{at}/layers/{{layer_id}}", change_layer, methods=["POST"]),
        Route(f"{at}/download/{{layer_id}}.{{extension}}", download),
        Route(f"{at}/tiles/{{layer_id}}/{{z:number}}/{{x:number}}/{{y:number}}.mvt", give_tile),
        Route(f"{at}/features/{{layer_id}}/{{feature_id:number}}.json", give_feature),
    ]


def _kind(request: Request) -> str:
    """Return what a feature without a name is called in the reader's language."""
    return interface_strings(request.query_params.get("lang", "")[:20]).gettext("Feature")


def _no(status: int, reason: str) -> Response:
    """Refuse a file; the page has the words for the reason. What still comes of it is not heard."""
    return PlainTextResponse(reason, status_code=status, headers={**PRIVATE, "Connection": "close"})


def own_tiles(token: str, large: BuiltLayer) -> JsonObject:
    """Return where the map finds the tiles and features of a large layer of somebody's own."""
    at, layer_id = f"./own/{token}", large.layer.id
    return {
        **tile_options(large),
        "url": f"{at}/tiles/{layer_id}/{{z}}/{{x}}/{{y}}.mvt",
        "feature_url": f"{at}/features/{layer_id}/{{id}}.json",
    }
