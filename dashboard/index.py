"""The HTML that `/` begins with: Streamlit's own, with the map in it from the start.

The map comes first and loads while Streamlit does; once its place on the page is there, it is moved in.
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

LATER = re.compile(r'<(?:link rel="(?:modulepreload|stylesheet)"[^>]*|script type="module"[^>]*></script)>')
"""What Streamlit's head loads; it waits behind the map's frame, so that the browser meets that first."""

HTML_TAG = re.compile(r'<html lang="[^"]*">')
ICON = re.compile(r'<link rel="shortcut icon"[^>]*>')
TITLE = re.compile(r"<title>[^<]*</title>")
ROOT = re.compile(r'<div id="root">')

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
def _early_style() -> str:
    return f"<style>\n{(FRONTEND / 'early.css').read_text(encoding='utf-8')}</style>"


@cache
def _links() -> str:
    """Return the page's style sheet, and hints at what it will need."""
    chunks = [
        f"./static/js/{path.name}"
        for name in EARLY_CHUNKS
        for path in sorted((STREAMLIT_STATIC / "static" / "js").glob(f"{name}.*.js"))
    ]
    return "\n".join(
        [
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
    head = [
        f"<title>{escape(atlas.catalog.title)}</title>",
        f'<meta name="description" content="{escape(atlas.catalog.summary)}">',
        f'<link rel="icon" href="{to_address("frontend/icon.svg")}">',
        _early_style(),
    ]
    html = _streamlit_index()
    body = [f"<iframe {frame}></iframe>", _links(), *LATER.findall(html), '<div id="root">']
    replacements = {
        LATER: "",
        HTML_TAG: f'<html lang="{escape(language)}">',
        ICON: "",
        TITLE: "\n    ".join(head),
        ROOT: "\n    ".join(body),
    }
    for pattern, text in replacements.items():
        html = pattern.sub(text.replace("\\", r"\\"), html)
    return html
