"""Scripts and style sheets: our own beside this module, Leaflet's out of its installed package."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import xstatic.pkg.leaflet

from dashboard.responses import Document
from geodata import AtlasError

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


def frontend_address(name: str) -> str:
    """Return the address of one of our files, with its version, relative to the server's root.

    Raises
    ------
    AtlasError
        If there is no such file.
    """
    document = frontend_file(name)
    if document is None:
        raise AtlasError(f"frontend/{name} is missing; install the project again")
    return f"./frontend/{name}?v={document.version}"


def map_parts() -> dict[str, Document]:
    """Return every script and style sheet of the map document by its address from the server's root.

    Raises
    ------
    AtlasError
        If a part is missing from its package.
    """
    addresses = [
        "vendor/leaflet/leaflet.css",
        "vendor/leaflet/leaflet.js",
        *(f"frontend/{name}.css" for name in STYLES),
        *(f"frontend/{name}.js" for name in MODULES),
    ]
    parts = {}
    for address in addresses:
        folder, _, name = address.partition("/")
        document = (vendor_file if folder == "vendor" else frontend_file)(name)
        if document is None:
            raise AtlasError(f"{address} is missing; install the project and XStatic-Leaflet again")
        parts[address] = document
    return parts


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
