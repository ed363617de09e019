"""Puts files of a worker into the folder that all share: complete or not at all."""

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
def worker_folder() -> Iterator[Path]:
    """Make a temporary folder on the worker's disk."""
    from distributed import get_worker

    with tempfile.TemporaryDirectory(dir=get_worker().local_directory, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def hand_in(made: Path, target: Path) -> None:
    """Copy a file into the shared folder in one step; the folder must still exist."""
    arriving = target.with_name(f"{target.name}.{uuid.uuid4().hex}")
    try:
        shutil.copyfile(made, arriving)
        os.replace(arriving, target)  # noqa: PTH105 (atomic)
    finally:
        arriving.unlink(missing_ok=True)


@contextlib.contextmanager
def errors_as_text() -> Iterator[None]:
    """Turn errors of a worker into a `BuildError` of one sentence, which any process can unpickle."""
    try:
        yield
    except (RefusedError, BuildError) as error:
        raise BuildError(str(error)) from None
    except (OSError, sqlite3.Error, MemoryError, pa.ArrowException) as error:
        text = " ".join(str(error).split()) or type(error).__name__
        raise BuildError(f"a worker failed: {text}") from None
