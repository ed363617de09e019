"""The functions that answer the addresses in `endpoints.routes`."""

from __future__ import annotations

from collections.abc import Callable

from anyio import CapacityLimiter, to_thread
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from dashboard.background.layer_builds import BuildState
from dashboard.background.store import current_store
from dashboard.background.temp_folders import Scratch
from dashboard.downloads.layer import layer_file, map_file
from dashboard.downloads.whole_layer import all_layers, is_whole_large_layer, whole_large_layer
from dashboard.endpoints.index import index_document
from dashboard.endpoints.layer_states import database_states
from dashboard.i18n.languages import choose_language
from dashboard.map.builder import build_map, render_map, tile_hosts
from dashboard.map.data_urls import (
    basemap_document,
    layer_document,
    map_addresses,
    texts_document,
    to_served_address,
)
from dashboard.map.tile_urls import feature_answer, tile_answer, tile_options
from dashboard.ogc.endpoint import answer_question
from dashboard.uploads.registry import UPLOAD_SESSIONS
from dashboard.views.about import render_about
from dashboard.views.link_changes import remember_soon, sum_up_changes
from dashboard.views.search_results import find, warm
from dashboard.web import assets
from dashboard.web.content_security_policy import STRICT_PAGE_POLICY
from dashboard.web.document import REVALIDATE, Document
from geodata import Atlas, in_language
from geodata.atlas.per_atlas import per_atlas

# A server that was killed could not clear away what people had brought.
Scratch().clear_orphans()

DOWNLOADS = CapacityLimiter(2)
"""So many files are made at a time."""


async def answer_page(request: Request) -> Response:
    """`/`: the dashboard."""
    atlas = localized_atlas(request)
    warm(atlas.english or atlas)
    remember_soon(atlas.english or atlas)
    current_store().builder.begin(atlas.english or atlas)
    return index_document(atlas, request.query_params).respond(request)


async def answer_about(request: Request) -> Response:
    """`/about`: what the atlas is, whom to turn to, and the evidence for each layer."""
    return _html(render_about(localized_atlas(request)), STRICT_PAGE_POLICY)


async def answer_map(request: Request) -> Response:
    """`/map`: the map document."""
    return map_document(localized_atlas(request)).respond(request)


async def answer_texts(request: Request) -> Response:
    """`/texts/<language>.json`: what features say in another language, by the English text."""
    atlas, language = current_store().atlas(), request.path_params["language"]
    if language not in atlas.translations:
        return _not_found("There are no texts in this language.")
    document = texts_document(in_language(atlas, language))
    return document.respond(request) if document else _not_found("All texts are English.")


async def answer_layer(request: Request) -> Response:
    """`/layers/<id>.geojson`: the file of one layer."""
    atlas = current_store().atlas()
    layer_id = request.path_params["layer_id"]
    if layer_id in atlas.large:
        return _not_found(f"`{layer_id}` is large: it comes as /download/{layer_id}.gpkg and as tiles.")
    if layer_id in atlas.catalog.layers and layer_id not in atlas.in_memory:
        return _missing(atlas, layer_id)
    if layer_id not in atlas.in_memory:
        return _not_found(f"There is no layer `{layer_id[:60]}`. There are: {', '.join(atlas.in_memory)}.")
    return layer_document(atlas, layer_id).respond(request)


async def answer_tile(request: Request) -> Response:
    """`/tiles/<layer>/<z>/<x>/<y>.mvt`: a vector tile of a large layer."""
    atlas, path = current_store().atlas(), request.path_params
    large = atlas.large.get(path["layer_id"])
    if large is None:
        return _no_large_layer(atlas, path["layer_id"])
    version = request.query_params.get("v")
    return await run_in_threadpool(tile_answer, large, path["z"], path["x"], path["y"], version)


async def answer_feature(request: Request) -> Response:
    """`/features/<layer>/<id>.json`: one feature of a large layer as GeoJSON."""
    atlas, path = current_store().atlas(), request.path_params
    large = atlas.large.get(path["layer_id"])
    if large is None:
        return _no_large_layer(atlas, path["layer_id"])
    version = request.query_params.get("v")
    answer = await run_in_threadpool(feature_answer, large, str(path["feature_id"]), version)
    return answer or _not_found(f"The layer {path['layer_id']} has no feature {path['feature_id']}.")


async def answer_builds(request: Request) -> Response:
    """Answer `/builds`: how far large layers are, and where the tiles of the others lie."""
    store = current_store()
    atlas = store.atlas()
    store.builder.begin(atlas)
    states = {layer_id: build.to_dict() for layer_id, build in store.builder.states().items()}
    ready = {layer_id: BuildState("ready", part=1.0).to_dict() for layer_id in atlas.large}
    tiles = {layer_id: {"tiles": tile_options(large)} for layer_id, large in atlas.large.items()}
    databases = database_states(localized_atlas(request))
    answer = {
        layer_id: {**tiles.get(layer_id, {}), **state}
        for layer_id, state in {**states, **ready, **databases}.items()
    }
    return JSONResponse(answer, headers={"Cache-Control": "no-store", **assets.SHARED})


async def answer_search(request: Request) -> Response:
    """`/search`: the features and the place that `q` may mean, in the language asked for."""
    atlas, query = localized_atlas(request), request.query_params.get("q", "")
    session = UPLOAD_SESSIONS.find(request.query_params.get("own", ""))
    if session is not None:
        atlas = session.atlas(atlas)
    found = await run_in_threadpool(find, atlas, query)
    headers = {"Cache-Control": REVALIDATE, "Vary": "Accept-Language", **assets.SHARED}
    return JSONResponse(found, headers=headers)


async def answer_changes(request: Request) -> Response:
    """`/changes.json`: what the map alone says of the version that its link is pinned to."""
    text = await run_in_threadpool(sum_up_changes, localized_atlas(request), request.query_params)
    headers = {"Cache-Control": "no-store", **assets.SHARED}
    return JSONResponse({"text": text}, headers=headers)


async def answer_reach(request: Request) -> Response:
    """`/reach.json`: what the map shows of the rail network for the question in the address."""
    from dashboard.reach.map_data import find_reach  # SciPy takes a second, which start-up has no time for

    return (await run_in_threadpool(find_reach, localized_atlas(request), request.query_params)).respond(
        request
    )


async def answer_download(request: Request) -> Response:
    """`/download/<layer>.<format>`: a layer, or the features of it that are named, with its card."""
    atlas, path, query = localized_atlas(request), request.path_params, request.query_params
    if is_whole_large_layer(atlas, path["layer_id"], path["extension"], query):
        return await _in_turn(lambda: whole_large_layer(atlas, path["layer_id"], path["extension"]))
    return await _in_turn(
        lambda: layer_file(atlas, path["layer_id"], path["extension"], query).respond(request)
    )


async def answer_all_layers(request: Request) -> Response:
    """`/download/all-layers.<ending>`: every layer as one file."""
    atlas = localized_atlas(request)
    return await _in_turn(lambda: all_layers(atlas, request.path_params["ending"]))


async def answer_map_file(request: Request) -> Response:
    """`/download/map.html`: the map that the address describes, as one file that works offline."""
    atlas = localized_atlas(request)
    return await _in_turn(lambda: map_file(atlas, request.query_params).respond(request))


async def _in_turn(answer: Callable[[], Response]) -> Response:
    """Give an answer that takes a while beside all others, one or two at a time."""
    return await to_thread.run_sync(answer, limiter=DOWNLOADS)


async def answer_ogc(request: Request) -> Response:
    """`/ogc/…`: the layers as OGC API – Features."""
    return await answer_question(request, current_store().atlas(), request.scope["root_path"])


async def answer_basemap(request: Request) -> Response:
    """`/basemap/<path>`: the overview and the cells of the embedded base map."""
    document = basemap_document(current_store().atlas(), request.path_params["path"])
    return document.respond(request) if document else _not_found("The base map has no such part.")


async def answer_vendor(request: Request) -> Response:
    """`/vendor/leaflet/<path>`: Leaflet, out of its installed package."""
    document = assets.asset(f"vendor/{request.path_params['path']}")
    return document.respond(request) if document else _not_found("There is no such file.")


async def answer_frontend(request: Request) -> Response:
    """`/frontend/<path>`: the scripts and style sheets of page and map."""
    document = assets.asset(f"frontend/{request.path_params['path']}")
    return document.respond(request) if document else _not_found("There is no such file.")


async def answer_icon(request: Request) -> Response:
    """Answer `/favicon.ico`, which browsers ask for by themselves: the atlas's mark."""
    return assets.require_asset("frontend/icon.svg").respond(request)


def _missing(atlas: Atlas, layer_id: str) -> Response:
    """Say why there is nothing of a layer that the catalog has; it may be mended by the next time."""
    why = [str(problem) for problem in atlas.problems if problem.layer == layer_id][:3]
    text = " ".join(why or [f"{layer_id}: is not ready yet."])
    return PlainTextResponse(text, status_code=503, headers={**assets.SHARED, "Cache-Control": "no-store"})


def _no_large_layer(atlas: Atlas, layer_id: str) -> Response:
    """Say that there is none of this name, or that it can't be shown yet; it is built in the background."""
    if layer_id not in atlas.catalog.layers or layer_id in atlas.in_memory:
        return _not_found("There is no large layer of this name.")
    current_store().builder.begin(atlas)
    answer = _missing(atlas, layer_id)
    answer.headers["Retry-After"] = "5"
    return answer


def _not_found(message: str) -> Response:
    return PlainTextResponse(message, status_code=404, headers=assets.SHARED)


def _html(content: str, policy: str) -> Response:
    headers = {
        "Cache-Control": REVALIDATE,
        "Vary": "Accept-Language",
        "Content-Security-Policy": policy,
    }
    return HTMLResponse(content, headers=headers)


def localized_atlas(request: Request) -> Atlas:
    """Return the atlas in the language that the address asks for, or that the browser prefers."""
    atlas = current_store().atlas()
    asked, accepted = request.query_params.get("lang"), request.headers.get("accept-language")
    return in_language(atlas, choose_language(atlas, asked, accepted))


@per_atlas()
def map_document(atlas: Atlas) -> Document:
    """Return the map document, built once per language and state of the atlas."""
    return render_map(build_map(atlas, map_addresses(atlas, to_served_address)), tile_hosts(atlas))
