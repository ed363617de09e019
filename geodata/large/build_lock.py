"""Lets one process build a layer at a time, and shows the others its progress."""

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from geodata.large.progress import Progress

POLL_SECONDS = 0.5


@contextlib.contextmanager
def locked(path: Path, on_progress: Progress) -> Iterator[Progress]:
    """Wait for the lock on a build; the system releases the lock of a process that ended.

    Yields what takes the progress of the build: it passes it to `on_progress` and to waiting processes.
    """
    with path.open("a+", encoding="utf-8") as file:
        while not _try_lock(file):
            if (progress := _read(path)) is not None:
                on_progress(*progress)
            time.sleep(POLL_SECONDS)

        def report_progress(step: str, done: float) -> None:
            on_progress(step, done)
            _write(file, json.dumps([step, done]))

        _write(file, "")  # the progress of a build that was killed
        yield report_progress


def _try_lock(file: IO[str]) -> bool:
    import fcntl  # Windows has none, and need not build

    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(file: IO[str], text: str) -> None:
    file.truncate(0)
    file.write(text)
    file.flush()


def _read(path: Path) -> tuple[str, float] | None:
    """Return the progress written last, or `None` while it is being written."""
    try:
        step, done = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    return str(step), float(done)
