"""Scripts and style sheets: those of `frontend/`, and Leaflet and MapLibre out of their packages."""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import xstatic.pkg.leaflet

from dashboard.web.bundle import join_modules
from dashboard.web.document import MEDIA_TYPES, Document
from geodata import AtlasError

FRONTEND = Path(__file__).parents[1] / "frontend"
LEAFLET = Path(xstatic.pkg.leaflet.BASE_DIR)

MAPLIBRE = "vendor/maplibre/maplibre-gl.js"

FILE_NAME = re.compile(r"[\w./-]{1,200}")
"""Form of a path below one of the folders; whether the file exists is checked apart."""

SHARED = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""Headers of public files: the sandboxed map frame has no origin, a page that embeds it another."""

SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)
IMAGE_RULE = re.compile(r"^[^{}]*\{[^{}]*url\((?!#)[^{}]*\}", re.MULTILINE)
"""Rules for Leaflet's icons, which the atlas does not use."""


@dataclass(frozen=True)
class MapCode:
    """The code of the map document."""

    leaflet: str
    script: str
    """The ES modules of `frontend/map` in one script, which declares `Atlas`."""
    styles: str


@cache
def map_code() -> MapCode:
    """Return the map's scripts and style sheets; raises `AtlasError` where a package lacks one."""
    # With the line ends that HTML parsers use, so that hashes agree.
    leaflet_css, leaflet_js = (
        require_asset(f"vendor/leaflet/leaflet{ending}").content.decode().replace("\r\n", "\n")
        for ending in (".css", ".js")
    )
    return MapCode(
        leaflet=SOURCE_MAP.sub("", leaflet_js),
        script=join_modules(FRONTEND, "map/main.js"),
        styles=f"{IMAGE_RULE.sub('', leaflet_css)}\n{join_modules(FRONTEND, 'map/map.css')}",
    )


@lru_cache(maxsize=256)
def asset(path: str) -> Document | None:
    """Return the file at a path below the server's root, or `None`.

    `frontend/<path>` is one of our files, a style sheet with all that it imports, `vendor/leaflet/<path>` one
    of Leaflet's, and `vendor/maplibre/maplibre-gl.js` is MapLibre, for layers of any size.
    """
    for prefix, folder in (("frontend/", FRONTEND), ("vendor/leaflet/", LEAFLET)):
        if path.startswith(prefix):
            return _read(folder, path.removeprefix(prefix))
    return _read(_maplibre_folder(), "maplibre-gl.js") if path == MAPLIBRE else None


@dataclass(frozen=True)
class GlCode:
    """Where the map finds MapLibre, and how it checks it."""

    address: str
    digest: str
    """`sha256-…`, for the policy of the document and for the script element."""


@cache
def gl_code() -> GlCode:
    """Return MapLibre's address and digest; raises `AtlasError` where its package is missing."""
    document = require_asset(MAPLIBRE)
    digest = base64.b64encode(hashlib.sha256(document.content).digest()).decode()
    return GlCode(document.to_served_address(MAPLIBRE), f"sha256-{digest}")


def _maplibre_folder() -> Path:
    """Return the folder of MapLibre's script, without importing its package, which takes long."""
    spec = find_spec("maplibre")
    [folder] = (spec and spec.submodule_search_locations) or [""]
    return Path(folder) / "srcjs"


def require_asset(path: str) -> Document:
    """Return the file at a path; raises `AtlasError` if a package lacks it."""
    document = asset(path)
    if document is None:
        raise AtlasError(f"{path} is missing; install the project and its dependencies again")
    return document


@cache
def to_data_address(path: str) -> str:
    """Return a `data:` address that holds the asset, so that it needs no request."""
    return require_asset(path).to_data_address()


def to_address(path: str) -> str:
    """Return the address of an asset, relative to the server's root, with its version."""
    return require_asset(path).to_served_address(path)


def _read(folder: Path, name: str) -> Document | None:
    if not FILE_NAME.fullmatch(name):
        return None
    path = (folder / name).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file() or path.suffix not in MEDIA_TYPES:
        return None
    is_own_style = folder == FRONTEND and path.suffix == ".css"
    content = join_modules(folder, name).encode() if is_own_style else path.read_bytes()
    return Document(content, MEDIA_TYPES[path.suffix], SHARED)
