"""The HTML document at `/`: the map's frame first, then the files of Streamlit's page.

The map loads and draws while Streamlit starts; once the page has a place for it, the bridge moves it there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlencode

from dashboard.i18n.languages import languages
from dashboard.i18n.templating import render_template
from dashboard.link.reach_choice import PARAMETERS
from dashboard.link.selection import EXPLORE, PANELS, REACH
from dashboard.map.frame import frame_attributes
from dashboard.preview.card import Card, card_of
from dashboard.views.explore import explore_html, find_chapter, panel_titles
from dashboard.web.assets import FRONTEND, to_address, to_data_address
from dashboard.web.bundle import join_modules
from dashboard.web.content_security_policy import page_policy
from dashboard.web.document import Document
from dashboard.web.streamlit_files import STREAMLIT_STATIC
from geodata import Atlas, AtlasError
from geodata.atlas.per_atlas import per_atlas
from geodata.atlas.versions import data_version
from geodata.export.atlas import ATLAS_FORMATS
from geodata.reading.limits import Limits

EARLY_CHUNKS = ("BidiComponent", "Html", "ButtonGroup")
"""Parts of Streamlit's script that the page needs; Streamlit alone would request them in turn."""

TABLE_CHUNK = "DataFrame"
"""The part of it that draws tables."""

SHARED_PARAMETERS = ("lang", "layers", "feature", "view")
"""Parameters of the page's address that the map takes too."""


@dataclass(frozen=True)
class StreamlitFiles:
    """Files that Streamlit's page loads, relative to the server's root."""

    entry: str
    modules: list[str]
    styles: list[str]
    table: str


@cache
def streamlit_files() -> StreamlitFiles:
    """Read which files Streamlit's page loads; raises `AtlasError` if the page is not as expected."""
    html = (STREAMLIT_STATIC / "index.html").read_text(encoding="utf-8")
    entries = re.findall(r'<script type="module"[^>]* src="([^"]+)"', html)
    if len(entries) != 1:
        raise AtlasError("this version of Streamlit has another page; install the pinned version")
    return StreamlitFiles(
        entry=entries[0],
        modules=[
            *re.findall(r'<link rel="modulepreload"[^>]* href="([^"]+)"', html),
            *map(_chunk, EARLY_CHUNKS),
        ],
        styles=re.findall(r'<link rel="stylesheet"[^>]* href="([^"]+)"', html),
        table=_chunk(TABLE_CHUNK),
    )


def _chunk(name: str) -> str:
    paths = list((STREAMLIT_STATIC / "static" / "js").glob(f"{name}.*.js"))
    if len(paths) != 1:
        raise AtlasError(f"this version of Streamlit has no script {name}; install the pinned version")
    return f"./static/js/{paths[0].name}"


def index_document(atlas: Atlas, query: Mapping[str, str], base_url: str) -> Document:
    """Return the page's HTML for an address; the map in it gets the same parameters and language.

    `base_url` is the address of `/` on this host: messengers want whole addresses.
    """
    shared = {name: query[name] for name in SHARED_PARAMETERS if name in query} | {"lang": atlas.language}
    card = card_of(atlas, query)
    usual = REACH if any(query.get(name) for name in PARAMETERS) else EXPLORE
    panel = asked if (asked := query.get("panel", usual)) in PANELS else usual
    # A feature that is not in memory is looked for once the page is there.
    is_ready = panel == EXPLORE and ("feature" not in query or bool(card.query))
    return _document(atlas, urlencode(shared), card, base_url, panel, is_ready=is_ready)


@per_atlas(maxsize=64)
def _document(
    atlas: Atlas, map_query: str, card: Card, base_url: str, panel: str, *, is_ready: bool
) -> Document:
    files = streamlit_files()
    shown = dict(card.query)
    chapter = find_chapter(atlas, shown.get("story"))
    html = render_template(
        "index.html",
        atlas.language,
        title=atlas.catalog.title,
        summary=atlas.catalog.summary,
        card=card,
        card_address=f"{base_url}card.png?{urlencode({**dict(card.query), 'lang': atlas.language})}",
        icon=to_data_address("frontend/icon.svg"),
        languages=languages(atlas),
        data_version=data_version(atlas),
        all_layers=ATLAS_FORMATS,
        has_large=bool(atlas.large),
        most_bytes=Limits().max_bytes,
        panel=panel,
        titles=panel_titles(atlas),
        html=explore_html(atlas, chapter, shown.get("feature")) if is_ready else "",
        panel_style=to_address("frontend/panel/panel.css"),
        frame={**frame_attributes(atlas.language), "src": f"./map?{map_query}"},
        shell_style=_joined("page/shell.css"),
        shell_script=_joined("page/shell.js"),
        first_script=_joined("page/beginning.js"),
        entry=files.entry,
        table=files.table,
        modules=files.modules,
        styles=files.styles,
    )
    headers = {"Vary": "Accept-Encoding, Accept-Language", "Content-Security-Policy": page_policy(html)}
    return Document(html.encode(), "text/html; charset=utf-8", headers)


@cache
def _joined(entry: str) -> str:
    return join_modules(FRONTEND, entry)
