"""All addresses of the atlas and the functions that answer them.

Loaded by `endpoints.startup` once the server listens, as the handlers take longer to load than the server.
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, Router
from starlette.types import Receive, Scope, Send

from dashboard.endpoints import handlers
from dashboard.uploads.registry import UPLOAD_SESSIONS
from dashboard.uploads.routes import upload_routes
from dashboard.web import url_numbers  # noqa: F401 -- defines {name:number}

ROUTES = [
    Route("/", handlers.answer_page),
    Route("/about", handlers.answer_about),
    Route("/map", handlers.answer_map),
    Route("/card.png", handlers.answer_card),
    Route("/texts/{language}.json", handlers.answer_texts),
    Route("/layers/{layer_id}.geojson", handlers.answer_layer),
    Route("/tiles/{layer_id}/{z:number}/{x:number}/{y:number}.mvt", handlers.answer_tile),
    Route("/features/{layer_id}/{feature_id:number}.json", handlers.answer_feature),
    Route("/builds", handlers.answer_builds),
    Route("/search", handlers.answer_search),
    Route("/reach.json", handlers.answer_reach),
    Route("/changes.json", handlers.answer_changes),
    Route("/download/map.html", handlers.answer_map_file),
    Route("/download/all-layers.{ending}", handlers.answer_all_layers),
    Route("/download/{layer_id}.{extension}", handlers.answer_download),
    Route("/ogc", handlers.answer_ogc),
    Route("/ogc/{path:path}", handlers.answer_ogc),
    Route("/basemap/streets/{z:number}/{x:number}/{y:number}.mvt", handlers.answer_street_tile),
    Route("/basemap/{path:path}", handlers.answer_basemap),
    Route("/vendor/{path:path}", handlers.answer_asset),
    Route("/frontend/{path:path}", handlers.answer_asset),
    Route("/favicon.ico", handlers.answer_icon),
    *upload_routes(UPLOAD_SESSIONS),
]


async def answer_no_route(scope: Scope, receive: Receive, send: Send) -> None:
    """Say that there is nothing at an address, to websockets too."""
    if scope["type"] == "http":
        response = await handlers.answer_nothing(Request(scope, receive))
    else:
        response = PlainTextResponse(handlers.NOTHING, status_code=404)
    await response(scope, receive, send)


router = Router(
    ROUTES,
    redirect_slashes=False,
    default=answer_no_route,
)
