"""All sessions that are here with data of their own: taken in, read beside all else, forgotten with them."""

from __future__ import annotations

import logging
import queue
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Literal

from dashboard.background.temp_folders import Scratch
from dashboard.uploads.model import OwnFile, OwnLayer, Visit
from dashboard.uploads.reader_process import Parcel, Porter, Receipt
from geodata import LayerData
from geodata.errors import Problem, message
from geodata.large.layer import BuiltLayer
from geodata.reading.limits import Limits
from geodata.uploads.result import Account

LIMITS = Limits()

log = logging.getLogger(__name__)

TOKEN = re.compile(r"[\w-]{22,64}")

MAX_FILES = 20
"""Of one visit at a time."""
MAX_VISIT_BYTES = 3 * LIMITS.max_bytes
"""Of the files of one visit together."""
MAX_BYTES = 12 * LIMITS.max_bytes
"""Of the files of all visits together: memory is not without end."""

WORKERS = 2
"""So many files are read at a time, in as many processes."""

LINGER_SECONDS = 120
"""A session whose connection dropped may come back within this, unless the settings say otherwise."""

COLORS = (
    ("#b5305f", "#ff8fb4"),
    ("#1f6f8b", "#7cc7e0"),
    ("#8a5a00", "#f0b95a"),
    ("#5b3fa8", "#b9a4f5"),
    ("#2f7a2f", "#86d486"),
    ("#a33b14", "#ff9f78"),
)
"""Of the layers of a visit, one after the other: on the light map, and on the dark one."""


class FullError(Exception):
    """There is no room for another file, in this `visit` or on the whole `server`."""

    def __init__(self, room: Literal["visit", "server"]) -> None:
        self.room = room
        super().__init__(room)


class Visits:
    """All sessions that are here, by their token."""

    def __init__(
        self, is_here: Callable[[str], bool], linger_s: Callable[[], float] = lambda: LINGER_SECONDS
    ) -> None:
        self.is_here = is_here
        """Whether a session (by its id) has a connection."""
        self.linger_s = linger_s
        """How long a session whose connection dropped may come back."""
        self._visits: dict[str, Visit] = {}
        self._lock = threading.Lock()
        self._waiting: queue.SimpleQueue[tuple[Visit, OwnFile, str | None, str]] = queue.SimpleQueue()
        self._scratch = Scratch()
        self._has_begun = False

    def open(self, session_id: str) -> Visit:
        """Begin a visit; it lasts as long as its session."""
        visit = Visit(session_id)
        with self._lock:
            self._visits[visit.token] = visit
            if not self._has_begun:
                self._has_begun = True
                # None of them keeps a server from ending.
                for work in (self._sweep, *[self._work] * WORKERS):
                    threading.Thread(target=work, daemon=True).start()
        return visit

    def find(self, token: str) -> Visit | None:
        """Return the visit of a token, or `None` where it is over, or never was."""
        return self._visits.get(token) if TOKEN.fullmatch(token) else None

    def adopt(self, token: str, session_id: str) -> Visit | None:
        """Hand a visit on to the session that its page has after a reload."""
        visit = self.find(token)
        if visit is None or (visit.session_id != session_id and self.is_here(visit.session_id)):
            return None
        visit.session_id, visit.seen = session_id, time.monotonic()
        return visit

    def reserve(self, visit: Visit, size: int) -> None:
        """Make room for bytes that arrive; raises `FullError` where there is none."""
        with self._lock:
            if len(visit.files) >= MAX_FILES or visit.size + visit.receiving + size > MAX_VISIT_BYTES:
                raise FullError("visit")
            if sum(other.size + other.receiving for other in self._visits.values()) + size > MAX_BYTES:
                raise FullError("server")
            visit.receiving += size

    def release(self, visit: Visit, size: int) -> None:
        """Give back room that was made for bytes on their way."""
        with self._lock:
            visit.receiving -= size

    def add(self, visit: Visit, name: str, content: bytes, kind: str) -> OwnFile:
        """Take in a file; it is read beside all else."""
        file = OwnFile(name, len(content), content)
        visit.files[file.id] = file
        self._waiting.put((visit, file, None, kind))
        return file

    def read_again(self, visit: Visit, file: OwnFile, crs: str, kind: str) -> None:
        """Read a file once more, as somebody has said in which CRS it is."""
        if file.content and file.state in ("ready", "refused"):
            file.state, file.layers, file.problems = "reading", {}, ()
            self._waiting.put((visit, file, crs, kind))

    def remove(self, visit: Visit, file_id: str) -> None:
        """Take a file away with its layers, also while it is still being read."""
        file = visit.files.pop(file_id, None)
        if file is not None:
            file.is_gone, file.content, file.layers = True, b"", {}
            _remove_folder(file)

    def replace_layer(self, visit: Visit, layer_id: str, layer: OwnLayer) -> None:
        """Put a layer in the place of the one that it was made of."""
        for file in list(visit.files.values()):
            if layer_id in file.layers:
                file.layers = {**file.layers, layer_id: layer}

    def close(self, visit: Visit) -> None:
        """End a visit, and forget all that it brought."""
        with self._lock:
            self._visits.pop(visit.token, None)
        for file_id in list(visit.files):
            self.remove(visit, file_id)
        visit.forget()

    def _work(self) -> None:
        """Read one file after the other."""
        porter = Porter()
        while True:
            self._read(porter, *self._waiting.get())

    def _read(self, porter: Porter, visit: Visit, file: OwnFile, crs: str | None, kind: str) -> None:
        try:
            self._read_file(porter, visit, file, crs, kind)
        except Exception:
            log.exception("reading a file of %d bytes failed", file.size)
            what, mend = message("can't be read"), message("Try again later.")
            file.problems = (Problem(file.name, None, what, mend),)
            file.state = "refused"

    def _read_file(self, porter: Porter, visit: Visit, file: OwnFile, crs: str | None, kind: str) -> None:
        if file.is_gone:
            return
        with suppress(OSError):  # where nothing can be written, what is not large is read all the same
            file.folder = file.folder or self._scratch.folder()

        def on_progress(_: str, part: float) -> None:
            file.state, file.part = "building", part

        parcel = Parcel(file.name, file.content, crs, kind, file.folder)
        receipt = porter.carry(parcel, on_progress, lambda: file.is_gone)
        if file.is_gone:
            _remove_folder(file)
            return
        layers = dict(_colored(visit, receipt))
        file.layers, file.problems, file.needs_crs = layers, receipt.problems, receipt.needs_crs
        # The same file once more takes the place of the one before, whose layers somebody may be fetching.
        for other in [other for other in list(visit.files.values()) if other is not file]:
            if set(other.layers) & set(layers):
                self.remove(visit, other.id)
        file.content = file.content if receipt.needs_crs else b""
        file.state = "ready" if layers else "refused"
        if not receipt.large:
            _remove_folder(file)

    def _sweep(self) -> None:
        """End visits whose session is over: Streamlit itself forgets sessions only as others come and go."""
        while True:
            time.sleep(5)
            now = time.monotonic()
            for visit in list(self._visits.values()):
                if self.is_here(visit.session_id):
                    visit.seen = now
                elif now - visit.seen > self.linger_s():
                    self.close(visit)


def _colored(visit: Visit, receipt: Receipt) -> Iterator[tuple[str, OwnLayer]]:
    """Yield the layers of a file by id, each in a color of its own."""
    found: list[tuple[LayerData | BuiltLayer, Account]] = [(own.data, own.report) for own in receipt.layers]
    for data, account in [*found, *receipt.large]:
        color, dark_color = COLORS[visit.colors % len(COLORS)]
        visit.colors += 1
        style = data.layer.style.model_copy(update={"color": color, "dark_color": dark_color})
        layer = data.layer.model_copy(update={"style": style})
        yield layer.id, OwnLayer(replace(data, layer=layer), account)


def _remove_folder(file: OwnFile) -> None:
    if file.folder is not None:
        shutil.rmtree(file.folder, ignore_errors=True)
        file.folder = None
