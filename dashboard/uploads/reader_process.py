"""Reads uploads in a subprocess, so that a crash or an endless loop cannot stop the server."""

import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from dashboard.background.child_process import begin, end, line_to_server
from geodata import Layer
from geodata.errors import BuildError, Problem, message
from geodata.large.built_layer import BuiltLayer
from geodata.uploads.result import Account, AdmittedLayer

IDLE_SECONDS = 30
"""The process ends after this time without a file; the next file starts a new one."""

READING_SECONDS = 60
"""Maximum time for a file that is read into memory, from its arrival on."""

BUILDING_SECONDS = 900
"""Maximum time for building a large file."""

MEMORY_BYTES = 4 << 30
"""Memory limit of the process, where the operating system can enforce one."""

Progress = Callable[[str, float], None]
"""Called with a step and its progress from 0 to 1."""


@dataclass(frozen=True)
class ReadRequest:
    """A file to be read."""

    name: str
    content: bytes
    crs: str | None
    """CRS of its coordinates, if given (`EPSG:28992`)."""
    kind: str
    """Name of features that have none."""
    folder: Path | None
    """Where a large file may be built; `None` if nothing can be written."""


@dataclass(frozen=True)
class ReadResult:
    """The layers and problems of a file."""

    layers: tuple[AdmittedLayer, ...] = ()
    large: tuple[tuple[BuiltLayer, Account], ...] = ()
    problems: tuple[Problem, ...] = ()
    needs_crs: bool = False


class ReaderProcess:
    """A subprocess that reads one file at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._messages: queue.SimpleQueue[object] = queue.SimpleQueue()
        """What the process sends: progress, then a `ReadResult`; `None` once it has ended."""

    def read(
        self, request: ReadRequest, on_progress: Progress, is_cancelled: Callable[[], bool]
    ) -> ReadResult:
        """Read a file; one that takes too long or crashes the process is refused."""
        self._send(request)
        is_building, limit = False, time.monotonic() + READING_SECONDS
        while not is_cancelled():
            if time.monotonic() > limit:
                self.stop()
                return _refusal(request, message("takes too long to read"))
            try:
                received = self._messages.get(timeout=0.1)
            except queue.Empty:
                continue
            if received is None:
                self.stop()
                return _refusal(request, message("can't be read: it makes the reader crash"))
            if isinstance(received, ReadResult):
                return received
            if not is_building:
                is_building, limit = True, time.monotonic() + BUILDING_SECONDS
            on_progress(*cast("tuple[str, float]", received))
        self.stop()
        return ReadResult()

    def stop(self) -> None:
        """Kill the process."""
        process, self._process = self._process, None
        if process is not None:
            end(process)

    def _send(self, request: ReadRequest) -> None:
        """Send a file to the process; starts a new process if none is running."""
        for _ in range(2):
            if self._process is None or self._process.poll() is not None:
                self._begin()
            stdin = cast("IO[bytes]", cast("subprocess.Popen[bytes]", self._process).stdin)
            with suppress(OSError):
                pickle.dump(request, stdin)
                stdin.flush()
                return

    def _begin(self) -> None:
        self.stop()
        self._process = process = begin("dashboard.uploads.reader_process")
        self._messages = messages = queue.SimpleQueue[object]()

        def listen() -> None:
            with suppress(EOFError, OSError, ValueError, pickle.UnpicklingError):
                while True:
                    messages.put(pickle.load(cast("IO[bytes]", process.stdout)))  # noqa: S301 - our process
            messages.put(None)

        threading.Thread(target=listen, daemon=True).start()


def _refusal(request: ReadRequest, what: str) -> ReadResult:
    mend = message("Use a part of it, or export it again from the program that made it.")
    return ReadResult(problems=(Problem(Path(request.name).name, None, what, mend),))


def work() -> None:
    """Read files from standard input until none has come for `IDLE_SECONDS`."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    line = line_to_server()

    def send(value: object) -> None:
        pickle.dump(value, line)
        line.flush()

    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            idle = threading.Timer(IDLE_SECONDS, os._exit, [0])
            idle.daemon = True
            idle.start()
            request: ReadRequest = pickle.load(sys.stdin.buffer)  # noqa: S301 - from our server
            idle.cancel()
            send(_read(request, lambda step, part: send((step, part))))


def _read(request: ReadRequest, on_progress: Progress) -> ReadResult:
    from geodata.uploads.admit import admit
    from geodata.uploads.prepare_large import prepare_large

    admission = admit(request.name, request.content, crs=request.crs, kind=request.kind)
    if not admission.is_large:
        return ReadResult(admission.layers, (), admission.problems, admission.needs_crs)
    on_progress("", 0.0)
    if request.folder is None:
        return _refusal(request, message("is large, and the server has no room to prepare it"))
    try:
        prepared = prepare_large(
            request.name, request.content, request.folder, crs=request.crs, kind=request.kind
        )
        return ReadResult(
            large=_build(prepared.layers, request.folder, on_progress), problems=prepared.problems
        )
    except (BuildError, OSError) as error:
        what, mend = message("can't be prepared: {cause}", cause=error), message("Try again later.")
        return ReadResult(problems=(Problem(Path(request.name).name, None, what, mend),))


def _build(
    layers: Sequence[Layer], folder: Path, on_progress: Progress
) -> tuple[tuple[BuiltLayer, Account], ...]:
    from geodata.large.build import build_layer

    def build(place: int, layer: Layer) -> tuple[BuiltLayer, Account]:
        large = build_layer(
            layer,
            folder,
            cache=folder,
            on_progress=lambda step, part: on_progress(step, (place + part) / len(layers)),
        )
        report = large.report
        return large, Account(report.count_in, report.count, report.repaired, report.left_out)

    return tuple(build(place, layer) for place, layer in enumerate(layers))


if __name__ == "__main__":
    # Imported by name, so that the server can unpickle the classes.
    from dashboard.uploads import reader_process

    reader_process.work()
