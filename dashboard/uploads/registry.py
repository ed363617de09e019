"""Keeps the uploads of all sessions, reads them in the background and forgets them with their session."""

import logging
import queue
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from dashboard.background.temp_folders import TempFolders
from dashboard.uploads.model import UploadedFile, UploadedLayer, UploadSession
from dashboard.uploads.reader_process import ReaderProcess, ReadRequest, ReadResult
from geodata import LayerData
from geodata.errors import Problem, message
from geodata.large.built_layer import BuiltLayer
from geodata.reading.limits import Limits
from geodata.uploads.result import Account

LIMITS = Limits()

log = logging.getLogger(__name__)

TOKEN = re.compile(r"[\w-]{22,64}")

MAX_FILES = 20
"""Maximum number of files of a session."""
MAX_SESSION_BYTES = 3 * LIMITS.max_bytes
"""Maximum size of all files of a session."""
MAX_BYTES = 12 * LIMITS.max_bytes
"""Maximum size of all files of all sessions, as they are kept in memory."""

WORKERS = 2
"""Number of files that are read at the same time, each in its own process."""

LINGER_SECONDS = 120
"""Default time in which a session that lost its connection can resume."""

COLORS = (
    ("#b5305f", "#ff8fb4"),
    ("#1f6f8b", "#7cc7e0"),
    ("#8a5a00", "#f0b95a"),
    ("#5b3fa8", "#b9a4f5"),
    ("#2f7a2f", "#86d486"),
    ("#a33b14", "#ff9f78"),
)
"""Colors of a session's layers in turn: on the light map, and on the dark one."""


class FullError(Exception):
    """No room for another file, in this `session` or on the whole `server`."""

    def __init__(self, room: Literal["session", "server"]) -> None:
        self.room = room
        super().__init__(room)


@dataclass(frozen=True)
class Job:
    """A file that waits to be read."""

    session: UploadSession
    file: UploadedFile
    crs: str | None
    """CRS of its coordinates, if its owner stated one."""
    kind: str
    """Name of features that have none."""


class UploadSessions:
    """The uploads of all sessions, by token."""

    def __init__(self, is_connected: Callable[[str], bool] = lambda _: True) -> None:
        self.is_connected = is_connected
        """Tells whether a session (by its Streamlit id) has a connection."""
        self.linger_s: Callable[[], float] = lambda: LINGER_SECONDS
        """Returns how long a session that lost its connection can resume, in seconds."""
        self._sessions: dict[str, UploadSession] = {}
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self._temp_folders = TempFolders()
        self._has_begun = False

    def open(self, session_id: str) -> UploadSession:
        """Start keeping uploads of a Streamlit session."""
        session = UploadSession(session_id)
        with self._lock:
            self._sessions[session.token] = session
            if not self._has_begun:
                self._has_begun = True
                for work in (self._sweep, *[self._work] * WORKERS):
                    threading.Thread(target=work, daemon=True).start()
        return session

    def find(self, token: str) -> UploadSession | None:
        """Return the session of a token, or `None` if unknown or over."""
        return self._sessions.get(token) if TOKEN.fullmatch(token) else None

    def resume(self, token: str, session_id: str) -> UploadSession | None:
        """Connect uploads to the new Streamlit session of a reloaded page."""
        session = self.find(token)
        if session is None or (session.session_id != session_id and self.is_connected(session.session_id)):
            return None
        session.session_id, session.seen = session_id, time.monotonic()
        return session

    def reserve(self, session: UploadSession, size: int) -> None:
        """Reserve room for bytes that are being uploaded; raises `FullError` if there is none."""
        with self._lock:
            if len(session.files) >= MAX_FILES or session.size + session.receiving + size > MAX_SESSION_BYTES:
                raise FullError("session")
            if sum(other.size + other.receiving for other in self._sessions.values()) + size > MAX_BYTES:
                raise FullError("server")
            session.receiving += size

    def release(self, session: UploadSession, size: int) -> None:
        """Release reserved room."""
        with self._lock:
            session.receiving -= size

    def add(self, session: UploadSession, name: str, content: bytes, kind: str) -> UploadedFile:
        """Add a file, which is then read in the background."""
        file = UploadedFile(name, len(content), content)
        session.files[file.id] = file
        self._waiting.put(Job(session, file, None, kind))
        return file

    def read_again(self, session: UploadSession, file: UploadedFile, crs: str, kind: str) -> None:
        """Read a file again in the CRS that its owner stated."""
        if file.content and file.state in ("ready", "refused"):
            file.state, file.layers, file.problems = "reading", {}, ()
            self._waiting.put(Job(session, file, crs, kind))

    def remove(self, session: UploadSession, file_id: str) -> None:
        """Remove a file and its layers, even while it is being read."""
        file = session.files.pop(file_id, None)
        if file is not None:
            file.is_gone, file.content, file.layers = True, b"", {}
            _remove_folder(file)

    def replace_layer(self, session: UploadSession, layer_id: str, layer: UploadedLayer) -> None:
        """Replace a layer by its edited version."""
        for file in list(session.files.values()):
            if layer_id in file.layers:
                file.layers = {**file.layers, layer_id: layer}

    def close(self, session: UploadSession) -> None:
        """Close a session and remove its uploads."""
        with self._lock:
            self._sessions.pop(session.token, None)
        for file_id in list(session.files):
            self.remove(session, file_id)
        session.forget()

    def _work(self) -> None:
        """Read waiting files, one after the other."""
        reader = ReaderProcess()
        while True:
            job = self._waiting.get()
            try:
                self._read(reader, job)
            except Exception:
                file = job.file
                log.exception("Reading an upload of %d bytes failed", file.size)
                what, mend = message("can't be read"), message("Try again later.")
                file.problems = (Problem(file.name, None, what, mend),)
                file.state = "refused"

    def _read(self, reader: ReaderProcess, job: Job) -> None:
        session, file = job.session, job.file
        if file.is_gone:
            return
        with suppress(OSError):  # without a folder, only small files can be read
            file.folder = file.folder or self._temp_folders.folder()

        def on_progress(_: str, part: float) -> None:
            file.state, file.part = "building", part

        request = ReadRequest(file.name, file.content, job.crs, job.kind, file.folder)
        result = reader.read(request, on_progress, lambda: file.is_gone)
        if file.is_gone:
            _remove_folder(file)
            return
        layers = dict(_colored(session, result))
        file.layers, file.problems, file.needs_crs = layers, result.problems, result.needs_crs
        # A file that is uploaded again replaces the earlier one, which has the same layer ids.
        for other in [other for other in list(session.files.values()) if other is not file]:
            if set(other.layers) & set(layers):
                self.remove(session, other.id)
        file.content = file.content if result.needs_crs else b""
        file.state = "ready" if layers else "refused"
        if not result.large:
            _remove_folder(file)

    def _sweep(self) -> None:
        """Close sessions that lost their connection; Streamlit forgets them only when others connect."""
        while True:
            time.sleep(5)
            now = time.monotonic()
            for session in list(self._sessions.values()):
                if self.is_connected(session.session_id):
                    session.seen = now
                elif now - session.seen > self.linger_s():
                    self.close(session)


UPLOAD_SESSIONS = UploadSessions()
"""The uploads of this server; the page says which sessions are connected."""


def _colored(session: UploadSession, result: ReadResult) -> Iterator[tuple[str, UploadedLayer]]:
    """Yield the layers of a file by id, each in another color."""
    found: list[tuple[LayerData | BuiltLayer, Account]] = [
        (layer.data, layer.report) for layer in result.layers
    ]
    for data, account in [*found, *result.large]:
        color, dark_color = COLORS[session.colors % len(COLORS)]
        session.colors += 1
        style = data.layer.style.model_copy(update={"color": color, "dark_color": dark_color})
        layer = data.layer.model_copy(update={"style": style})
        yield layer.id, UploadedLayer(replace(data, layer=layer), account)


def _remove_folder(file: UploadedFile) -> None:
    if file.folder is not None:
        shutil.rmtree(file.folder, ignore_errors=True)
        file.folder = None
