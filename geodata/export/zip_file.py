"""Writes zips whose bytes depend on their content alone."""

import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

DATE = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a zip can hold; files have it instead of the time of day."""


def add_file(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file to a zip."""
    archive.writestr(_info(name), content)


def add_path(archive: zipfile.ZipFile, path: Path) -> None:
    """Add a file of any size to a zip."""
    with path.open("rb") as source, archive.open(_info(path.name), "w", force_zip64=True) as target:
        shutil.copyfileobj(source, target)


def to_zip(files: Mapping[str, bytes]) -> bytes:
    """Return a zip of files, given by name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            add_file(archive, name, content)
    return file.getvalue()


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info
