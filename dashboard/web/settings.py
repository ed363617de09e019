"""What the running server was told: by Streamlit's settings, and by its environment."""

from __future__ import annotations

from pathlib import Path

import streamlit
from streamlit import config

CATALOG_VARIABLE = "TWENTE_ATLAS_CATALOG"
"""Environment variable with the path of another catalog."""

STREAMLIT_STATIC = Path(streamlit.__file__).with_name("static")
"""The files of Streamlit's own page."""


def base_path() -> str:
    """Return the path prefix that Streamlit's page is under, as the running server knows it."""
    return str(config.get_option("server.baseUrlPath") or "")


def listens_on() -> str:
    """Return the name of the address that the server listens on, if it was given one."""
    return str(config.get_option("server.address") or "")
