"""Content security policies: what a document of ours may run and load, and who may show it in a frame."""

from __future__ import annotations

import base64
import hashlib
import os
import re

FRAMED_BY_VARIABLE = "TWENTE_ATLAS_FRAMED_BY"
"""Environment variable with the origins, between commas, whose pages may show the dashboard in a frame."""

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?", re.IGNORECASE)

INLINE_SCRIPT = re.compile(r'<script(?! type="application/json")[^>]*>(.*?)</script>', re.DOTALL)
INLINE_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)

DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""Of everything that is no document: opened by itself, it loads and runs nothing."""

STRICT_PAGE_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
"""Of a page of ours without scripts."""


def hashes(pattern: re.Pattern[str], html: str) -> str:
    """Return what a policy says to allow the inline scripts or styles of a document, and no other."""
    digests = [hashlib.sha256(text.encode()).digest() for text in pattern.findall(html)]
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def page_policy(html: str) -> str:
    """Return the policy of the dashboard's page, as strict as Streamlit's part of it allows.

    Without `'unsafe-inline'` for styles, Streamlit's page has no look: it writes its styles as it goes.
    Without `blob:` for scripts, no component is mounted: Streamlit imports each from a blob. It needs no
    `'unsafe-eval'`: it has Vega read the expressions of a chart with an interpreter.
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' blob: {hashes(INLINE_SCRIPT, html)}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "frame-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self' blob:",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {framed_by()}",
        ]
    )


def framed_by() -> str:
    """Return who may show the dashboard in a frame: nobody, unless the deployment names origins."""
    named = [origin.strip() for origin in os.environ.get(FRAMED_BY_VARIABLE, "").split(",")]
    return " ".join(origin for origin in named if ORIGIN.fullmatch(origin)) or "'none'"
