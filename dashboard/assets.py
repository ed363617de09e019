"""Scripts and style sheets: our own beside this module, Leaflet's out of its installed package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import xstatic.pkg.leaflet

from dashboard.responses import Document

FRONTEND = Path(__file__).with_name("frontend")
LEAFLET = Path(xstatic.pkg.leaflet.BASE_DIR)

MEDIA_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}

SHARED = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""The sandboxed map frame has no origin, and whoever embeds the map has another: these files are public."""

MODULES = tuple(sorted(path.stem for path in FRONTEND.glob("*.js") if path.stem != "bridge"))
"""ES modules of the map document, imported as `atlas/<name>.js`."""

STYLES = ("basemap", "map")


@cache
def frontend_file(name: str) -> Document | None:
    """Return one of our scripts or style sheets, or `None`."""
    return _read(FRONTEND, name)


@cache
def vendor_file(name: str) -> Document | None:
    """Return a file of an installed front-end library by `leaflet/<path>`, or `None`."""
    library, _, path = name.partition("/")
    return _read(LEAFLET, path) if library == "leaflet" else None


def _read(folder: Path, name: str) -> Document | None:
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file() or path.suffix not in MEDIA_TYPES:
        return None
    return Document(path.read_bytes(), MEDIA_TYPES[path.suffix], SHARED)
