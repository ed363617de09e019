"""Connects the uploads of a session to its Streamlit session."""

import streamlit as st
from streamlit import config, runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dashboard.uploads.model import UploadSession
from dashboard.uploads.registry import UPLOAD_SESSIONS


def current_upload_session() -> UploadSession:
    """Return the uploads of this session; creates them at its first run."""
    session: UploadSession | None = st.session_state.get("uploads")
    if session is None or UPLOAD_SESSIONS.find(session.token) is None:
        session = st.session_state.uploads = UPLOAD_SESSIONS.open(_session_id())
    return session


def resume_upload_session(token: object) -> None:
    """Take over the uploads that this page had before it was reloaded."""
    found = UPLOAD_SESSIONS.resume(token, _session_id()) if isinstance(token, str) else None
    if found is not None and found is not st.session_state.get("uploads"):
        if "uploads" in st.session_state:
            UPLOAD_SESSIONS.close(st.session_state.uploads)
        st.session_state.uploads = found


def _session_id() -> str:
    context = get_script_run_ctx()
    return context.session_id if context else ""


UPLOAD_SESSIONS.is_connected = lambda session_id: (
    runtime.exists() and runtime.get_instance().is_active_session(session_id)
)
UPLOAD_SESSIONS.linger_s = lambda: float(config.get_option("server.disconnectedSessionTTL"))
