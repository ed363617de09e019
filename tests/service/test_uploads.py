"""Uploads are shown to their owner alone, reported in plain words, and removed with the session."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import defaultdict
from pathlib import Path

import geopandas as gpd
import pytest
from playwright.sync_api import expect
from starlette.exceptions import HTTPException

from dashboard.uploads.layer_edits import layer_file, with_color, with_title
from dashboard.uploads.reader_process import ReaderProcess, ReadRequest
from dashboard.uploads.registry import LINGER_SECONDS, MAX_FILES, MAX_SESSION_BYTES, FullError, UploadSessions
from geodata.atlas.session import SessionAtlas, shared
from tests.support.axe import violations
from tests.support.corpus import paths

TREES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": f"Tree {number}", "height": number, "link": "javascript:alert(1)"},
            "geometry": {"type": "Point", "coordinates": [6.6 + number / 100, 52.3]},
        }
        for number in range(5)
    ],
}
CONTENT = json.dumps(TREES).encode()

TRAP = """
window.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
  // Libraries of Streamlit's try whether they may evaluate, and do without.
  if (!["eval", "wasm-eval"].includes(blockedURI)) console.error(violatedDirective, blockedURI);
});
for (const name of ["alert", "confirm", "prompt", "print", "open"]) {
  window[name] = () => console.error("tripped: " + name);
}
"""
"""Whatever a payload might try is an error in the console."""


SAID = """
rows => rows.map((row) => [
  row.querySelector("h3").textContent,
  [...row.querySelectorAll("p")].map((line) => line.textContent).join(" "),
])
"""

CLEAR = """
async () => {
  const { own } = window.atlasPage;
  await Promise.all(own.files.map(({ id }) => own.change(`/files/${id}`, "DELETE")));
  own.local = [];
  await own.look();
}
"""


def wait_until(is_so, seconds=60):
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.fixture
def sessions():
    """Uploads of sessions that are connected as long as they are in `here`."""
    here = {"anna", "ben"}
    found = UploadSessions(here.__contains__)
    found.here = here
    yield found
    for session in list(found._sessions.values()):
        found.close(session)


def test_an_upload_becomes_a_layer_of_its_session_and_of_no_other(sessions, atlas):
    anna, ben = sessions.open("anna"), sessions.open("ben")
    file = sessions.add(anna, "trees.geojson", CONTENT, "Feature")
    wait_until(lambda: file.state == "ready")
    [layer_id] = anna.layers
    mine = anna.atlas(atlas)
    assert mine.feature(f"{layer_id}.1").properties["name"] == "Tree 0"
    assert anna.atlas(atlas) is mine, "the same object until something changes"
    assert isinstance(mine, SessionAtlas)
    assert shared(mine) is atlas
    assert ben.atlas(atlas) is atlas
    assert atlas.feature(f"{layer_id}.1") is None
    assert file.content == b"", "a file that has been read is not kept twice"
    sessions.remove(anna, file.id)
    assert anna.atlas(atlas) is atlas


def test_uploads_are_removed_some_time_after_their_session_lost_its_connection(sessions):
    session = sessions.open("anna")
    file = sessions.add(session, "trees.geojson", CONTENT, "Feature")
    wait_until(lambda: file.state == "ready")
    sessions.here.clear()
    session.seen -= LINGER_SECONDS + 1
    wait_until(lambda: sessions.find(session.token) is None, 20)
    assert session.layers == {}


def test_a_reloaded_page_keeps_its_uploads_and_no_other_session_gets_them(sessions):
    session = sessions.open("anna")
    assert sessions.resume(session.token, "ben") is None, "anna is still here"
    sessions.here.discard("anna")
    assert sessions.resume(session.token, "ben") is session
    assert sessions.resume("a" * 43, "ben") is None


def test_uploads_of_a_session_and_of_all_sessions_are_limited(sessions):
    session = sessions.open("anna")
    with pytest.raises(FullError, match="session"):
        sessions.reserve(session, 10**9)
    sessions.reserve(session, MAX_SESSION_BYTES)
    with pytest.raises(FullError, match="session"):
        sessions.reserve(session, 1)
    for other in [sessions.open(f"other {number}") for number in range(3)]:
        sessions.reserve(other, MAX_SESSION_BYTES)
    with pytest.raises(FullError, match="server"):
        sessions.reserve(sessions.open("one more"), 1)
    sessions.release(session, MAX_SESSION_BYTES)
    for _ in range(MAX_FILES):
        sessions.add(session, "x.geojson", b"", "Feature")
    with pytest.raises(FullError, match="session"):
        sessions.reserve(session, 1)


def test_a_file_that_crashes_its_reader_is_refused_and_the_next_one_is_read(tmp_path):
    reader = ReaderProcess()
    killed = []

    def is_cancelled():
        if not killed:
            killed.append(reader._process.kill())
        return False

    def request():
        return ReadRequest("trees.geojson", CONTENT, None, "Feature", tmp_path)

    refused = reader.read(request(), lambda *_: None, is_cancelled)
    assert refused.layers == ()
    assert "brings the reader down" in refused.problems[0].what
    assert len(reader.read(request(), lambda *_: None, is_cancelled).layers) == 1
    reader.stop()


def test_a_file_is_read_where_nothing_can_be_written(sessions, monkeypatch):
    def fail():
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(sessions._scratch, "folder", fail)
    session = sessions.open("anna")
    file = sessions.add(session, "trees.geojson", CONTENT, "Feature")
    many = {**TREES, "features": TREES["features"] * 2500}
    large = sessions.add(session, "forest.geojson", json.dumps(many).encode(), "Feature")
    wait_until(lambda: file.state == "ready" and large.state == "refused")
    assert "no room to make it ready" in large.problems[0].what


def test_a_reader_that_takes_too_long_is_killed_with_its_children(tmp_path, monkeypatch):
    """A library that hangs cannot be interrupted: its process is killed."""
    monkeypatch.setattr("dashboard.uploads.reader_process.READING_SECONDS", 2.0)
    reader = ReaderProcess()
    reader._begin()
    pid = reader._process.pid
    os.kill(pid, signal.SIGSTOP)
    request = ReadRequest("trees.geojson", CONTENT, None, "Feature", tmp_path)
    refused = reader.read(request, lambda *_: None, lambda: False)
    assert "takes too long" in refused.problems[0].what
    assert not Path(f"/proc/{pid}").exists()
    monkeypatch.undo()
    assert len(reader.read(request, lambda *_: None, lambda: False).layers) == 1
    reader.stop()


def test_a_reader_ends_with_its_server_even_if_the_server_is_killed():
    begin = (
        "import os, time; from dashboard.uploads.reader_process import ReadRequest, ReaderProcess;"
        "reader = ReaderProcess();"
        "reader.read(ReadRequest('x.geojson', b'{', None, 'Feature', None), lambda *_: None, lambda: False);"
        "print(reader._process.pid, flush=True); os.kill(reader._process.pid, 19); time.sleep(60)"
    )
    server = subprocess.Popen([sys.executable, "-c", begin], stdout=subprocess.PIPE, text=True)
    reader = Path(f"/proc/{int(server.stdout.readline())}/stat")
    assert reader.exists()
    server.kill()
    server.communicate()
    wait_until(lambda: not reader.exists() or reader.read_text().split()[2] == "Z")


def test_a_layer_is_renamed_and_recolored(sessions, atlas):
    session = sessions.open("anna")
    file = sessions.add(session, "trees.geojson", CONTENT, "Feature")
    wait_until(lambda: file.state == "ready")
    [(layer_id, upload)] = session.layers.items()
    before = session.atlas(atlas)
    sessions.replace_layer(session, layer_id, with_color(with_title(upload, "  My\n trees "), "#00ff00"))
    layer = session.atlas(atlas).catalog.layers[layer_id]
    assert (layer.title, layer.style.color) == ("My trees", "#00ff00")
    assert layer.style.dark_color != "#00ff00"
    assert before.catalog.layers[layer_id].title == "trees", "who looks at the one before sees no half of it"
    for wrong in ("", " \n ", "\u200b\u2060"):
        with pytest.raises(ValueError, match="no name"):
            with_title(upload, wrong)
    for wrong in ("", "red", "#12345", "#12345g", "url(x)"):
        with pytest.raises(ValueError, match="no color"):
            with_color(upload, wrong)


def test_the_atlas_of_a_closed_session_no_longer_holds_its_uploads(sessions, atlas):
    session = sessions.open("anna")
    file = sessions.add(session, "trees.geojson", CONTENT, "Feature")
    wait_until(lambda: file.state == "ready")
    [layer_id] = session.layers
    held = session.atlas(atlas)
    sessions.close(session)
    assert held.feature(f"{layer_id}.1") is None
    assert layer_id not in held.layers
    assert set(held.layers) == set(atlas.layers)


@pytest.mark.parametrize("extension", ["geojson", "csv", "parquet"])
def test_an_uploaded_layer_is_downloaded_without_a_disk(sessions, monkeypatch, extension):
    session = sessions.open("anna")
    file = sessions.add(session, "trees.geojson", CONTENT, "Feature")
    wait_until(lambda: file.state == "ready")
    [upload] = session.layers.values()
    upload = with_title(upload, '../Bäume "1"\r\n')
    monkeypatch.setattr("tempfile.mkdtemp", None)
    document = layer_file(upload, extension)
    assert re.fullmatch(r'attachment; filename="[\w.-]+"', document.headers["Content-Disposition"], re.ASCII)
    if extension == "geojson":
        features = json.loads(document.content)["features"]
        assert [feature["properties"]["name"] for feature in features] == [f"Tree {n}" for n in range(5)]
    elif extension == "csv":
        rows = csv.DictReader(io.StringIO(document.content.decode("utf-8-sig")))
        assert [row["name"] for row in rows] == [f"Tree {n}" for n in range(5)]
    else:
        assert len(gpd.read_parquet(io.BytesIO(document.content))) == 5
    with pytest.raises(HTTPException, match="Available: geojson, csv, parquet"):
        layer_file(upload, "exe")


@pytest.mark.parametrize("extension", ["gpkg", "fgb", "parquet"])
def test_a_large_uploaded_layer_is_downloaded_whole(sessions, tmp_path, extension):
    session = sessions.open("anna")
    many = {**TREES, "features": TREES["features"] * 2500}
    file = sessions.add(session, "forest.geojson", json.dumps(many).encode(), "Feature")
    wait_until(lambda: file.state == "ready")
    [upload] = session.layers.values()
    path = tmp_path / f"forest.{extension}"
    path.write_bytes(layer_file(upload, extension).content)
    frame = gpd.read_parquet(path) if extension == "parquet" else gpd.read_file(path)
    assert len(frame) == 12_500


def call(url, method="GET", content=None):
    request = urllib.request.Request(url, data=content, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def test_without_the_token_of_a_session_there_is_nothing(server):
    for path in (
        f"/own/{'a' * 43}",
        "/own/x",
        f"/own/{'a' * 43}/layers/own_1.geojson",
        f"/own/{'a' * 43}/tiles/own_1/0/0/0.mvt",
    ):
        assert call(server.url + path)[0] == 404
    assert call(f"{server.url}/own/{'a' * 43}?name=x.geojson", "POST", b"{}")[0] == 404


@pytest.fixture
def bring(visit, tmp_path):
    """Open the page with traps set, and drop files on it; returns what the dialog says of each."""

    def start(language="en", **options):
        visited = visit(**options)
        visited.page.context.add_init_script(TRAP)
        visited.page.on("dialog", lambda dialog: visited.errors.append(f"dialog: {dialog.message}"))
        visited.page.on("popup", lambda page: visited.errors.append(f"popup: {page.url}"))
        visited.page.on(
            "framenavigated",
            lambda frame: (
                "/map" in frame.url or visited.page.main_frame == frame or visited.errors.append(frame.url)
            ),
        )
        visited.open(f"/?lang={language}")
        return visited

    return start


def drop(visited, files):
    """Drop files on the page, and wait until each has been read."""
    visited.page.locator("#atlas-own-input").set_input_files(files)
    visited.page.locator("#atlas-own li").nth(len(files) - 1).wait_for(timeout=120_000)
    expect(visited.page.locator("#atlas-own progress")).to_have_count(0, timeout=120_000)


@pytest.mark.browser
def test_an_uploaded_layer_works_like_any_other(bring, tmp_path):
    file = tmp_path / "trees.geojson"
    file.write_bytes(CONTENT)
    visited = bring()
    visited.page.get_by_role("button", name="Add your own data").click()
    dialog = visited.page.get_by_role("dialog", name="Add your own data")
    expect(dialog).to_contain_text("Only you see it.")
    drop(visited, [file])
    expect(dialog.get_by_role("listitem")).to_contain_text("5 of 5 features are on the map.")
    assert violations(visited.page, within="#atlas-own") == []
    dialog.get_by_role("button", name="Show on the map: trees").click()
    row = visited.map.locator(".atlas-layers > li", has_text="trees")
    expect(row).to_contain_text("5")
    shapes = visited.map.locator('path[data-feature^="own_"]:not(.atlas-hit)')
    expect(shapes).to_have_count(5)
    shapes.nth(2).click()
    expect(visited.map.locator(".atlas-popup h2")).to_have_text("Tree 2")
    expect(visited.page.locator(".st-key-panel h2")).to_have_text("Tree 2")
    expect(visited.page.locator(".st-key-panel")).to_contain_text("only you see it")
    assert not visited.page.locator(".st-key-panel a[href^='javascript']").count()
    assert "own_" not in visited.page.url, "it is not part of a link"
    visited.page.locator("#atlas-search").fill("tree 4")
    expect(visited.page.get_by_role("option").first).to_contain_text("Tree 4")
    visited.page.keyboard.press("Escape")
    visited.page.get_by_text("Table", exact=True).click()
    expect(visited.page.get_by_text("5 of 5.")).to_be_visible()
    assert "own_" not in visited.page.url
    visited.page.reload()
    expect(shapes).to_have_count(5, timeout=30_000)
    visited.page.get_by_role("button", name="Add your own data").click()
    dialog.get_by_role("button", name="Remove: trees.geojson").click()
    expect(shapes).to_have_count(0)
    expect(row).to_have_count(0)
    assert visited.errors == []
    assert visited.other_hosts() == []


@pytest.mark.browser
def test_an_uploaded_layer_is_renamed_recolored_and_saved_on_the_page(bring, tmp_path):
    files = [tmp_path / "trees.geojson", tmp_path / "pumps.geojson"]
    for number, file in enumerate(files):
        file.write_bytes(CONTENT.replace(b"Tree", b"Pump") if number else CONTENT)
    visited = bring("de")
    drop(visited, files)
    dialog = visited.page.get_by_role("dialog", name="Eigene Daten hinzufügen")
    legend = visited.map.locator(".atlas-layers")
    expect(legend).to_contain_text("pumps")
    title = dialog.get_by_label("Name der Ebene: trees")
    title.fill("")
    title.press("Tab")
    expect(title).to_have_value("trees")
    title.fill("Bäume <b>&amp; $x$")
    title.press("Tab")
    row = legend.locator("> li", has_text="Bäume <b>&amp; $x$")
    expect(row).to_have_count(1)
    expect(legend.locator("> li", has_text="trees")).to_have_count(0)
    dialog.get_by_label("Farbe der Ebene: Bäume").fill("#00aa00")
    shapes = visited.map.locator('path[data-feature^="own_"]:not(.atlas-hit)')
    expect(visited.map.locator('path[data-feature^="own_"][stroke="#00aa00"]')).to_have_count(5)
    row.get_by_role("checkbox").click()
    expect(shapes).to_have_count(5)
    dialog.get_by_label("Farbe der Ebene: Bäume").fill("#aa00aa")
    expect(row.get_by_role("checkbox")).not_to_be_checked()
    expect(shapes).to_have_count(5)
    with visited.page.expect_download() as saved:
        dialog.get_by_role("link", name="Speichern als CSV: pumps").click()
    assert saved.value.suggested_filename == "pumps.csv"
    assert "Pump 4" in Path(saved.value.path()).read_text(encoding="utf-8-sig")
    assert visited.errors == []


@pytest.mark.browser
def test_the_dialog_is_worked_by_keyboard_alone(bring, tmp_path):
    file = tmp_path / "trees.geojson"
    file.write_bytes(CONTENT)
    visited = bring()
    keyboard = visited.page.keyboard
    focused = visited.page.locator(":focus")

    def tab_to(locator):
        for _ in range(20):
            keyboard.press("Tab")
            if locator.evaluate("(node) => node === document.activeElement"):
                return
        raise AssertionError(f"no Tab leads to {locator}")

    button = visited.page.get_by_role("button", name="Add your own data")
    button.focus()
    keyboard.press("Enter")
    dialog = visited.page.get_by_role("dialog", name="Add your own data")
    expect(dialog).to_be_visible()
    tab_to(visited.page.locator("#atlas-own-input"))
    choosers = []
    visited.page.on("filechooser", lambda chooser: choosers.append(chooser))
    for _ in range(3):  # on a busy machine, a key may come before the listener
        if not choosers:
            keyboard.press("Enter")
            visited.page.wait_for_timeout(1000)
    choosers[0].set_files([file])
    title = dialog.get_by_label("Name of the layer: trees")
    expect(title).to_be_visible(timeout=60_000)
    tab_to(title)
    keyboard.type("My trees")
    keyboard.press("Enter")
    expect(visited.map.locator(".atlas-layers > li", has_text="My trees")).to_have_count(1)
    expect(focused).to_have_value("My trees")
    tab_to(dialog.get_by_role("link", name="Save as GeoParquet: My trees"))
    tab_to(dialog.get_by_role("button", name="Show on the map: My trees"))
    tab_to(dialog.get_by_role("button", name="Remove: trees.geojson"))
    keyboard.press("Enter")
    expect(dialog.get_by_role("listitem")).to_have_count(0)
    keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    assert visited.errors == []


@pytest.mark.browser
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_dialog_and_report_are_accessible(bring, tmp_path, color_scheme, width):
    trees, wrong, elsewhere = (tmp_path / f"{name}.geojson" for name in ("trees", "wrong", "elsewhere"))
    trees.write_bytes(CONTENT)
    wrong.write_bytes(b"{")
    elsewhere.write_bytes(CONTENT.replace(b"52.3", b"471000.5"))
    visited = bring("de", color_scheme=color_scheme, viewport={"width": width, "height": 844})
    visited.page.evaluate("document.querySelector('#atlas-own').showPopover()")
    assert violations(visited.page, within="#atlas-own") == []
    drop(visited, [trees, wrong, elsewhere])
    expect(
        visited.page.get_by_label("In welchem Koordinatensystem (CRS) sind die Koordinaten?")
    ).to_have_count(1)
    assert violations(visited.page, within="#atlas-own") == []
    box = visited.page.locator("#atlas-own").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    overflow = "(node) => node.scrollWidth > node.clientWidth"
    assert not visited.page.locator("#atlas-own").evaluate(overflow)


def corpus_batches(size=18):
    """Return the corpus in parts that one session has room for."""
    files = sorted(path for path in paths() if path.is_file() and path.parent.name in ("odd", "hostile"))
    batches = defaultdict(list)
    for number, path in enumerate(files):
        batches[number // size].append(path)
    return list(batches.values())


@pytest.mark.browser
def test_nothing_in_any_file_of_the_corpus_trips_the_wire(bring):
    visited = bring("de")
    for batch in corpus_batches():
        drop(visited, batch)
        rows = visited.page.locator("#atlas-own li")
        said = rows.evaluate_all(SAID)
        silent = [name for name, text in said if not text]
        assert silent == [], "each file has a sentence"
        shapes = visited.map.locator('path[data-feature^="own_"]:not(.atlas-hit)')
        if shapes.count():
            visited.page.evaluate("document.querySelector('#atlas-own').hidePopover()")
            shapes.first.dispatch_event("click")
            visited.map.locator(".atlas-popup").wait_for()
        # The next have room once these are gone.
        visited.page.evaluate(CLEAR)
        expect(rows).to_have_count(0)
        assert visited.errors == []
    assert visited.page.evaluate("window.__pwned === undefined")
    assert visited.other_hosts() == []
