"""Scripts and style sheets: our own beside this module, Leaflet's out of its installed package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import xstatic.pkg.leaflet

from dashboard.bundle import join_modules, join_styles
from dashboard.responses import Document
from geodata import AtlasError

FRONTEND = Path(__file__).with_name("frontend")
LEAFLET = Path(xstatic.pkg.leaflet.BASE_DIR)

MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}

SHARED = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""The sandboxed map frame has no origin, and whoever embeds the map has another: these files are public."""

MAP_STYLES = ("basemap", "map")


@cache
def asset(path: str) -> Document | None:
    """Return what is at a path below the server's root, or `None`.

    `frontend/atlas.js` and `frontend/atlas.css` are the map's modules and style sheets in one;
    `frontend/<name>` is one of our files, `vendor/leaflet/<path>` one of Leaflet's.
    """
    if path == "frontend/atlas.js":
        return _document(join_modules(FRONTEND, "main", "Atlas").encode(), ".js")
    if path == "frontend/atlas.css":
        return _document(join_styles(FRONTEND, MAP_STYLES).encode(), ".css")
    for prefix, folder in (("frontend/", FRONTEND), ("vendor/leaflet/", LEAFLET)):
        if path.startswith(prefix):
            return _read(folder, path.removeprefix(prefix))
    return None


def require_asset(path: str) -> Document:
    """Return what is at a path; raises `AtlasError` where a package lacks it."""
    document = asset(path)
    if document is None:
        raise AtlasError(f"{path} is missing; install the project and XStatic-Leaflet again")
    return document


def to_address(path: str) -> str:
    """Return the address of an asset, relative to the server's root, with its version."""
    return f"./{path}?v={require_asset(path).version}"


def _read(folder: Path, name: str) -> Document | None:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file() or path.suffix not in MEDIA_TYPES:
        return None
    return _document(path.read_bytes(), path.suffix)


def _document(content: bytes, suffix: str) -> Document:
    return Document(content, MEDIA_TYPES[suffix], SHARED)
