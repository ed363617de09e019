"""Routes of uploads, each below a secret token of the session."""

import asyncio
import re

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.i18n.languages import interface_strings
from dashboard.map.data_urls import GEOJSON
from dashboard.map.tile_urls import feature_answer, tile_answer
from dashboard.uploads.layer_edits import layer_file, with_color, with_title
from dashboard.uploads.model import UploadedFile, UploadedLayer, UploadSession
from dashboard.uploads.registry import LIMITS, FullError, UploadSessions
from dashboard.uploads.report import describe_file
from dashboard.web import assets, url_numbers  # noqa: F401 -- addresses have numbers
from geodata import LayerData
from geodata.large.built_layer import BuiltLayer

MAX_NAME = 255

SILENCE_SECONDS = 30
"""Maximum pause while a file is being uploaded."""

CRS = re.compile(r"[\w:. /()-]{1,100}")

PRIVATE = {**assets.SHARED, "Cache-Control": "no-store"}
"""Readable from the map's frame, which has no origin, and never cached."""


def upload_routes(sessions: UploadSessions) -> list[Route]:
    """Return the routes below `/own`."""

    def session_of(request: Request) -> UploadSession:
        session = sessions.find(request.path_params["token"])
        if session is None:
            raise HTTPException(404, "Unknown or closed session.", headers=PRIVATE)
        return session

    def file_of(request: Request) -> UploadedFile:
        file = session_of(request).files.get(request.path_params["file_id"])
        if file is None:
            raise HTTPException(404, "Unknown file.", headers=PRIVATE)
        return file

    def layer_of(request: Request) -> UploadedLayer:
        upload = session_of(request).layers.get(request.path_params["layer_id"])
        if upload is None:
            raise HTTPException(404, "Unknown layer.", headers=PRIVATE)
        return upload

    def data_of(request: Request) -> LayerData | BuiltLayer:
        return layer_of(request).data

    async def receive(request: Request) -> Response:
        """Receive a file; stops as soon as it is too large or there is no room."""
        session, name = session_of(request), request.query_params.get("name", "")[:MAX_NAME]
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
                    return _refuse(413, "too_large")
                sessions.reserve(session, len(chunk))
                reserved += len(chunk)
            file = sessions.add(session, name, bytes(content), _kind(request))
        except FullError as error:
            return _refuse(413, f"full_{error.room}")
        except TimeoutError:
            return _refuse(408, "silence")
        finally:
            sessions.release(session, reserved)
        return JSONResponse({"id": file.id}, status_code=201, headers=PRIVATE)

    async def list_files(request: Request) -> Response:
        """Report on each file in the reader's language."""
        language = request.query_params.get("lang", "")[:20]
        files = [describe_file(file, language) for file in list(session_of(request).files.values())]
        return JSONResponse({"files": files}, headers=PRIVATE)

    async def read_again(request: Request) -> Response:
        crs = request.query_params.get("crs", "").strip()
        if not CRS.fullmatch(crs):
            return _refuse(400, "crs")
        sessions.read_again(session_of(request), file_of(request), crs, _kind(request))
        return JSONResponse({}, headers=PRIVATE)

    async def remove(request: Request) -> Response:
        sessions.remove(session_of(request), file_of(request).id)
        return JSONResponse({}, headers=PRIVATE)

    async def change_layer(request: Request) -> Response:
        """Rename or recolor a layer."""
        upload, query = layer_of(request), request.query_params
        try:
            upload = with_title(upload, query["title"]) if "title" in query else upload
            upload = with_color(upload, query["color"]) if "color" in query else upload
        except ValueError:
            return _refuse(400, "change")
        sessions.replace_layer(session_of(request), upload.data.layer.id, upload)
        return JSONResponse({}, headers=PRIVATE)

    async def download(request: Request) -> Response:
        document = await run_in_threadpool(layer_file, layer_of(request), request.path_params["extension"])
        return _uncached(document.respond(request))

    async def get_layer(request: Request) -> Response:
        data = data_of(request)
        if not isinstance(data, LayerData):
            raise HTTPException(404, "This layer is available as tiles only.", headers=PRIVATE)
        return Response(data.content, media_type=GEOJSON, headers=PRIVATE)

    async def get_tile(request: Request) -> Response:
        data, path = data_of(request), request.path_params
        if not isinstance(data, BuiltLayer):
            raise HTTPException(404, "This layer has no tiles.", headers=PRIVATE)
        content = await run_in_threadpool(data.tile, path["z"], path["x"], path["y"])
        return _uncached(tile_answer(content, is_current=False))

    async def get_feature(request: Request) -> Response:
        data = data_of(request)
        feature_id = str(request.path_params["feature_id"])
        answer = None
        if isinstance(data, BuiltLayer):
            answer = await run_in_threadpool(feature_answer, data, feature_id, None)
        if answer is None:
            raise HTTPException(404, "Unknown feature.", headers=PRIVATE)
        return _uncached(answer)

    at = "/own/{token}"
    return [
        Route(at, list_files, methods=["GET"]),
        Route(at, receive, methods=["POST"]),
        Route(f"{at}/files/{{file_id}}", read_again, methods=["POST"]),
        Route(f"{at}/files/{{file_id}}", remove, methods=["DELETE"]),
        Route(f"{at}/layers/{{layer_id}}.geojson", get_layer),
        Route(f"{at}/layers/{{layer_id}}", change_layer, methods=["POST"]),
        Route(f"{at}/download/{{layer_id}}.{{extension}}", download),
        Route(f"{at}/tiles/{{layer_id}}/{{z:number}}/{{x:number}}/{{y:number}}.mvt", get_tile),
        Route(f"{at}/features/{{layer_id}}/{{feature_id:number}}.json", get_feature),
    ]


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def _kind(request: Request) -> str:
    """Return the name of features without one, in the reader's language."""
    return interface_strings(request.query_params.get("lang", "")[:20]).gettext("Feature")


def _refuse(status: int, reason: str) -> Response:
    """Refuse a file with a reason that the page puts into words; closes the connection."""
    return PlainTextResponse(reason, status_code=status, headers={**PRIVATE, "Connection": "close"})
