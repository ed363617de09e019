"""Which files may hold a layer: an allow-list by ending, and the bytes that such a file begins with.

This module looks at names and first bytes only, and loads nothing that reads the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from geodata.errors import SourceError


@dataclass(frozen=True)
class Format:
    """A kind of vector file."""

    driver: str
    """GDAL's name for it."""
    endings: tuple[str, ...]
    beginnings: tuple[bytes, ...]
    """What its first bytes are, one of these; white space before is skipped."""

    def gdal_path(self, path: Path) -> str:
        """Return what GDAL calls the file."""
        return f"/vsizip/{path}" if path.name.lower().endswith(".zip") else str(path)


FORMATS = (
    Format("GeoJSON", (".geojson", ".json"), (b"{",)),
    Format("GeoJSONSeq", (".geojsonl", ".geojsons", ".ndjson"), (b"{", b"\x1e")),
    Format("GPKG", (".gpkg",), (b"SQLite format 3\0",)),
    Format("FlatGeobuf", (".fgb",), (b"fgb",)),
    Format("ESRI Shapefile", (".shp",), (b"\x00\x00\x27\x0a",)),
    Format("ESRI Shapefile", (".shp.zip",), (b"PK",)),
    Format("Parquet", (".parquet", ".geoparquet"), (b"PAR1",)),
)

MAX_COUNT = 10_000
MAX_BYTES = 10_000_000
"""A layer of more features, or of a larger file, is a large one."""

SHAPEFILE_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")


def file_format(path: Path) -> Format:
    """Return the format of a local file.

    Raises
    ------
    SourceError
        If there is no such file, or its ending is none of the list.
    """
    form = next((form for form in FORMATS if path.name.lower().endswith(form.endings)), None)
    if form is None:
        endings = ", ".join(ending for other in FORMATS for ending in other.endings)
        raise SourceError(path, "has an ending that stands for no format", f"Use one of {endings}.")
    if not path.is_file():
        raise SourceError(path, "is not there", "Put the file there, or correct `file` in the catalog.")
    return form


def check_beginning(path: Path, form: Format) -> None:
    """Raise `SourceError` where a file does not begin as those of its format do."""
    try:
        with path.open("rb") as file:
            beginning = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    except OSError as error:
        raise SourceError(path, f"can't be read: {error.strerror}", "Check its permissions.") from None
    if not beginning.startswith(form.beginnings):
        what = f"is no {form.driver}, which its ending stands for" if beginning else "is empty"
        raise SourceError(path, what, "Export it again, or give it the ending of what it is.")


def files_of(path: Path) -> list[Path]:
    """Return all files that make up a layer's file: a shapefile has several."""
    if path.suffix.lower() != ".shp":
        return [path]
    beside = {other.name.lower(): other for other in path.parent.glob(f"{path.stem}.*")}
    names = [f"{path.stem}{ending}".lower() for ending in SHAPEFILE_PARTS]
    return [beside[name] for name in names if name in beside]


def is_large(path: Path, form: Format) -> bool:
    """Tell whether a file is more than is kept in memory, as far as a look at it can tell."""
    return sum(file.stat().st_size for file in files_of(path)) > MAX_BYTES
