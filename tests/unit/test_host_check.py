"""Which hosts, origins and framing pages the server accepts, and what a fault tells the visitor."""

import logging
import re
import sqlite3
from contextlib import suppress

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from dashboard.web import settings
from dashboard.web.content_security_policy import page_policy
from dashboard.web.error_responses import EXCEPTION_HANDLERS
from dashboard.web.host_check import HostCheck, is_own_host, is_own_origin
from dashboard.web.security_headers import SecurityHeaders
from tests.support.async_running import run_async


def set_environment(monkeypatch, **variables):
    monkeypatch.setattr(settings, "_current", settings.read_environment(variables))


def test_a_deployment_names_its_hosts(monkeypatch):
    assert is_own_host("localhost:8501")
    assert is_own_host("[::1]:8501")
    assert is_own_host("192.168.2.7")
    assert is_own_host("atlas.local:80", listens_on="atlas.local")
    for wrong in (
        "",
        "atlas.example.org",
        "localhost:port",
        "user@localhost",
        "localhost/x",
        "127.0.0.1.example",
    ):
        assert not is_own_host(wrong), wrong
    set_environment(monkeypatch, TWENTE_ATLAS_HOSTS="atlas.example.org, *.twente.example")
    assert is_own_host("atlas.example.org:443")
    assert is_own_host("a.twente.example")
    assert not is_own_host("twente.example.net")


def test_an_origin_is_that_of_the_host_or_of_a_name_of_the_deployment(monkeypatch):
    assert is_own_origin("http://localhost:8501", "localhost:8501")
    assert is_own_origin("https://atlas.example.org", "atlas.example.org")
    assert not is_own_origin("http://localhost:3000", "localhost:8501")
    assert not is_own_origin("null", "localhost:8501")
    assert not is_own_origin("https://atlas.example.org", "localhost:8501")
    set_environment(monkeypatch, TWENTE_ATLAS_HOSTS="atlas.example.org")
    assert is_own_origin("https://atlas.example.org", "localhost:8501"), "a proxy rewrote the host"


def test_what_comes_after_the_check_sees_no_origin():
    """Streamlit would ask a service on the internet for this machine's address, to compare it."""
    seen = []

    async def app(scope, receive, send):
        seen.append(dict(scope["headers"]))

    headers = [(b"host", b"localhost:8501"), (b"origin", b"http://localhost:8501")]
    scope = {"type": "websocket", "headers": headers}
    run_async(HostCheck(app, lambda: "")(scope, None, None))
    assert seen == [{b"host": b"localhost:8501"}]


def test_the_page_is_framed_by_those_whom_the_deployment_names(monkeypatch):
    assert page_policy("").endswith("frame-ancestors 'none'")
    set_environment(monkeypatch, TWENTE_ATLAS_FRAMED_BY="https://twente.example, nonsense;script-src *")
    assert page_policy("").endswith("frame-ancestors https://twente.example")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (ZeroDivisionError("secret"), 500),
        (OSError(28, "No space left", "/secret"), 503),
        (sqlite3.OperationalError("secret"), 503),
    ],
)
def test_an_accident_is_a_sentence_with_a_reference_that_the_log_has_too(error, status, caplog):
    def stumble(_):
        raise error

    inner = Starlette(
        routes=[Route("/", stumble)],
        exception_handlers=EXCEPTION_HANDLERS,
        middleware=[Middleware(SecurityHeaders)],
    )
    sent = []

    async def ask_inner():
        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            sent.append(message)

        scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""}
        await inner(scope, receive, send)

    # What nobody thought of goes on to the server's log, with its traceback.
    with caplog.at_level(logging.ERROR), suppress(ZeroDivisionError):
        run_async(ask_inner())
    start, body = sent[0], sent[1]["body"].decode()
    assert start["status"] == status
    assert dict(start["headers"])[b"x-content-type-options"] == b"nosniff"
    assert "secret" not in body
    reference = re.search(r"Reference: (\w{8})", body)[1]
    assert f"{reference}: GET / failed" in caplog.text
