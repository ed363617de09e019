"""The visit of a Streamlit session: what it brought along, and what the map is told of it."""

from __future__ import annotations

import streamlit as st
from streamlit import config, runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.map.builder import layer_options
from dashboard.uploads.model import OwnLayer, Visit
from dashboard.uploads.registry import Visits
from dashboard.uploads.routes import own_tiles
from geodata.json_object import JsonObject
from geodata.large.layer import BuiltLayer


def _is_here(session_id: str) -> bool:
    return runtime.exists() and runtime.get_instance().is_active_session(session_id)


def _linger_s() -> float:
    """Return how long Streamlit waits for a session."""
    return float(config.get_option("server.disconnectedSessionTTL"))


VISITS = Visits(_is_here, _linger_s)


def current_visit() -> Visit:
    """Return the visit of this session; the first time, one begins."""
    visit: Visit | None = st.session_state.get("visit")
    if visit is None or VISITS.find(visit.token) is None:
        visit = st.session_state.visit = VISITS.open(_session_id())
    return visit


def adopt_visit(token: object) -> None:
    """Go on with the visit that this page had before it was loaded again."""
    found = VISITS.adopt(token, _session_id()) if isinstance(token, str) else None
    if found is not None and found is not st.session_state.get("visit"):
        if "visit" in st.session_state:
            VISITS.close(st.session_state.visit)
        st.session_state.visit = found


def tell_map(visit: Visit) -> JsonObject:
    """Return what page and map have to know of a visit, as JSON-ready values: addresses, and no data."""
    return {"token": visit.token, "layers": [_options(visit, own) for own in visit.layers.values()]}


def _options(visit: Visit, own: OwnLayer) -> JsonObject:
    data, layer = own.data, own.data.layer
    where = (
        {"tiles": own_tiles(visit.token, data)}
        if isinstance(data, BuiltLayer)
        else {"url": f"./own/{visit.token}/layers/{layer.id}.geojson"}
    )
    return {
        **layer_options(layer),
        "text_properties": [],
        "title": layer.title,
        "count": data.count,
        "evidence": None,
        "visible": True,
        "isOwn": True,
        **where,
    }


def _session_id() -> str:
    context = get_script_run_ctx()
    return context.session_id if context else ""
