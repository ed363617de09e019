"""Content security policies: what a document may run and load, and which pages may show it in a frame."""

import base64
import hashlib
import re

from dashboard.web.settings import current_settings

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?", re.IGNORECASE)

INLINE_SCRIPT = re.compile(r'<script(?! type="application/json")[^>]*>(.*?)</script>', re.DOTALL)
INLINE_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)

DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For everything but documents. Opened by itself, such an answer loads and runs nothing."""

STRICT_PAGE_POLICY = f"{DATA_POLICY}; style-src 'self'; img-src 'self' data:"
"""For a page without scripts."""


def hashes(pattern: re.Pattern[str], html: str) -> str:
    """Return the part of a policy that allows the inline scripts or styles of a document, and no other."""
    digests = [hashlib.sha256(text.encode()).digest() for text in pattern.findall(html)]
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def page_policy(html: str) -> str:
    """Return the policy of the dashboard's page, as strict as Streamlit's part of it allows.

    Without `'unsafe-inline'` for styles, Streamlit's page has no look: it writes its styles as it goes.
    Without `blob:` for scripts, no component is mounted: Streamlit imports each from a blob.
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
    """Return the origins whose pages may show the dashboard in a frame; by default `'none'`."""
    origins = current_settings().framed_by
    return " ".join(origin for origin in origins if ORIGIN.fullmatch(origin)) or "'none'"
