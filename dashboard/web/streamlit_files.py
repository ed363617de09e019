"""The files of Streamlit's page: its scripts, styles and fonts, compressed once."""

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from dashboard.web.document import FOR_EVER, MEDIA_TYPES, Document

_SPEC = find_spec("streamlit")

STREAMLIT_STATIC = Path((_SPEC and _SPEC.origin) or "").with_name("static")
"""Folder of the files, found without importing Streamlit."""


@cache
def streamlit_addresses() -> frozenset[str]:
    """Return the addresses of the files below `/static/`."""
    return frozenset(
        f"/{path.relative_to(STREAMLIT_STATIC).as_posix()}"
        for path in (STREAMLIT_STATIC / "static").rglob("*")
        if path.suffix in MEDIA_TYPES
    )


def answer_streamlit_file(request: Request) -> Response:
    """Answer with one of the files; in a thread, as its first request compresses it."""
    return _file(f"static/{request.path_params['path']}").respond(request)


@lru_cache(maxsize=128)
def _file(name: str) -> Document:
    path = STREAMLIT_STATIC / name
    # The name of a file changes with its content.
    return Document(path.read_bytes(), MEDIA_TYPES[path.suffix], {"Cache-Control": FOR_EVER})
