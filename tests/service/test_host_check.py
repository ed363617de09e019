"""Who is let in: hosts, origins, addresses, sizes, and what anybody is told of what goes wrong."""

import asyncio
import json
import logging
import re
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from dashboard.web import settings
from dashboard.web.content_security_policy import page_policy
from dashboard.web.error_responses import EXCEPTION_HANDLERS
from dashboard.web.host_check import HostCheck, is_own_host, is_own_origin
from dashboard.web.http_limits import BoundedHttp
from dashboard.web.security_headers import SecurityHeaders


class Raw:
    """An answer as it came over the wire."""

    def __init__(self, content):
        head, _, self.body = content.partition(b"\r\n\r\n")
        [line, *lines] = head.decode("latin-1").split("\r\n")
        self.status = int(line.split(" ")[1])
        self.headers = {name.lower(): value for name, _, value in (entry.partition(": ") for entry in lines)}


def exchange(server, content):
    """Send bytes to the server, and return what it sends until it closes."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        heard = b""
        try:
            connection.sendall(content)
            while part := connection.recv(65536):
                heard += part
        except ConnectionResetError:
            pass  # it need not hear us out
    return Raw(heard)


@pytest.fixture
def ask(server):
    def send(target, method="GET", body=b"", **headers):
        sent = {"Host": f"localhost:{server.port}", "Connection": "close", **headers}
        if body or method != "GET":
            sent["Content-Length"] = str(len(body))
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in sent.items())]
        return exchange(server, "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    return send


HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/", 200),
        ("/about", 200),
        ("/map", 200),
        ("/layers/moon.geojson", 404),
        ("/nothing", 404),
        ("/static/js/nothing.js", 404),
        ("/..%2f..%2fetc%2fpasswd", 400),
        ("//elsewhere.example/%2e%2e", 400),
        ("/basemap/%00.geojson", 400),
        ("/download/cities.exe", 404),
        ("/favicon.ico", 200),
        ("/_stcore/health", 200),
        ("/_stcore/host-config", 200),
    ],
)
def test_whatever_the_answer_it_carries_the_headers_and_no_word_on_the_server(ask, target, status):
    answer = ask(target)
    assert answer.status == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "frame-ancestors" in answer.headers["content-security-policy"]
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] in ("same-origin", "cross-origin")
    assert "server" not in answer.headers
    assert not re.search(r"uvicorn|starlette|python/", " ".join(answer.headers.values()), re.IGNORECASE)


def test_the_page_runs_its_own_scripts_and_evaluates_nothing(ask):
    policy = ask("/").headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe" not in scripts
    assert scripts.count("'sha256-") == 2
    assert "frame-ancestors 'none'" in policy


def test_streamlit_s_own_files_carry_the_headers_too(ask, server):
    name = re.search(rb'href="\.(/static/js/index[^"]+)"', ask("/").body)[1].decode()
    answer = ask(name)
    assert answer.status == 200
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "target", ["/static/", "/static", "/static/js/", "/vendor/leaflet/", "/basemap/detail/"]
)
def test_no_folder_tells_what_is_in_it(ask, target):
    answer = ask(target)
    assert answer.status == 404
    assert len(answer.body) < 100


@pytest.mark.parametrize(
    "target",
    [
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/_stcore/upload_file/a/b",
        "/auth/login",
        "/component/x/y",
    ],
)
def test_the_doors_of_streamlit_that_nobody_needs_are_shut(ask, target):
    assert ask(target).status == 404
    assert ask(target, "PUT", b"x").status == 404


def test_a_page_that_has_its_own_name_lead_here_gets_nothing(ask):
    """DNS rebinding: the name is the stranger's, and so is the origin."""
    answer = ask("/map", Host="rebound.example")
    assert answer.status == 421
    assert b"does not answer as" in answer.body
    assert ask("/map", Host="127.0.0.1:1").status == 200
    assert ask("/map", Host="").status == 421
    assert (
        ask("/_stcore/stream", Host="rebound.example", Origin="http://rebound.example", **HANDSHAKE).status
        == 403
    )


def test_only_pages_of_this_server_open_the_websocket(ask, server):
    strangers = (
        "https://stranger.example",
        "null",
        "http://localhost:1",
        f"https://localhost:{server.port}.example",
    )
    for origin in strangers:
        assert ask("/_stcore/stream", Origin=origin, **HANDSHAKE).status == 403, origin


def test_pages_of_another_origin_change_nothing(ask):
    assert ask("/map", "POST", Origin="https://stranger.example").status == 403
    assert ask("/map", "POST").status == 405


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
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(HostCheck(app, lambda: "")(scope, None, None))).result()
    assert seen == [{b"host": b"localhost:8501"}]


def test_the_page_is_framed_by_those_whom_the_deployment_names(monkeypatch):
    assert page_policy("").endswith("frame-ancestors 'none'")
    set_environment(monkeypatch, TWENTE_ATLAS_FRAMED_BY="https://twente.example, nonsense;script-src *")
    assert page_policy("").endswith("frame-ancestors https://twente.example")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 200_000 + b"\r\n",
    ],
    ids=["address", "header", "headers"],
)
def test_the_head_of_a_request_has_an_end(server, head):
    with suppress(IndexError):  # closed before all was sent, and the answer went with it
        assert exchange(server, head).status == 400
    assert (
        exchange(
            server, b"GET /_stcore/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ).status
        == 200
    )


@pytest.mark.parametrize(
    "target",
    [
        f"/tiles/cities/{'9' * 5000}/0/0.mvt",
        "/tiles/cities/-1/0/0.mvt",
        "/tiles/cities/1e3/0/0.mvt",
        f"/features/cities/{'9' * 5000}.json",
        f"/layers/{'a' * 5000}.geojson",
        f"/vendor/leaflet/{'a' * 5000}.js",
        "/vendor/leaflet/\xff.js",
        f"/download/cities.csv?features={'a' * 5000}",
        "/download/map.html?view=99999/1/1",
        "/download/map.html?layers=..",
    ],
)
def test_what_makes_no_sense_in_an_address_is_a_short_no(ask, target):
    answer = ask(target)
    assert answer.status in (400, 404)
    assert len(answer.body) < 400
    assert b"Traceback" not in answer.body


ITEMS = "/ogc/collections/cities/items"


@pytest.mark.parametrize(
    "target",
    [
        f"{ITEMS}?bbox=1,2,3",
        f"{ITEMS}?bbox=6,52,7,53&bbox=6,52,7,53",
        f"{ITEMS}?bbox=%00,1,2,3",
        f"{ITEMS}?limit={'9' * 5000}",
        f"{ITEMS}?limit=1e3",
        f"{ITEMS}?limit=%D9%A3x",
        f"{ITEMS}?offset=-1",
        f"{ITEMS}?offset=%00",
        f"{ITEMS}?datetime=yesterday/%00",
        f"{ITEMS}?crs=file:///etc/passwd",
        f"{ITEMS}?crs=%FF%FE",
        f"{ITEMS}?bbox-crs=+proj=pipeline",
        f"{ITEMS}?f=html",
        f"{ITEMS}?f=json&f=json",
        f"{ITEMS}?%00=1",
        f"{ITEMS}?sortby=%00",
        f"{ITEMS}?properties=%00",
        f"{ITEMS}?resulttype=all",
        f"{ITEMS}?skipGeometry=perhaps",
        f"{ITEMS}/%00",
        f"{ITEMS}/..%2f..%2fetc",
        "/ogc/collections/%00/items",
        "/ogc/collections/%ff/items",
        f"/ogc/{'a/' * 2000}",
    ],
)
def test_what_ogc_can_not_be_asked_is_refused_in_a_sentence(ask, target):
    answer = ask(target)
    assert answer.status in (400, 404)
    is_json = answer.headers.get("content-type") == "application/json"
    said = json.loads(answer.body)["description"] if is_json else answer.body.decode()
    # Of paths that lead out of a folder, or nowhere, Streamlit says `Bad Request` before they are ours.
    assert said == "Bad Request" if not is_json else len(said.split()) > 2
    assert b"Traceback" not in answer.body


def say_slowly(seconds, *parts, pause=0.0):
    """Send parts of a request to a server with this time for a head; return all that it answers."""

    class Hasty(BoundedHttp):
        head_seconds = seconds

    async def app(scope, receive, send):
        await asyncio.sleep(pause)
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    async def exchange_slowly():
        config = uvicorn.Config(app, http=Hasty, log_config=None, lifespan="off")
        config.load()
        loop = asyncio.get_running_loop()
        state = uvicorn.server.ServerState()
        server = await loop.create_server(
            lambda: Hasty(config=config, server_state=state, app_state={}), "127.0.0.1", 0
        )
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for part in parts:
            writer.write(part)
            await asyncio.sleep(0.05)
        async with asyncio.timeout(10):
            heard = await reader.read()
        writer.close()
        server.close()
        return heard

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(exchange_slowly())).result()


@pytest.mark.parametrize("head", [b"", b"G", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "])
def test_who_says_a_head_without_an_end_is_cut_off(head):
    assert say_slowly(0.2, head).startswith(b"HTTP/1.1 408 ")


def test_an_answer_that_takes_its_time_is_waited_for():
    whole = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert say_slowly(0.2, whole, whole[:5], pause=0.5).startswith(b"HTTP/1.1 200 ")


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
    # In a thread of its own: that of the browser tests has a loop already.
    with caplog.at_level(logging.ERROR), suppress(ZeroDivisionError), ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(ask_inner())).result()
    start, body = sent[0], sent[1]["body"].decode()
    assert start["status"] == status
    assert dict(start["headers"])[b"x-content-type-options"] == b"nosniff"
    assert "secret" not in body
    reference = re.search(r"Reference: (\w{8})", body)[1]
    assert f"{reference}: GET / failed" in caplog.text
