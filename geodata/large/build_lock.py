"""One build of a layer at a time, whichever process it is in; who waits for it is told how far it is."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from geodata.large.progress import Progress

LOOK_SECONDS = 0.5


@contextlib.contextmanager
def only_one(path: Path, on_progress: Progress) -> Iterator[Progress]:
    """Wait until nobody else builds the same; the system lifts the lock of a process that ended.

    Yields what is to be told of the progress: it tells `on_progress`, and whoever waits for this build.
    """
    with path.open("a+", encoding="utf-8") as file:
        while not _is_ours(file):
            if (heard := _read(path)) is not None:
                on_progress(*heard)
            time.sleep(LOOK_SECONDS)

        def tell(step: str, part: float) -> None:
            on_progress(step, part)
            _write(file, json.dumps([step, part]))

        _write(file, "")  # what one said that was cut off
        yield tell


def _is_ours(file: IO[str]) -> bool:
    import fcntl

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
    """Return what the one who builds has said last, unless it is just being written."""
    try:
        step, part = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None
    return str(step), float(part)
