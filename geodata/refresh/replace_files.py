"""Replaces files, each in one step, and keeps the old ones in `previous/`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

PREVIOUS = "previous"
"""Folder beside the catalog with the files that the last refresh replaced."""


def replace_files(staged: Path, folder: Path) -> list[str]:
    """Replace the files of a folder that differ from the staged ones; return their names.

    Raises
    ------
    OSError
        If a file can't be replaced; the files before it are restored.
    """
    names = [
        str(path.relative_to(staged))
        for path in sorted(staged.rglob("*"))
        if path.is_file() and _differs(path, folder / path.relative_to(staged))
    ]
    for name in names:
        kept = folder / PREVIOUS / name
        kept.parent.mkdir(parents=True, exist_ok=True)
        _put(folder / name, kept)
    done: list[str] = []
    try:
        for name in names:
            _put(staged / name, folder / name)
            done.append(name)
    except OSError:
        for name in done:
            _put(folder / PREVIOUS / name, folder / name)
        raise
    return names


def _differs(path: Path, other: Path) -> bool:
    return not path.samefile(other) and path.read_bytes() != other.read_bytes()


def _put(source: Path, target: Path) -> None:
    """Write a copy beside the target, and move it there in one step."""
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(source, part)
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
