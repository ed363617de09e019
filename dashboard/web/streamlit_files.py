"""The files of Streamlit's page: its scripts, styles and fonts."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

_SPEC = find_spec("streamlit")

STREAMLIT_STATIC = Path((_SPEC and _SPEC.origin) or "").with_name("static")
"""Folder of the files, found without importing Streamlit."""


@cache
def streamlit_addresses() -> frozenset[str]:
    """Return the addresses of the files below `/static/`."""
    return frozenset(
        f"/{path.relative_to(STREAMLIT_STATIC).as_posix()}"
        for path in (STREAMLIT_STATIC / "static").rglob("*")
        if path.is_file()
    )
