"""The dashboard as an ASGI app: `streamlit run dashboard/app.py` and `twente-atlas` both serve it.

It loads no more than Streamlit itself, so that the server listens early; `endpoints.startup` loads the rest.
"""

import asyncio
import functools
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

from dashboard.endpoints.addresses import AtlasAddresses
from dashboard.endpoints.startup import HEAD_START_SECONDS, WaitForAtlas, load_after_start
from dashboard.web.error_responses import EXCEPTION_HANDLERS
from dashboard.web.host_check import HostCheck
from dashboard.web.security_headers import SecurityHeaders
from geodata.json_object import JsonObject

PAGE = Path(__file__).with_name("page") / "script.py"
CONFIGURATION = Path(__file__).with_name(".streamlit") / "config.toml"


def base_path() -> str:
    """Return the path prefix of the dashboard, as Streamlit's option has it."""
    return str(config.get_option("server.baseUrlPath") or "")


def listens_on() -> str:
    """Return the host that the server listens on; empty if none is set."""
    return str(config.get_option("server.address") or "")


def configure_streamlit(options: JsonObject) -> None:
    """Set Streamlit's options by dotted name, beside those of `.streamlit/config.toml`.

    `streamlit run` reads that file itself, as it lies beside this module.
    """
    shipped = _flatten(tomllib.loads(CONFIGURATION.read_text(encoding="utf-8")))
    config.get_config_options(force_reparse=True, options_from_flags={**shipped, **options})


def _flatten(table: JsonObject, prefix: str = "") -> JsonObject:
    flat: JsonObject = {}
    for key, value in table.items():
        flat |= _flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": value}
    return flat


@asynccontextmanager
async def _begin(starting: object) -> AsyncIterator[None]:
    """Load the atlas once the server listens (ASGI lifespan)."""
    # Streamlit has printed its address by then. The option also ends an offer for developers over the panel.
    hide = functools.partial(config.set_option, "logger.hideWelcomeMessage", True)
    asyncio.get_running_loop().call_later(HEAD_START_SECONDS, hide)
    async with load_after_start(starting):
        yield


app = st.App(
    PAGE,
    routes=[AtlasAddresses(base_path)],
    lifespan=_begin,
    exception_handlers=EXCEPTION_HANDLERS,
    middleware=[
        Middleware(SecurityHeaders),
        Middleware(HostCheck, listens_on=listens_on),
        Middleware(WaitForAtlas),
    ],
)
