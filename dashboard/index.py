"""The HTML that `/` begins with: Streamlit's own, with the map in it from the start.

The map then loads while Streamlit does; when its place on the page is there, the bridge moves it in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import streamlit

from dashboard.assets import FRONTEND, to_address
from geodata import Atlas

STREAMLIT_STATIC = Path(streamlit.__file__).with_name("static")

EARLY_CHUNKS = ("BidiComponent", "Html", "Selectbox")
"""Parts of Streamlit's script that the page needs and that it would only ask for one after the other."""

SHARED_PARAMETERS = ("lang", "layers", "feature", "view")
"""What the page's address and the map's have in common."""

FRAME_ATTRIBUTES = {
    "class": "atlas-frame",
    "name": "atlas-dashboard",
    "title": "Map",
    # Without `allow-same-origin`: whatever is in the data can't reach the page around the map.
    "sandbox": "allow-scripts allow-downloads allow-popups allow-popups-to-escape-sandbox",
    "allow": "fullscreen",
}


@cache
def _streamlit_index() -> str:
    return (STREAMLIT_STATIC / "index.html").read_text(encoding="utf-8")


@cache
def _links() -> str:
    """Return the page's styles, and hints at what it will need."""
    chunks = [
        f"./static/js/{path.name}"
        for name in EARLY_CHUNKS
        for path in sorted((STREAMLIT_STATIC / "static" / "js").glob(f"{name}.*.js"))
    ]
    return "\n".join(
        [
            f"<style>\n{(FRONTEND / 'early.css').read_text(encoding='utf-8')}</style>",
            f'<link rel="stylesheet" href="{to_address("frontend/page.css")}">',
            *(f'<link rel="modulepreload" crossorigin href="{chunk}">' for chunk in chunks),
            f'<link rel="modulepreload" href="{to_address("frontend/bridge.js")}">',
        ]
    )


def render_index(atlas: Atlas, language: str, query: Mapping[str, str]) -> str:
    """Return the page's HTML for an address; every value of the address is escaped."""
    shared = {name: query[name] for name in SHARED_PARAMETERS if name in query}
    attributes = {**FRAME_ATTRIBUTES, "src": f"./map?{urlencode(shared)}"}
    frame = " ".join(f'{name}="{escape(value)}"' for name, value in attributes.items())
    title = f"<title>{escape(atlas.catalog.title)}</title>"
    summary = f'<meta name="description" content="{escape(atlas.catalog.summary)}">'
    html = re.sub(
        r'<html lang="[^"]*">', lambda _: f'<html lang="{escape(language)}">', _streamlit_index(), count=1
    )
    html = re.sub(r"<title>[^<]*</title>", lambda _: f"{title}\n    {summary}", html, count=1)
    html = re.sub(
        r'href="[^"]*favicon\.png"', lambda _: f'href="{to_address("frontend/icon.svg")}"', html, count=1
    )
    # Behind Streamlit's inline script: a style sheet before it would hold up the frame.
    html = html.replace("</head>", f"{_links()}\n  </head>", 1)
    return html.replace('<div id="root">', f'<iframe {frame}></iframe>\n    <div id="root">', 1)
