"""Several servers behind nginx: who answers what, and what is left when one of them is gone."""

import asyncio
import json
import os
import re
import shutil
import signal
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import expect
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from dashboard.uploads.registry import LIMITS
from tests.benchmarks.clients import App, Choice, Person
from tests.fleet.running import RunningFleet, is_running, require_nginx
from tests.support.async_running import run_async
from tests.support.small_catalog import SmallCatalog
from tests.support.uploading import CONTENT, drop
from tests.support.waiting import WAIT_SECONDS, wait_for

OWN_TOKEN = re.compile(rb"r\d-[\w-]{43}")


def ask(url, method="GET", data=None, **headers):
    """Return status, headers and body of an answer."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url, data, named, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def cached(headers):
    """Tell whether an answer came without a question to a replica."""
    return headers["Cache-Status"].startswith("nginx; hit")


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    found = SmallCatalog(tmp_path_factory.mktemp("fleet"))
    found.write()
    return found


@pytest.fixture(scope="module")
def fleet(catalog):
    require_nginx()
    running = RunningFleet("--catalog", str(catalog.path)).wait()
    yield running
    running.stop()


def visitor():
    """What somebody without a browser does on the small catalog."""
    return App(
        documents=("/", "/map"),
        widget_id=lambda element: element.bidi_component.id,
        choices=[
            Choice(
                {"feature": f"towns.{name.lower()}", "story": None, "bounds": None, "more": 0},
                f">{name}</h2>",
            )
            for name in ("One", "Two")
        ],
    )


def test_a_catalog_that_is_broken_ends_the_fleet_with_its_own_words(tmp_path):
    require_nginx()
    (tmp_path / "catalog.toml").write_text("title = 1", encoding="utf-8")
    running = RunningFleet("--catalog", str(tmp_path / "catalog.toml"), replicas=1)
    assert running.process.wait(WAIT_SECONDS) == 1
    said = running.stop()
    assert "catalog.toml" in said
    assert "twente-atlas: r1 ended with status 1 before it answered" in said
    assert "Traceback" not in said


# What nginx answers


def test_a_map_is_asked_of_a_replica_once_for_all_who_read_the_same_language(fleet):
    dutch = {"Accept-Language": "nl", "Accept-Encoding": "gzip"}
    ask(f"{fleet.url}/map", **dutch)
    status, headers, body = ask(f"{fleet.url}/map", **dutch)
    assert status == 200
    assert cached(headers)
    assert headers["Content-Encoding"] == "gzip"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert ask(f"{fleet.url}/map", If_None_Match=headers["ETag"], **dutch)[0] == 304
    ask(f"{fleet.url}/map", **{"Accept-Language": "de"})
    _, headers, other = ask(f"{fleet.url}/map", **{"Accept-Language": "de"})
    assert cached(headers)
    assert headers["Content-Encoding"] is None
    assert b'<html lang="de">' in other
    assert other != body


@pytest.mark.parametrize(
    "path", ["/layers/towns.geojson", "/vendor/leaflet/leaflet.js", "/frontend/page/bridge.js"]
)
def test_a_file_is_kept_for_as_long_as_its_address_has_a_version(fleet, path):
    etag = ask(f"{fleet.url}{path}")[1]["ETag"]
    assert not cached(ask(f"{fleet.url}{path}")[1]), "without a version, a replica is asked"
    versioned = f"{fleet.url}{path}?v={etag[3:-1]}"
    ask(versioned)
    _, headers, _ = ask(versioned)
    assert cached(headers)
    assert "immutable" in headers["Cache-Control"]


def test_nothing_is_kept_that_is_somebody_s_own_or_of_the_moment(fleet):
    for path in ("/builds", "/_stcore/health", "/search?q=one&own=r1-nobody"):
        ask(f"{fleet.url}{path}")
        status, headers, _ = ask(f"{fleet.url}{path}")
        assert status == 200
        assert "hit" not in (headers["Cache-Status"] or "")


def test_a_name_that_is_not_the_server_s_finds_nothing_in_the_cache(fleet):
    for _ in range(2):
        assert ask(f"{fleet.url}/map")[0] == 200
    status, _, body = ask(f"{fleet.url}/map", Host="rebound.example")
    assert status == 421
    assert b"does not answer as" in body


def test_links_have_the_name_that_the_visitor_sees_and_no_header_of_his_changes_it(fleet):
    lies = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "10.9.8.7"}
    landing = json.loads(ask(f"{fleet.url}/ogc?f=json", **lies)[2])
    assert {link["href"][: len(fleet.url) + 1] for link in landing["links"]} == {f"{fleet.url}/"}
    # What nginx itself says of a visitor with TLS is believed.
    forwarded = {"X-Forwarded-Proto": "https", "Host": f"localhost:{fleet.port}"}
    landing = json.loads(ask(f"http://127.0.0.1:{fleet.port + 1}/ogc?f=json", **forwarded)[2])
    secure = fleet.url.replace("http", "https")
    assert {link["href"][: len(secure) + 1] for link in landing["links"]} == {f"{secure}/"}


@pytest.mark.parametrize(
    ("origin", "is_let_in"), [("", True), ("http://localhost:1", False), ("https://evil.example", False)]
)
def test_only_pages_of_this_address_open_the_websocket(fleet, origin, is_let_in):
    async def knock():
        address = f"{fleet.url.replace('http', 'ws', 1)}/_stcore/stream"
        async with connect(address, origin=origin or fleet.url, subprotocols=["streamlit"]):
            pass

    if is_let_in:
        run_async(knock())
    else:
        with pytest.raises(InvalidStatus) as refused:
            run_async(knock())
        assert refused.value.response.status_code == 403


def test_a_change_of_the_data_is_shown_within_the_time_that_documents_are_kept(fleet, catalog):
    file = catalog.path.parent / "layers" / "towns.geojson"
    content = file.read_bytes()
    before = ask(f"{fleet.url}/map?lang=en")[2]
    file.write_bytes(content.replace(b'"Two"', b'"Due"'))
    try:
        wait_for(lambda: ask(f"{fleet.url}/map?lang=en")[2] != before)
        after = ask(f"{fleet.url}/map?lang=en")[2]
        [address] = {found.decode() for found in re.findall(rb"layers/towns\.geojson\?v=\w+", after)}
        assert b'"Due"' in ask(f"{fleet.url}/{address}")[2]
    finally:
        file.write_bytes(content)


def test_a_file_that_is_too_large_is_refused_in_the_server_s_word(fleet):
    for size in (LIMITS.max_bytes + 1, LIMITS.max_bytes + 2):  # the server's own refusal, and nginx's
        token = run_async(own_token(fleet.url))
        status, _, body = ask(f"{fleet.url}/own/{token}?name=a.geojson", "POST", b" " * size)
        assert (status, body) == (413, b"too_large")


# Who has a session


async def own_token(url):
    """Return the token of a new session, which is over then."""
    person = Person(url, visitor())
    heard = b"".join(await person.connect())
    token = OWN_TOKEN.search(heard)[0].decode()
    await person.leave()
    assert token.startswith(person.cookie.partition("=")[2])
    return token


def test_sessions_are_spread_over_the_replicas_and_come_back_to_their_own(fleet):
    async def visits():
        people = [Person(fleet.url, visitor()) for _ in range(6)]
        for person in people:
            await person.open()
        homes = [person.cookie for person in people]
        for person in people:
            await person.leave()
            await person.connect()
        again = [person.cookie for person in people]
        for person in people:
            await person.leave()
        return homes, again

    homes, again = run_async(visits())
    assert sorted(homes) == [f"atlas_replica=r{number}" for number in (1, 1, 2, 2, 3, 3)]
    assert again == homes


def file_at(address):
    """Return the only file of a session."""
    [file] = json.loads(ask(address)[2])["files"]
    return file


def test_what_people_bring_is_found_by_its_token_without_a_cookie(fleet):
    async def bring():
        people = [Person(fleet.url, visitor()) for _ in range(3)]
        for person in people:
            heard = b"".join(await person.connect())
            token = OWN_TOKEN.search(heard)[0].decode()
            at = f"{fleet.url}/own/{token}"
            status, _, _ = await asyncio.to_thread(ask, f"{at}?name=trees.geojson", "POST", CONTENT)
            assert status == 201
            await asyncio.to_thread(wait_for, lambda at=at: file_at(at)["state"] != "reading")
            [layer] = (await asyncio.to_thread(file_at, at))["layers"]
            status, headers, body = await asyncio.to_thread(ask, f"{at}/layers/{layer['id']}.geojson")
            assert status == 200
            assert headers["Cache-Control"] == "no-store"
            assert len(json.loads(body)["features"]) == 5
            found = (await asyncio.to_thread(ask, f"{fleet.url}/search?q=tree+4&own={token}"))[2]
            assert b"Tree 4" in found
        for person in people:
            await person.leave()

    run_async(bring())


def test_who_loses_a_replica_goes_on_with_another_where_the_address_says(fleet):
    async def lose():
        app = visitor()
        people = [Person(fleet.url, app) for _ in range(6)]
        for person in people:
            await person.open()
            await person.act(app.choices[1])
            person.query = "lang=en&feature=towns.two"
        lost = people[0].cookie.partition("=")[2]
        said = len(fleet.lines)
        fleet.kill(lost)
        moved = 0
        for person in people:
            try:
                await person.act(app.choices[0])
            except ConnectionClosed:
                heard = await person.connect()
                assert any(b">Two</h2>" in message for message in heard), "as its address says"
                assert person.cookie != f"atlas_replica={lost}"
                await person.act(app.choices[0])
                moved += 1
        for person in people:
            await person.leave()
        return lost, moved, said

    lost, moved, said = run_async(lose())
    assert moved == 2
    fleet.wait_for_line(f"{lost} begins again", after=said)
    wait_until_back(fleet, lost)


def wait_until_back(fleet, name):
    """Wait until a replica answers again."""
    address = f"http://127.0.0.1:{fleet.port + int(name[1:])}/_stcore/health"

    def is_back():
        with suppress(OSError):
            return ask(address)[0] == 200

    wait_for(is_back)


def home_of(visited):
    """Return the replica that has the session of a page."""
    cookies = {cookie["name"]: cookie["value"] for cookie in visited.page.context.cookies()}
    return cookies["atlas_replica"]


def test_a_page_outlives_its_replica_and_what_is_cached_outlives_them_all(visit, fleet, tmp_path):
    visited = visit(fleet.url, is_new=True).open("/?lang=nl")
    visited.click_feature("towns.one")
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("One")
    visited.map.locator("input[data-layer=areas]").click()
    visited.wait_for_address("layers", "^towns$")
    address = visited.page.url
    home = home_of(visited)

    heard = []
    visited.page.on("websocket", lambda line: line.on("framereceived", lambda message: heard.append(message)))
    fleet.kill(home)
    visited.wait_for(lambda: any(b">One</h2>" in message for message in heard))
    expect(visited.page.locator("#atlas-connection")).to_be_hidden()
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("One")
    assert visited.page.url == address
    visited.feature("towns.two").click()
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("Two")
    other = home_of(visited)
    assert other != home

    file = tmp_path / "trees.geojson"
    file.write_bytes(CONTENT)
    drop(visited, [file])
    expect(visited.page.locator("#atlas-uploads")).to_contain_text("5")
    shapes = visited.map.locator('path[data-feature^="own_"]:not(.atlas-hit)')
    expect(shapes).to_have_count(5)
    assert visited.other_hosts() == []

    wait_until_back(fleet, home)
    os.kill(fleet.process.pid, signal.SIGSTOP)  # so that nothing is started again
    try:
        for name in fleet.pids:
            fleet.kill(name)
        expect(visited.page.locator("#atlas-connection")).to_be_visible()
        # What is shown becomes stale, and nginx says so.
        wait_for(lambda: ask(f"{fleet.url}/layers/towns.geojson")[1]["Retry-After"] == "5")
        late = visit(fleet.url, is_new=True)
        late.page.goto(f"{fleet.url}/?lang=nl")
        late.map.locator("html[data-atlas=drawn]").wait_for(state="attached")
        expect(late.feature("towns.one")).to_have_count(1)
        status, headers, body = ask(f"{fleet.url}/about?never=asked")
        assert (status, headers["Cache-Control"]) == (503, "no-store")
        assert [line.split()[0] for line in body.decode().splitlines()] == ["This", "Dieser", "Deze"]
    finally:
        os.kill(fleet.process.pid, signal.SIGCONT)
    for name in ("r1", "r2", "r3"):
        wait_until_back(fleet, name)
    expect(late.page.locator(".st-key-panel h2")).to_be_visible()


def test_a_fleet_under_a_path_of_its_own_answers_there_and_leaves_nothing(catalog):
    require_nginx()
    running = RunningFleet("--catalog", str(catalog.path), "--base-path", "maps/atlas", replicas=1).wait()
    try:
        at = f"{running.url}/maps/atlas"
        person = Person(at, visitor())
        run_async(person.open())
        assert person.cookie == "atlas_replica=r1"
        assert cached(ask(f"{at}/map")[1])
        token = run_async(own_token(at))
        assert ask(f"{at}/own/{token}?name=trees.geojson", "POST", CONTENT)[0] == 201
    finally:
        end_and_look_for_leavings(running, signal.SIGTERM)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_of_a_fleet_that_ends(ending, catalog):
    require_nginx()
    end_and_look_for_leavings(RunningFleet("--catalog", str(catalog.path), replicas=1).wait(), ending)


def end_and_look_for_leavings(running, ending):
    pids = [*running.pids.values(), *running.nginx_pids()]
    assert len(pids) >= 3
    command = Path(f"/proc/{running.nginx_pids()[0]}/cmdline").read_text(encoding="utf-8")
    folder = Path(re.search(r"-c (\S+)/nginx\.conf", command.replace("\0", " "))[1])
    assert folder.is_dir()
    running.process.send_signal(ending)
    running.process.wait(WAIT_SECONDS)
    wait_for(lambda: not any(map(is_running, pids)))
    if ending is signal.SIGKILL:  # which leaves nobody to clear away
        shutil.rmtree(folder)
    else:
        assert running.process.returncode == 0
        assert not folder.exists()
