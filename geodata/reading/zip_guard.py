"""Checks zip archives before anything is unpacked, and unpacks them into memory within limits."""

import io
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from geodata.errors import RefusedError, message
from geodata.reading.formats import ENDINGS, SHAPEFILE_PARTS
from geodata.reading.limits import Limits

MAX_ENTRIES = 1_000

MAX_RATIO = 200
"""Maximum size of an unpacked file relative to its packed size; shapefiles reach about 10."""

SUSPECT_BYTES = 10_000_000
"""Smaller unpacked files may exceed the ratio."""

KMZ = ".kmz"
"""Ending of a zip with KML in it, and pictures that are not read."""

WRAPPED_ENDINGS = tuple(ending for ending in ENDINGS if ending not in (".zip", ".shp"))
"""Endings of files that are read if they are the only one of their kind in a zip."""

PACK_ALONE = message("Pack the shapefile alone.")

ShapefileParts = dict[str, bytes]
"""Ending → content, of the files that make up a shapefile."""


def unpack_shapefiles(content: bytes, limits: Limits) -> dict[str, ShapefileParts]:
    """Return the shapefiles of a zip by their names without ending; raises `RefusedError`."""
    with _checked(io.BytesIO(content), limits) as (archive, entries):
        return _unpack(archive, entries, limits)


def unwrap(path: Path, content: bytes, limits: Limits) -> tuple[Path, bytes]:
    """Return the one file that a zip wraps, under the name of the zip; a file that is no zip as it is.

    Raises `RefusedError` for a zip that must not be unpacked.
    """
    ending = path.suffix.lower()
    is_zip = content.startswith(b"PK")
    if ending == KMZ and not is_zip:
        raise _not_kmz()
    if ending not in (KMZ, ".zip") or not is_zip:
        return path, content
    with _checked(io.BytesIO(content), limits) as (archive, entries):
        found = _find_wrapped(entries, is_kmz=ending == KMZ)
        if found is None and ending == KMZ:
            raise _not_kmz()
        if found is None:
            return path, content
        with archive.open(found) as file:
            inner = file.read(limits.max_bytes + 1)
    if len(inner) > limits.max_bytes:
        raise _too_large(limits)
    return path.with_suffix(PurePosixPath(found.filename).suffix.lower()), inner


def check_archive(path: Path, limits: Limits) -> None:
    """Raise `RefusedError` if GDAL must not read a zip on the disk."""
    with _checked(path, limits):
        pass


def pack(parts: ShapefileParts) -> bytes:
    """Return a shapefile as a zip for GDAL to read."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for ending, content in parts.items():
            archive.writestr(f"layer{ending}", content)
    return file.getvalue()


@contextmanager
def _checked(
    file: Path | io.BytesIO, limits: Limits
) -> Iterator[tuple[zipfile.ZipFile, list[zipfile.ZipInfo]]]:
    """Open a zip whose entries are harmless; raises `RefusedError` for any other."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_entries(entries, limits)
            yield archive, entries
    except RefusedError:
        raise
    except Exception as error:  # for a damaged zip, the library raises whatever comes up
        what = message("is a zip that can't be unpacked: {cause}", cause=error)
        raise RefusedError(what, message("Pack it again, as a plain zip.")) from None


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Raise `RefusedError` if an entry leads out of the archive, or the archive unpacks to too much."""
    if len(entries) > MAX_ENTRIES:
        raise RefusedError(message("is a zip of more than {count} files", count=MAX_ENTRIES), PACK_ALONE)
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
            what = message("has the path “{path}”, which leads outside the archive", path=entry.filename)
            raise RefusedError(what, PACK_ALONE)
        if stat.S_ISLNK(entry.external_attr >> 16):
            what = message("holds the link “{path}”", path=entry.filename)
            raise RefusedError(what, message("Pack the files themselves."))
        if entry.flag_bits & 1:
            raise RefusedError(message("is protected by a password"), message("Pack it without one."))
        if entry.file_size > SUSPECT_BYTES and entry.file_size > MAX_RATIO * entry.compress_size:
            times = entry.file_size // max(1, entry.compress_size)
            what = message(
                "holds “{path}”, which unpacks to {times} times its size", path=entry.filename, times=times
            )
            raise RefusedError(what, PACK_ALONE)
    if sum(entry.file_size for entry in entries) > limits.max_bytes:
        raise _too_large(limits)


def _find_wrapped(entries: list[zipfile.ZipInfo], *, is_kmz: bool) -> zipfile.ZipInfo | None:
    """Return the file to read: the first KML of a KMZ, the only known file of another zip."""
    named = [
        (entry, PurePosixPath(entry.filename.replace("\\", "/").lower()))
        for entry in entries
        if "__MACOSX" not in entry.filename
    ]
    if is_kmz:
        return next((entry for entry, path in named if path.suffix == ".kml"), None)
    if any(path.suffix == ".shp" for _, path in named):
        return None
    known = [entry for entry, path in named if path.suffix in WRAPPED_ENDINGS]
    return known[0] if len(known) == 1 else None


def _unpack(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], limits: Limits
) -> dict[str, ShapefileParts]:
    found: dict[str, ShapefileParts] = {}
    left = limits.max_bytes
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        stem, ending = str(path.with_suffix("")), path.suffix.lower()
        if ending not in SHAPEFILE_PARTS or "__MACOSX" in path.parts:
            continue
        if ending in found.get(stem, {}):
            raise RefusedError(message("holds “{path}” twice", path=entry.filename), PACK_ALONE)
        with archive.open(entry) as file:
            content = file.read(left + 1)
        left -= len(content)
        if left < 0:
            raise _too_large(limits)
        found.setdefault(stem, {})[ending] = content
    shapefiles = {stem: parts for stem, parts in found.items() if ".shp" in parts}
    if not shapefiles:
        mend = message("Unpack it and use the file inside, or pack .shp, .shx, .dbf and .prj.")
        raise RefusedError(message("is a zip without a shapefile"), mend)
    for stem, parts in shapefiles.items():
        if ".shx" not in parts:
            what = message("holds “{path}.shp” without its .shx", path=stem)
            raise RefusedError(what, message("Pack .shp, .shx, .dbf and .prj together."))
    if len(shapefiles) > limits.max_tables:
        what = message("holds more than {count} shapefiles", count=limits.max_tables)
        raise RefusedError(what, message("Use one at a time."))
    return shapefiles


def _not_kmz() -> RefusedError:
    what = message("is not {driver}, as its extension says", driver="KMZ")
    return RefusedError(what, message("Export it again, or correct its extension."))


def _too_large(limits: Limits) -> RefusedError:
    what = message("is more than {size} MB when it is unpacked", size=limits.max_bytes // 1_000_000)
    return RefusedError(what, message("Use a part of it, or simplify its shapes."))
