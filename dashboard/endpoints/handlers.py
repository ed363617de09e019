"""The functions that answer the addresses in `endpoints.routes`.

Starlette runs those that are not `async` in threads.
"""

from collections.abc import Callable, Mapping

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from dashboard.background.layer_builds import BuildState
from dashboard.background.store import current_store
from dashboard.background.temp_folders import TempFolders
from dashboard.downloads.layer import layer_file, map_file
from dashboard.downloads.whole_layer import all_layers, is_whole_large_layer, whole_large_layer
from dashboard.endpoints.index import index_document
from dashboard.endpoints.layer_states import database_states
from dashboard.i18n.languages import choose_language
from dashboard.map.builder import build_map, render_map, tile_hosts
from dashboard.map.data_urls import basemap_document, layer_document, map_addresses, texts_document
from dashboard.map.street_tiles import StreetTiles, street_tiles
from dashboard.map.tile_urls import feature_answer, tile_answer, tile_options
from dashboard.ogc.endpoint import answer_question
from dashboard.preview.card import card_of
from dashboard.uploads.registry import UPLOAD_SESSIONS
from dashboard.views.about import render_about
from dashboard.views.link_changes import remember_soon, sum_up_changes
from dashboard.views.nothing_here import render_nothing_here
from dashboard.views.search_results import find, warm
from dashboard.web import assets
from dashboard.web.content_security_policy import STRICT_PAGE_POLICY
from dashboard.web.document import REVALIDATE, Document
from geodata import Atlas, in_language
from geodata.atlas.per_atlas import per_atlas
from geodata.json_object import JsonObject
from geodata.large.layer import LargeLayer

# A server that was killed could not remove the files of its uploads.
TempFolders().clear_orphans()

DOWNLOADS = CapacityLimiter(2)
"""Number of downloads that are made at a time."""

NOTHING = "There is nothing at this address."


async def answer_page(request: Request) -> Response:
    """`/`: the dashboard."""
    atlas = localized_atlas(request)
    english = atlas.english or atlas
    warm(english)
    remember_soon(english)
    current_store().builder.begin(english)
    return index_document(atlas, request.query_params, str(request.base_url)).respond(request)


async def answer_about(request: Request) -> Response:
    """`/about`: what the atlas is, contacts, and the evidence for each layer."""
    headers = {
        "Cache-Control": REVALIDATE,
        "Vary": "Accept-Language",
        "Content-Security-Policy": STRICT_PAGE_POLICY,
    }
    return HTMLResponse(render_about(localized_atlas(request)), headers=headers)


async def answer_nothing(request: Request) -> Response:
    """Any other address: a page with ways on for people, a sentence for programs."""
    if "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(NOTHING, status_code=404)
    page = render_nothing_here(localized_atlas(request), f"{request.scope['root_path']}/")
    headers = {"Vary": "Accept, Accept-Language", "Content-Security-Policy": STRICT_PAGE_POLICY}
    return HTMLResponse(page, status_code=404, headers=headers)


async def answer_map(request: Request) -> Response:
    """`/map`: the map document."""
    return map_document(localized_atlas(request)).respond(request)


async def answer_card(request: Request) -> Response:
    """`/card.png`: the picture that goes with a link to the page with the same parameters."""
    from dashboard.preview.drawing import draw_card  # Pillow takes a while to load

    atlas = localized_atlas(request)
    card = card_of(atlas, request.query_params)
    return await _in_turn(lambda: draw_card(atlas, card).respond(request))


async def answer_texts(request: Request) -> Response:
    """`/texts/<language>.json`: the texts of features in another language, by the English text."""
    atlas, language = current_store().atlas(), request.path_params["language"]
    if language not in atlas.translations:
        raise _not_found("There are no texts in this language.")
    return _respond(texts_document(in_language(atlas, language)), request, "All texts are English.")


async def answer_layer(request: Request) -> Response:
    """`/layers/<id>.geojson`: the file of one layer."""
    atlas, layer_id = current_store().atlas(), request.path_params["layer_id"]
    if layer_id in atlas.large:
        raise _not_found(f"`{layer_id}` is large: it comes as /download/{layer_id}.gpkg and as tiles.")
    if layer_id not in atlas.catalog.layers:
        raise _not_found(f"There is no layer `{layer_id[:60]}`. There are: {', '.join(atlas.in_memory)}.")
    if layer_id not in atlas.in_memory:
        raise _unavailable(atlas, layer_id)
    return layer_document(atlas, layer_id).respond(request)


def answer_tile(request: Request) -> Response:
    """`/tiles/<layer>/<z>/<x>/<y>.mvt`: a vector tile of a large layer."""
    large = _large_layer(request)
    return _tile_answer(request, large, large.key)


def _tile_answer(request: Request, tiles: LargeLayer | StreetTiles, version: str) -> Response:
    content = tiles.tile(*(request.path_params[axis] for axis in "zxy"))
    return tile_answer(content, request.query_params.get("v") == version)


def answer_feature(request: Request) -> Response:
    """`/features/<layer>/<id>.json`: one feature of a large layer as GeoJSON."""
    feature_id = str(request.path_params["feature_id"])
    answer = feature_answer(_large_layer(request), feature_id, request.query_params.get("v"))
    if answer is None:
        raise _not_found(f"The layer {request.path_params['layer_id']} has no feature {feature_id}.")
    return answer


async def answer_builds(request: Request) -> Response:
    """Answer `/builds`: progress and tile addresses of large layers, and states of databases."""
    store = current_store()
    atlas = store.atlas()
    store.builder.begin(atlas)
    states: dict[str, JsonObject] = {key: build.to_dict() for key, build in store.builder.states().items()}
    states |= {key: BuildState("ready", part=1.0).to_dict() for key in atlas.large}
    states |= database_states(localized_atlas(request))
    tiles = {key: {"tiles": tile_options(large)} for key, large in atlas.large.items()}
    return _json({key: {**tiles.get(key, {}), **state} for key, state in states.items()})


def answer_search(request: Request) -> Response:
    """`/search`: the features and the place that `q` may mean, in the language asked for."""
    atlas = localized_atlas(request)
    session = UPLOAD_SESSIONS.find(request.query_params.get("own", ""))
    if session is not None:
        atlas = session.atlas(atlas)
    found = find(atlas, request.query_params.get("q", ""))
    return _json(found, {"Cache-Control": REVALIDATE, "Vary": "Accept-Language"})


def answer_changes(request: Request) -> Response:
    """`/changes.json`: what has changed since the version that the link of a map is pinned to."""
    return _json({"text": sum_up_changes(localized_atlas(request), request.query_params)})


def answer_reach(request: Request) -> Response:
    """`/reach.json`: travel times by rail for the question in the address."""
    from dashboard.reach.map_data import find_reach  # SciPy takes a second to load

    return find_reach(localized_atlas(request), request.query_params).respond(request)


async def answer_download(request: Request) -> Response:
    """`/download/<layer>.<format>`: a layer, or the features of it that are named, with its card."""
    atlas, query = localized_atlas(request), request.query_params
    layer_id, extension = request.path_params["layer_id"], request.path_params["extension"]
    if is_whole_large_layer(atlas, layer_id, extension, query):
        return await _in_turn(lambda: whole_large_layer(atlas, layer_id, extension))
    return await _in_turn(lambda: layer_file(atlas, layer_id, extension, query).respond(request))


async def answer_all_layers(request: Request) -> Response:
    """`/download/all-layers.<ending>`: every layer as one file."""
    atlas = localized_atlas(request)
    return await _in_turn(lambda: all_layers(atlas, request.path_params["ending"]))


async def answer_map_file(request: Request) -> Response:
    """`/download/map.html`: the map that the address describes, as one file that works offline."""
    atlas = localized_atlas(request)
    return await _in_turn(lambda: map_file(atlas, request.query_params).respond(request))


async def _in_turn(answer: Callable[[], Response]) -> Response:
    return await to_thread.run_sync(answer, limiter=DOWNLOADS)


async def answer_ogc(request: Request) -> Response:
    """`/ogc/…`: the layers as OGC API – Features."""
    return await answer_question(request, current_store().atlas(), request.scope["root_path"])


async def answer_basemap(request: Request) -> Response:
    """`/basemap/<path>`: the overview of the embedded base map."""
    document = basemap_document(current_store().atlas(), request.path_params["path"])
    return _respond(document, request, "The base map has no such part.")


def answer_street_tile(request: Request) -> Response:
    """`/basemap/streets/<z>/<x>/<y>.mvt`: a vector tile of the embedded base map."""
    tiles = street_tiles(current_store().atlas())
    if tiles is None:
        raise _not_found("The base map has no street tiles.")
    return _tile_answer(request, tiles, tiles.version)


async def answer_asset(request: Request) -> Response:
    """`/frontend/<path>`: scripts and style sheets; `/vendor/<path>`: Leaflet and MapLibre."""
    path = request.scope["path"].removeprefix(f"{request.scope['root_path']}/")
    return _respond(assets.asset(path), request, "There is no such file.")


async def answer_icon(request: Request) -> Response:
    """`/favicon.ico`: the mark of the atlas, which browsers ask for by themselves."""
    return assets.require_asset("frontend/icon.svg").respond(request)


def _respond(document: Document | None, request: Request, otherwise: str) -> Response:
    if document is None:
        raise _not_found(otherwise)
    return document.respond(request)


def _json(value: object, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse(value, headers={**(headers or {"Cache-Control": "no-store"}), **assets.SHARED})


def _not_found(message: str) -> HTTPException:
    return HTTPException(404, message, headers=assets.SHARED)


def _unavailable(atlas: Atlas, layer_id: str, **headers: str) -> HTTPException:
    """Return status 503 with the problems of a layer of the catalog."""
    reasons = [str(problem) for problem in atlas.problems if problem.layer == layer_id][:3]
    text = " ".join(reasons or [f"{layer_id}: is not ready yet."])
    return HTTPException(503, text, headers={**assets.SHARED, "Cache-Control": "no-store", **headers})


def _large_layer(request: Request) -> LargeLayer:
    """Return the large layer of an address; one that is not built yet is built in the background."""
    atlas, layer_id = current_store().atlas(), request.path_params["layer_id"]
    large = atlas.large.get(layer_id)
    if large is not None:
        return large
    if layer_id not in atlas.catalog.layers or layer_id in atlas.in_memory:
        raise _not_found("There is no large layer of this name.")
    current_store().builder.begin(atlas)
    raise _unavailable(atlas, layer_id, **{"Retry-After": "5"})


def localized_atlas(request: Request) -> Atlas:
    """Return the atlas in the language that the address asks for, or that the browser prefers."""
    atlas = current_store().atlas()
    asked, accepted = request.query_params.get("lang"), request.headers.get("accept-language")
    return in_language(atlas, choose_language(atlas, asked, accepted))


@per_atlas()
def map_document(atlas: Atlas) -> Document:
    """Return the map document, built once per language and state of the atlas."""
    return render_map(build_map(atlas, map_addresses(atlas)), tile_hosts(atlas))
