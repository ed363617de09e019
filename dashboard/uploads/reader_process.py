"""Files that people bring, read in a process of its own: one that hangs or crashes takes nobody along."""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from dashboard.background.child_process import begin, end, line_to_server
from geodata.errors import BuildError, Problem, message
from geodata.json_object import JsonObject
from geodata.large.layer import BuiltLayer
from geodata.uploads.result import Account, AdmittedLayer

IDLE_SECONDS = 30
"""After so long without work, the process ends; it begins again with the next file."""

READING_SECONDS = 60
"""For a file that is read into memory, from its arrival on; the gate itself gives up sooner."""

BUILDING_SECONDS = 900
"""For one that is built like a large layer."""

MEMORY_BYTES = 4 << 30
"""Of the process, where the system can hold it to that."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Parcel:
    """A file on its way to the gate."""

    name: str
    content: bytes
    crs: str | None
    """Of its coordinates, where somebody says it (`EPSG:28992`)."""
    kind: str
    """What a feature without a name is called."""
    folder: Path | None
    """Where a large file may be built; `None` where nothing can be written."""


@dataclass(frozen=True)
class Receipt:
    """What the gate made of a file."""

    layers: tuple[AdmittedLayer, ...] = ()
    large: tuple[tuple[BuiltLayer, Account], ...] = ()
    problems: tuple[Problem, ...] = ()
    needs_crs: bool = False


class Porter:
    """One process that takes one file at a time through the gate."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._heard: queue.SimpleQueue[object] = queue.SimpleQueue()

    def carry(self, parcel: Parcel, on_progress: Progress, is_cancelled: Callable[[], bool]) -> Receipt:
        """Take a file through the gate, and return what came of it.

        A file that takes too long or brings the process down is refused; nothing of it stays.
        """
        self._send(parcel)
        is_building, limit = False, time.monotonic() + READING_SECONDS
        while not is_cancelled():
            if time.monotonic() > limit:
                self.stop()
                return _refusal(parcel, message("takes too long to read"))
            try:
                received = self._heard.get(timeout=0.1)
            except queue.Empty:
                continue
            if received is None:
                self.stop()
                return _refusal(parcel, message("can't be read: it brings the reader down"))
            if isinstance(received, Receipt):
                return received
            if not is_building:
                is_building, limit = True, time.monotonic() + BUILDING_SECONDS
            step, part = cast("tuple[str, float]", received)
            on_progress(step, part)
        self.stop()
        return Receipt()

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            end(process)

    def _send(self, parcel: Parcel) -> None:
        """Hand a file over, to a new process where there is none, or the one that was there has ended."""
        for _ in range(2):
            if self._process is None or self._process.poll() is not None:
                self._begin()
            process = cast("subprocess.Popen[bytes]", self._process)
            with suppress(OSError):
                pickle.dump(parcel, cast("BinaryIO", process.stdin))
                cast("BinaryIO", process.stdin).flush()
                return

    def _begin(self) -> None:
        self.stop()
        self._process = process = begin("dashboard.uploads.reader_process")
        self._heard = heard = queue.SimpleQueue[object]()

        def listen() -> None:
            with suppress(EOFError, OSError, ValueError, pickle.UnpicklingError):
                while True:
                    heard.put(pickle.load(cast("BinaryIO", process.stdout)))  # noqa: S301 - from ourselves
            heard.put(None)

        threading.Thread(target=listen, daemon=True).start()


def _refusal(parcel: Parcel, what: str) -> Receipt:
    mend = message("Give a part of it, or export it again from the program that it is from.")
    return Receipt(problems=(Problem(Path(parcel.name).name, None, what, mend),))


def work() -> None:
    """Read one file after another from standard input until none has come for a while."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    line = line_to_server()

    def answer(message: object) -> None:
        pickle.dump(message, line)
        line.flush()

    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            idle = threading.Timer(IDLE_SECONDS, os._exit, [0])
            idle.daemon = True
            idle.start()
            parcel: Parcel = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the server, which began this process
            idle.cancel()
            answer(_admit(parcel, lambda step, part: answer((step, part))))


def _admit(parcel: Parcel, tell: Progress) -> Receipt:
    from geodata.uploads.admit import admit, prepare_large

    options: JsonObject = {"crs": parcel.crs, "kind": parcel.kind}
    admission = admit(parcel.name, parcel.content, **options)
    if not admission.is_large:
        return Receipt(admission.layers, (), admission.problems, admission.needs_crs)
    tell("", 0.0)
    if parcel.folder is None:
        what = message("is large, and the server has no room to make it ready")
        return _refusal(parcel, what)
    try:
        prepared = prepare_large(parcel.name, parcel.content, parcel.folder, **options)
        return _build(prepared.layers, prepared.problems, parcel.folder, tell)
    except (BuildError, OSError) as error:
        what = message("can't be made ready: {cause}", cause=error)
        return Receipt(problems=(Problem(Path(parcel.name).name, None, what, message("Try again later.")),))


def _build(layers: Any, problems: tuple[Problem, ...], folder: Path, tell: Progress) -> Receipt:
    from geodata.large.build import build_layer

    built = []
    for place, layer in enumerate(layers):

        def on_progress(step: str, part: float, place: int = place) -> None:
            tell(step, (place + part) / len(layers))

        large = build_layer(layer, folder, cache=folder, on_progress=on_progress)
        report = large.report
        account = Account(report.count_in, report.count, report.repaired, report.left_out)
        built.append((large, account))
    return Receipt(large=tuple(built), problems=problems)


if __name__ == "__main__":
    # Under its own name, so that what it sends is known there.
    from dashboard.uploads import reader_process

    reader_process.work()
