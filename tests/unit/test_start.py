"""The start of the server: who connects early waits until everything has loaded, once."""

import asyncio
import threading
from contextlib import nullcontext

import pytest
from streamlit import config
from streamlit.web import skills

from dashboard.app import _begin
from dashboard.endpoints.startup import HEAD_START_SECONDS, Preparation, WaitForAtlas
from tests.support.async_running import run_async


def test_every_name_of_the_package_is_where_it_says():
    import geodata

    assert all(getattr(geodata, name) is not None for name in geodata.__all__)
    assert set(geodata.MODULES) == set(geodata.__all__)
    with pytest.raises(AttributeError, match="no attribute 'moon'"):
        _ = geodata.moon


def test_who_comes_early_waits_and_whoever_leaves_takes_nothing_along():
    may_end, done = threading.Event(), []
    preparation = Preparation(lambda: done.append(may_end.wait()))

    async def visit():
        patient, hasty = (asyncio.create_task(preparation.wait()) for _ in range(2))
        await asyncio.sleep(0)  # both wait now
        hasty.cancel()
        with pytest.raises(asyncio.CancelledError):
            await hasty
        assert not patient.done()
        may_end.set()
        await patient
        await preparation.wait()

    run_async(visit())
    assert done == [True], "the work is done once"


def test_work_that_fails_lets_everybody_go_on_and_is_remembered():
    def fail():
        raise OSError("no disk")

    preparation = Preparation(fail)
    run_async(preparation.wait())
    with pytest.raises(OSError, match="no disk"):
        preparation.done.result()


def test_a_session_begins_when_all_is_loaded(monkeypatch):
    order = []
    monkeypatch.setattr(
        "dashboard.endpoints.startup.PREPARATION", Preparation(lambda: order.append("loaded"))
    )

    async def app(scope, receive, send):
        order.append(scope["type"])

    async def connect():
        for kind in ("lifespan", "websocket"):
            await WaitForAtlas(app)({"type": kind}, None, None)

    run_async(connect())
    assert order == ["lifespan", "loaded", "websocket"]


def test_once_the_server_listens_streamlit_offers_developers_nothing_over_the_panel(monkeypatch, tmp_path):
    monkeypatch.setattr(skills, "agent_harness_present", lambda: True)
    monkeypatch.setattr(skills, "_nudge_dismissed_marker_path", lambda: tmp_path / "absent")
    monkeypatch.setattr("dashboard.app.load_after_start", lambda app: nullcontext())
    headless = config.get_option("server.headless")

    async def listen():
        async with _begin(None):
            await asyncio.sleep(2 * HEAD_START_SECONDS)

    config.set_option("server.headless", False)
    try:
        run_async(listen())
        assert skills.nudge_suppression_reason(str(tmp_path)) == "welcome_hidden"
    finally:
        config.set_option("server.headless", headless)
