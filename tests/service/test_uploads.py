"""Uploads are shown to their owner alone, reported in plain words, and removed with the session."""

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import geopandas as gpd
import pytest
from starlette.exceptions import HTTPException

from dashboard.uploads.layer_edits import layer_file, with_color, with_title
from dashboard.uploads.reader_process import ReaderProcess, ReadRequest
from dashboard.uploads.registry import LINGER_SECONDS, MAX_FILES, MAX_SESSION_BYTES, FullError, UploadSessions
from tests.support.uploading import CONTENT, TREES
from tests.support.waiting import wait_for


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
    wait_for(lambda: file.state == "ready")
    [layer_id] = anna.layers
    mine = anna.atlas(atlas)
    assert mine.feature(f"{layer_id}.1").properties["name"] == "Tree 0"
    assert anna.atlas(atlas) is mine, "the same object until something changes"
    assert mine.shared is atlas
    assert ben.atlas(atlas) is atlas
    assert atlas.feature(f"{layer_id}.1") is None
    assert file.content == b"", "a file that has been read is not kept twice"
    sessions.remove(anna, file.id)
    assert anna.atlas(atlas) is atlas


def test_uploads_are_removed_some_time_after_their_session_lost_its_connection(sessions):
    session = sessions.open("anna")
    file = sessions.add(session, "trees.geojson", CONTENT, "Feature")
    wait_for(lambda: file.state == "ready")
    sessions.here.clear()
    session.seen -= LINGER_SECONDS + 1
    wait_for(lambda: sessions.find(session.token) is None, 20)
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
    assert "makes the reader crash" in refused.problems[0].what
    assert len(reader.read(request(), lambda *_: None, is_cancelled).layers) == 1
    reader.stop()


def test_a_file_is_read_where_nothing_can_be_written(sessions, monkeypatch):
    def fail():
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(sessions._temp_folders, "folder", fail)
    session = sessions.open("anna")
    file = sessions.add(session, "trees.geojson", CONTENT, "Feature")
    many = {**TREES, "features": TREES["features"] * 2500}
    large = sessions.add(session, "forest.geojson", json.dumps(many).encode(), "Feature")
    wait_for(lambda: file.state == "ready" and large.state == "refused")
    assert "no room to prepare it" in large.problems[0].what


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
    wait_for(lambda: not reader.exists() or reader.read_text().split()[2] == "Z")


def test_a_layer_is_renamed_and_recolored(sessions, atlas):
    session = sessions.open("anna")
    file = sessions.add(session, "trees.geojson", CONTENT, "Feature")
    wait_for(lambda: file.state == "ready")
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
    wait_for(lambda: file.state == "ready")
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
    wait_for(lambda: file.state == "ready")
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
    wait_for(lambda: file.state == "ready")
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
