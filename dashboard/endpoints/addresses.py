"""Which addresses the atlas answers, and which few of Streamlit's stay open."""

from collections.abc import Callable

from starlette.routing import BaseRoute, Match, Route, Router
from starlette.types import Receive, Scope, Send

from dashboard.endpoints.startup import PREPARATION
from dashboard.web.streamlit_files import answer_streamlit_file, streamlit_addresses

STREAMLIT_ADDRESSES = ("/_stcore/health", "/_stcore/host-config", "/_stcore/stream", "/favicon.png")
STREAMLIT_FOLDERS = ("/media/", "/_stcore/bidi-components/")
"""What the page needs of Streamlit's addresses. All others are closed: upload, metrics, sign-in, agents, and
the page under arbitrary names."""

FILES = Router([Route("/static/{path:path}", answer_streamlit_file)])


class AtlasAddresses(BaseRoute):
    """Route for every address, except those that the page needs of Streamlit.

    Requests wait until the handlers and the atlas are loaded, except those for files of Streamlit's page. The
    routes themselves are in `endpoints.routes`; they are written without the path prefix, which `base_path`
    returns.
    """

    def __init__(self, base_path: Callable[[], str]) -> None:
        self.base_path = base_path

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match HTTP requests and websockets alike."""
        path = self._path(scope)
        is_streamlit = path in STREAMLIT_ADDRESSES or path.startswith(STREAMLIT_FOLDERS)
        return (Match.NONE if is_streamlit else Match.FULL), {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the route of the address, or with status 404."""
        if self._path(scope) in streamlit_addresses():
            router = FILES
        else:
            await PREPARATION.wait()
            from dashboard.endpoints.routes import router
        await router({**scope, "root_path": self._prefix(scope)}, receive, send)

    def _path(self, scope: Scope) -> str:
        """Return the path of a request without the prefix."""
        return str(scope["path"]).removeprefix(self._prefix(scope))

    def _prefix(self, scope: Scope) -> str:
        """Return the path prefix of a request, without a slash at its end; empty if it has none."""
        prefix = f"/{self.base_path().strip('/')}"
        return prefix if prefix != "/" and scope["path"].startswith(f"{prefix}/") else ""
