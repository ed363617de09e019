"""Data that people bring along: kept in memory for one session, for nobody else, and gone with it."""

from __future__ import annotations

import logging
import os
import re
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from dashboard.porter import Parcel, Porter, Receipt
from geodata import Atlas, LayerData
from geodata.admission import Account
from geodata.errors import Problem, told
from geodata.large import LargeLayer
from geodata.limits import Limits

LIMITS = Limits()

log = logging.getLogger(__name__)

TOKEN = re.compile(r"[\w-]{22,64}")

REPLICA_VARIABLE = "TWENTE_ATLAS_REPLICA"
"""Environment variable with the name of this server among several; a proxy finds it again by the token."""

MAX_FILES = 20
"""Of one visit at a time."""
MAX_VISIT_BYTES = 3 * LIMITS.max_bytes
"""Of the files of one visit together."""
MAX_BYTES = 12 * LIMITS.max_bytes
"""Of the files of all visits together: memory is not without end."""

WORKERS = 2
"""So many files are read at a time, in as many processes."""

LINGER_SECONDS = 120
"""A session whose connection dropped may come back within this; Streamlit waits as long."""

COLORS = (
    ("#b5305f", "#ff8fb4"),
    ("#1f6f8b", "#7cc7e0"),
    ("#8a5a00", "#f0b95a"),
    ("#5b3fa8", "#b9a4f5"),
    ("#2f7a2f", "#86d486"),
    ("#a33b14", "#ff9f78"),
)
"""Of the layers of a visit, one after the other: on the light map, and on the dark one."""

State = Literal["reading", "building", "ready", "refused"]


@dataclass
class OwnLayer:
    """A layer of somebody's own, and where the features of its table went."""

    data: LayerData | LargeLayer
    account: Account


@dataclass
class OwnFile:
    """A file that somebody brought."""

    name: str
    size: int
    """In bytes, as it came."""
    content: bytes = b""
    """Until it has been read, or as long as it is not known in which CRS it is."""
    id: str = field(default_factory=lambda: secrets.token_hex(8))
    state: State = "reading"
    part: float = 0.0
    """Of the work of building, from 0 to 1."""
    layers: dict[str, OwnLayer] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    needs_crs: bool = False
    folder: Path | None = None
    """Of a large layer's build; removed with the file."""
    is_gone: bool = False
    """Whether it was taken away, also while it was still being read."""


@dataclass(frozen=True, eq=False)
class OwnAtlas(Atlas):
    """The atlas as one session sees it, with layers that nobody else has."""

    base: Atlas | None = None
    """The atlas that all share; what is kept in caches is kept for this one."""


def shared(atlas: Atlas) -> Atlas:
    """Return the part of an atlas that all share."""
    return atlas.base if isinstance(atlas, OwnAtlas) and atlas.base is not None else atlas


def new_token() -> str:
    """Return a token that nobody can guess, after the name of this server where it has one."""
    name = os.environ.get(REPLICA_VARIABLE, "")
    return f"{name}-{secrets.token_urlsafe(32)}" if name else secrets.token_urlsafe(32)


class Visit:
    """What one session brought."""

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        self.token = new_token()
        self.files: dict[str, OwnFile] = {}
        self.seen = time.monotonic()
        """When its session was last known to be there."""
        self.colors = 0
        """Given so far."""
        self._atlas: tuple[Atlas, tuple[str, ...], OwnAtlas] | None = None

    @property
    def layers(self) -> dict[str, OwnLayer]:
        """All layers, by id, in the order in which they came."""
        return {key: layer for file in list(self.files.values()) for key, layer in file.layers.items()}

    @property
    def size(self) -> int:
        """Of all files together, in bytes."""
        return sum(file.size for file in list(self.files.values()))

    def atlas(self, base: Atlas) -> Atlas:
        """Return an atlas with the layers of this visit in it; the same one until they change."""
        layers = self.layers
        if not layers:
            return base
        if self._atlas is None or self._atlas[0] is not base or self._atlas[1] != tuple(layers):
            self._atlas = (base, tuple(layers), _with_own(base, layers))
        return self._atlas[2]


def _with_own(base: Atlas, layers: dict[str, OwnLayer]) -> OwnAtlas:
    small = {key: own.data for key, own in layers.items() if isinstance(own.data, LayerData)}
    large = {key: own.data for key, own in layers.items() if isinstance(own.data, LargeLayer)}
    entries = {key: own.data.layer for key, own in layers.items()}
    catalog = base.catalog.model_copy(update={"layers": {**base.catalog.layers, **entries}})
    values = {name: getattr(base, name) for name in Atlas.__dataclass_fields__}
    parts = {"catalog": catalog, "layers": {**base.layers, **small}, "large": {**base.large, **large}}
    return OwnAtlas(**{**values, **parts}, base=base)


class FullError(Exception):
    """There is no room for another file, in this `visit` or on the whole `server`."""

    def __init__(self, room: Literal["visit", "server"]) -> None:
        self.room = room
        super().__init__(room)


class Visits:
    """All sessions that are here, by their token."""

    def __init__(self, is_here: Callable[[str], bool]) -> None:
        self.is_here = is_here
        """Whether a session (by its id) has a connection."""
        self._visits: dict[str, Visit] = {}
        self._lock = threading.Lock()
        self._receiving = 0
        """Bytes that are on their way."""
        self._work = ThreadPoolExecutor(WORKERS, thread_name_prefix="own")
        self._porters = threading.local()
        self._sweeper: threading.Thread | None = None

    def open(self, session_id: str) -> Visit:
        """Begin a visit; it lasts as long as its session."""
        visit = Visit(session_id)
        with self._lock:
            self._visits[visit.token] = visit
            if self._sweeper is None:
                self._sweeper = threading.Thread(target=self._sweep, daemon=True)
                self._sweeper.start()
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
            if len(visit.files) >= MAX_FILES or visit.size + size > MAX_VISIT_BYTES:
                raise FullError("visit")
            taken = sum(other.size for other in self._visits.values())
            if taken + self._receiving + size > MAX_BYTES:
                raise FullError("server")
            self._receiving += size

    def release(self, size: int) -> None:
        """Give back room that was made for bytes on their way."""
        with self._lock:
            self._receiving -= size

    def add(self, visit: Visit, name: str, content: bytes, kind: str) -> OwnFile:
        """Take in a file; it is read beside all else."""
        file = OwnFile(name, len(content), content)
        visit.files[file.id] = file
        self._work.submit(self._read, visit, file, None, kind)
        return file

    def read_again(self, visit: Visit, file: OwnFile, crs: str, kind: str) -> None:
        """Read a file once more, as somebody has said in which CRS it is."""
        if file.content and file.state in ("ready", "refused"):
            file.state, file.layers, file.problems = "reading", {}, ()
            self._work.submit(self._read, visit, file, crs, kind)

    def remove(self, visit: Visit, file_id: str) -> None:
        """Take a file away with its layers, also while it is still being read."""
        file = visit.files.pop(file_id, None)
        if file is not None:
            file.is_gone, file.content, file.layers = True, b"", {}
            _remove_folder(file)

    def close(self, visit: Visit) -> None:
        """End a visit, and forget all that it brought."""
        with self._lock:
            self._visits.pop(visit.token, None)
        for file_id in list(visit.files):
            self.remove(visit, file_id)
        visit._atlas = None

    def _read(self, visit: Visit, file: OwnFile, crs: str | None, kind: str) -> None:
        try:
            self._read_file(visit, file, crs, kind)
        except Exception:
            log.exception("reading a file of %d bytes failed", file.size)
            what, mend = told("can't be read"), told("Try again later.")
            file.problems = (Problem(file.name, None, what, mend),)
            file.state = "refused"

    def _read_file(self, visit: Visit, file: OwnFile, crs: str | None, kind: str) -> None:
        if file.is_gone:
            return
        if not hasattr(self._porters, "porter"):
            self._porters.porter = Porter()
        porter: Porter = self._porters.porter
        file.folder = file.folder or Path(tempfile.mkdtemp(prefix="twente-atlas-own-"))

        def on_progress(_: str, part: float) -> None:
            file.state, file.part = "building", part

        parcel = Parcel(file.name, file.content, crs, kind, file.folder)
        receipt = porter.carry(parcel, on_progress, lambda: file.is_gone)
        if file.is_gone:
            _remove_folder(file)
            return
        layers = dict(_colored(visit, receipt))
        # The same file once more takes the place of the one before.
        for other in [other for other in visit.files.values() if other is not file]:
            if set(other.layers) & set(layers):
                self.remove(visit, other.id)
        file.layers, file.problems, file.needs_crs = layers, receipt.problems, receipt.needs_crs
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
                elif now - visit.seen > LINGER_SECONDS:
                    self.close(visit)


def _colored(visit: Visit, receipt: Receipt) -> Iterator[tuple[str, OwnLayer]]:
    """Yield the layers of a file by id, each in a color of its own."""
    found: list[tuple[LayerData | LargeLayer, Account]] = [(own.data, own.report) for own in receipt.layers]
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
