"""Which hosts, origins, addresses and sizes are answered, and what a visitor learns of what goes wrong."""

import asyncio
import json
import re
import socket
from contextlib import suppress

import pytest
import uvicorn

from dashboard.web.http_limits import BoundedHttp
from tests.support.async_running import run_async


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


@pytest.mark.parametrize("target", ["/static/", "/static", "/static/js/", "/vendor/leaflet/", "/basemap/"])
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
    # Of paths that lead out of a folder, or nowhere, Streamlit says `Bad Request` before the atlas is asked.
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
        async with asyncio.timeout(60):
            heard = await reader.read()
        writer.close()
        server.close()
        return heard

    return run_async(exchange_slowly())


@pytest.mark.parametrize("head", [b"", b"G", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "])
def test_who_says_a_head_without_an_end_is_cut_off(head):
    assert say_slowly(0.2, head).startswith(b"HTTP/1.1 408 ")


def test_an_answer_that_takes_its_time_is_waited_for():
    whole = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert say_slowly(0.2, whole, whole[:5], pause=0.5).startswith(b"HTTP/1.1 200 ")
