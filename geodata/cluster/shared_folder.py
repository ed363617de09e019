"""What a worker leaves in the folder that all share: whole or not there, however often it is made."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from geodata.errors import BuildError, RefusedError


@contextlib.contextmanager
def workshop() -> Iterator[Path]:
    """Give a folder of this worker's own, on its own disk, for as long as the context lasts."""
    from distributed import get_worker

    with tempfile.TemporaryDirectory(dir=get_worker().local_directory, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def hand_in(made: Path, target: Path) -> None:
    """Bring a file to where all can see it, in one step; the folder has to be there still."""
    arriving = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
    try:
        shutil.copyfile(made, arriving)
        os.replace(arriving, target)  # noqa: PTH105 (as atomic as it gets, by its usual name)
    finally:
        arriving.unlink(missing_ok=True)


@contextlib.contextmanager
def told_plainly() -> Iterator[None]:
    """Turn what goes wrong into an error that travels well: a sentence, whatever its class was made of."""
    try:
        yield
    except (RefusedError, BuildError) as error:
        raise BuildError(str(error)) from None
    except (OSError, sqlite3.Error, MemoryError, pa.ArrowException) as error:
        text = " ".join(str(error).split()) or type(error).__name__
        raise BuildError(f"a worker failed: {text}") from None
