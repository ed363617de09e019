"""Ways in which files break while somebody has them open."""

from __future__ import annotations

import os
import shutil
from pathlib import Path


def delete(file: Path) -> None:
    file.unlink()


def truncate(file: Path) -> None:
    """Cut a file off where it is, under those who have it open."""
    os.truncate(file, file.stat().st_size // 2)


def make_unreadable(file: Path) -> None:
    """Whatever the rights of who runs this, a folder can't be read as a file."""
    file.unlink()
    file.mkdir()


def replace_with_noise(file: Path) -> None:
    file.write_bytes(os.urandom(1000))


HARMS = (delete, truncate, make_unreadable, replace_with_noise)


def restore(file: Path, content: bytes) -> None:
    """Put a file back, whatever became of it."""
    shutil.rmtree(file, ignore_errors=True)
    file.write_bytes(content)
